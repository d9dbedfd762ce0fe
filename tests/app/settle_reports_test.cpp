#include "app/settle/settle_reports.hpp"
#include "base/log.hpp"
#include "support/start_time.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;

class settle_reports_test : public ::testing::Test {
protected:
    static std::string said(const std::function<void()>& say) {
        log::configure(log::level::info, log::format::text);
        ::testing::internal::CaptureStderr();
        say();
        (void)log::flush();
        return ::testing::internal::GetCapturedStderr();
    }
    static file_row lost(std::uint64_t number) {
        file_row row;
        row.number = number;
        row.name = "one-record.ndjson";
        row.counts = {0, 1, 0, 1};
        return row;
    }
    settle_reports reports;
};

TEST_F(settle_reports_test, first_file_that_lost_is_named_at_once) {
    EXPECT_THAT(said([&] { reports.overtaken(lost(7), start); }),
                AllOf(HasSubstr("are their as_of right?"), HasSubstr("file=7"),
                      HasSubstr("overtaken=1"), HasSubstr("records=1")));
    EXPECT_EQ(said([&] { reports.look(start + 10min); }), "") << "there is nothing more";
}

TEST_F(settle_reports_test, thousands_of_files_are_a_line_a_minute) {
    std::string all = said([&] {
        for (int i = 0; i < 3000; ++i) { // 100 a second
            const boot_time now = start + milliseconds(10 * i);
            reports.overtaken(lost(static_cast<std::uint64_t>(i)), now);
            reports.look(now);
        }
    });
    EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 1);
    all = said([&] { reports.look(start + 1min); });
    EXPECT_THAT(all, AllOf(HasSubstr("further files"), HasSubstr("files=2999"),
                           HasSubstr("overtaken=2999"), HasSubstr("`hubspool files` names them")));
    EXPECT_EQ(said([&] { reports.look(start + 10min); }), "");
    EXPECT_THAT(said([&] { reports.overtaken(lost(1), start + 10min); }), HasSubstr("file=1"));
}

TEST_F(settle_reports_test, what_was_not_told_is_told_at_the_end) {
    said([&] {
        reports.overtaken(lost(1), start);
        reports.overtaken(lost(2), start + 1s);
    });
    EXPECT_EQ(said([&] { reports.look(start + 2s); }), "");
    EXPECT_THAT(said([&] { reports.look(start + 3s, true); }), HasSubstr("files=1"));
}

TEST_F(settle_reports_test, trouble_with_a_request_is_said_when_it_comes_and_when_it_changes) {
    EXPECT_EQ(said([&] { reports.request_trouble(""); }), "");
    EXPECT_THAT(said([&] { reports.request_trouble("locked"); }), HasSubstr("second, and"));
    EXPECT_EQ(said([&] { reports.request_trouble("locked"); }), "");
    EXPECT_THAT(said([&] { reports.request_trouble("damaged"); }), HasSubstr("damaged"));
    EXPECT_EQ(said([&] { reports.request_trouble(""); }), "");
    EXPECT_THAT(said([&] { reports.request_trouble("damaged"); }), HasSubstr("damaged"));
}

} // namespace
} // namespace hubspool
