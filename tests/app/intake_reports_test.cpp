#include "app/intake/intake_reports.hpp"
#include "base/log.hpp"
#include "support/start_time.hpp"

#include <gmock/gmock.h>

#include <functional>

namespace hubspool {

namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::string logged(const std::function<void()>& say) {
    log::configure(log::level::info, log::format::text);
    ::testing::internal::CaptureStderr();
    say();
    (void)log::flush();
    return ::testing::internal::GetCapturedStderr();
}

const std::vector<skipped_name> two{{"new/a", "hubspool may not read it: chmod g+r it"},
                                    {"new/b", "it is immutable"}};

scan_result passing_by(std::vector<skipped_name> names, std::uint64_t total) {
    scan_result found;
    found.skipped = std::move(names);
    found.skipped_total = total;
    return found;
}

} // namespace

TEST(intake_reports, scenario_59_file_that_is_stepped_over_is_told_at_once_and_then_once_an_hour) {
    intake_reports reports;
    const std::string first = logged([&] { reports.scanned(passing_by(two, 2), start); });
    EXPECT_THAT(first, AllOf(HasSubstr("path=new/a"), HasSubstr("path=new/b"), HasSubstr("chmod")));
    for (int second = 5; second < 3600; second += 5)
        EXPECT_EQ(logged([&] {
                      reports.scanned(passing_by(two, 2), start + std::chrono::seconds(second));
                  }),
                  "");
    const std::string again = logged([&] { reports.scanned(passing_by(two, 102), start + 1h); });
    EXPECT_THAT(again, AllOf(HasSubstr("still stepped over"), HasSubstr("new/a"),
                             HasSubstr("and 101 more"), HasSubstr("files=102")));
    EXPECT_EQ(logged([&] { reports.scanned(passing_by(two, 2), start + 1h + 5s); }), "");
    EXPECT_THAT(logged([&] { reports.scanned(passing_by(two, 2), start + 2h); }),
                HasSubstr("still stepped over"));
}

TEST(intake_reports, as_of_that_is_written_otherwise_is_told_once_an_hour) {
    intake_reports reports;
    scan_result found;
    found.claimed = {{7, lane::live, "good.as_of=20261130T010000Z.ndjson"},
                     {8, lane::live, "export.AS_OF=20261130T010000Z.ndjson"},
                     {9, lane::live, "export.asof=20261130T010000Z.ndjson"}};
    EXPECT_THAT(logged([&] { reports.scanned(found, start); }),
                AllOf(HasSubstr("counts for nothing: write as_of="), HasSubstr("file=8"),
                      HasSubstr("said=\"AS_OF=\""), ::testing::Not(HasSubstr("file=9"))));
    EXPECT_EQ(logged([&] { reports.scanned(found, start + 59min); }), "");
    EXPECT_THAT(logged([&] { reports.scanned(found, start + 1h); }), HasSubstr("file=8"));
}

TEST(intake_reports, file_that_came_back_is_told_anew) {
    intake_reports reports;
    logged([&] { reports.scanned(passing_by(two, 2), start); });
    EXPECT_THAT(reports.left_behind(), HasSubstr("new/a"));
    EXPECT_EQ(logged([&] { reports.scanned({}, start + 5s); }), "");
    EXPECT_EQ(reports.left_behind(), "");
    EXPECT_THAT(logged([&] { reports.scanned(passing_by(two, 2), start + 10s); }),
                HasSubstr("path=new/a"));
}

TEST(intake_reports, queue_that_cannot_be_scanned_is_told_once_and_is_what_a_drain_leaves_behind) {
    intake_reports reports;
    scan_result failed;
    failed.error = failure{"new/ is gone", 0};
    EXPECT_THAT(logged([&] { reports.scanned(failed, start); }),
                AllOf(HasSubstr("cannot be scanned"), HasSubstr("new/ is gone")));
    EXPECT_EQ(logged([&] { reports.scanned(failed, start + 5s); }), "");
    EXPECT_EQ(reports.left_behind(), "new/ is gone");
    EXPECT_EQ(logged([&] { reports.scanned({}, start + 10s); }), "");
    EXPECT_EQ(reports.left_behind(), "");
    EXPECT_THAT(logged([&] { reports.scanned(failed, start + 15s); }), HasSubstr("new/ is gone"));
}

TEST(intake_reports, scenario_27_empty_file_is_told_and_one_with_records_is_not) {
    const claimed_file file{7, lane::live, "a.ndjson", 0};
    file_end end;
    EXPECT_THAT(logged([&] { intake_reports::read(file, end); }),
                AllOf(HasSubstr("warning"), HasSubstr("empty file"), HasSubstr("a.ndjson")));
    end.size = 2;
    EXPECT_THAT(logged([&] { intake_reports::read(file, end); }), HasSubstr("without a record"));
    end.keep_because = "it holds nothing but NUL bytes";
    EXPECT_EQ(logged([&] { intake_reports::read(file, end); }), "") << "told when it is rejected";
    end = {};
    end.records_in = 1;
    EXPECT_EQ(logged([&] { intake_reports::read(file, end); }), "");
}

TEST(intake_reports, scenario_36_clock_set_back_is_told_once_and_when_it_has_caught_up) {
    intake_reports reports;
    const wall_time now{milliseconds(1'796'000'400'000)};
    const as_of_ms stamp = 1'796'000'401'001;
    EXPECT_EQ(logged([&] { reports.looked_at_clock(stamp - 1, now); }), "") << "blur of clocks";
    EXPECT_EQ(logged([&] { reports.looked_at_clock(0, now); }), "");
    EXPECT_THAT(logged([&] { reports.looked_at_clock(stamp, now); }),
                AllOf(HasSubstr("the clock was set back"), HasSubstr("2026-11-30T01:00:01.001Z")));
    EXPECT_EQ(logged([&] { reports.looked_at_clock(stamp, now); }), "");
    EXPECT_THAT(logged([&] { reports.looked_at_clock(stamp, now + 5s); }), HasSubstr("caught up"));
    EXPECT_EQ(logged([&] { reports.looked_at_clock(stamp, now + 6s); }), "");
}

} // namespace hubspool
