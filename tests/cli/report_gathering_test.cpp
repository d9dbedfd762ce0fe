// What a report takes from the state, at the borders of its span, and from a daemon.
#include "app/settle/status_file.hpp"
#include "base/clocks.hpp"
#include "base/status_json.hpp"
#include "cli/report/report_gathering.hpp"
#include "cli/some_letters.hpp"
#include "cli/some_report.hpp"

#include <gmock/gmock.h>

#include <unistd.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

class report_gathering_test : public letters_fixture {
protected:
    void SetUp() override {
        letters_fixture::SetUp();
        options_.queue.directory = queue();
        options_.state.directory = state();
    }
    span_report gathered(wall_time since, wall_time until, wall_time now) const {
        auto report = gather_report(options_, {since, until}, now);
        if (!report) throw std::runtime_error(report.error().message);
        return *report;
    }
    // Of the night, as it is told at its end.
    span_report night() const {
        return gathered(report_evening, report_evening + 9h, report_evening + 9h);
    }
    void settle(std::uint64_t number, std::optional<wall_time> at) const {
        commit_unit unit;
        unit.files = {reported_file(number, "f", 1, {1, 0, 0})};
        unit.files[0].settled = at;
        commit(unit);
    }

    settings options_;
};

TEST_F(report_gathering_test, begins_with_its_span_and_ends_before_its_end) {
    settle(1, report_evening - 1ms);
    settle(2, report_evening);
    settle(3, report_evening + 9h - 1ms);
    settle(4, report_evening + 9h);
    EXPECT_EQ(night().files.settled(), 2U);
    record({some_letter(1, 0, "1", "a")}, 1, report_evening - 1ms);
    record({some_letter(1, 20, "1", "b")}, 2, report_evening);
    record({some_letter(1, 40, "1", "c")}, 3, report_evening + 9h - 1ms);
    record({some_letter(1, 60, "1", "d")}, 4, report_evening + 9h);
    std::vector<std::string> reasons;
    for (const auto& reason : night().dead.largest()) reasons.push_back(reason.words);
    EXPECT_THAT(reasons, ElementsAre("VALIDATION_ERROR: b", "VALIDATION_ERROR: c"));
    EXPECT_EQ(night().requests().requests, 2U);
}

TEST_F(report_gathering_test, what_is_open_belongs_to_a_span_that_goes_on_to_now) {
    const wall_time end = report_evening + 9h;
    EXPECT_EQ(gathered(report_evening, end, end).files.open(), 2U) << "a.ndjson and b.ndjson";
    EXPECT_EQ(gathered(report_evening, end, end + 1ms).files.open(), 0U);
}

// The clock was set back by an hour while letters were recorded.
TEST_F(report_gathering_test, letter_before_one_of_an_earlier_time_is_found) {
    record({some_letter(1, 0, "1", "a")}, 1, report_evening);
    record({some_letter(1, 20, "1", "b")}, 2, report_evening - 1h);
    EXPECT_EQ(night().dead.letters(), 1U);
}

TEST_F(report_gathering_test, names_are_of_files_that_an_example_names) {
    record({some_letter(1, 0, "1", "a"), some_letter(9, 0, "1", "a")});
    EXPECT_THAT(night().names, ElementsAre(Pair(1, "a.ndjson"), Pair(9, "")));
}

TEST_F(report_gathering_test, history_is_told_to_end_only_when_the_span_begins_before_it) {
    options_.state.history = 10h;
    const wall_time now = report_evening + 10h;
    EXPECT_FALSE(gathered(report_evening, now, now).history_from);
    EXPECT_EQ(gathered(report_evening - 1ms, now, now).history_from, report_evening);
}

TEST_F(report_gathering_test, parks_and_the_day_are_those_of_now) {
    commit_unit unit;
    unit.parks = {{park_reason::quota, report_evening, "spent", {}}};
    unit.today = day_count{report_evening + 9h + 1ms, 77};
    commit(unit);
    const span_report report = night();
    ASSERT_THAT(report.parks, SizeIs(1));
    EXPECT_EQ(report.parks[0].words, "spent");
    EXPECT_EQ(report.today, (daemon_status::day_figures{77, {}, {}, report_evening + 9h + 1ms}));
    const wall_time later = report_evening + 9h + 1ms;
    EXPECT_FALSE(gathered(report_evening, later, later).today) << "that day is over";
}

TEST_F(report_gathering_test, parks_of_the_span_that_ended_are_told) {
    commit_unit unit;
    unit.parks = {{park_reason::quota, report_evening, "spent", {}}};
    commit(unit);
    unit.parks = std::vector<park_row>();
    commit(unit); // ends it, by the clock of the machine
    const wall_time later = wall_now() + 1h;
    const span_report report = gathered(report_evening - 1h, later, later);
    EXPECT_THAT(report.parks, IsEmpty());
    ASSERT_THAT(report.over.longest(), SizeIs(1));
    EXPECT_EQ(report.over.longest()[0].words, "spent");
    EXPECT_EQ(gathered(report_evening - 1h, report_evening, later).over.count(), 0U);
}

TEST_F(report_gathering_test, running_daemon_knows_the_day_better) {
    commit_unit unit;
    unit.today = day_count{report_evening + 24h, 77};
    commit(unit);
    const auto held = queue_directory::open({queue(), milliseconds(0)});
    ASSERT_TRUE(held);
    daemon_status status;
    status.pid = ::getpid();
    write_status_file(state(), status_json(status));
    ASSERT_TRUE(night().today);
    EXPECT_EQ(night().today->requests, 77U) << "it does not tell";
    status.today = daemon_status::day_figures{80, 100, 15, report_evening + 24h};
    write_status_file(state(), status_json(status));
    EXPECT_EQ(night().today, status.today);
}

TEST_F(report_gathering_test, queue_is_named_and_nothing_else_stands_in_an_empty_report) {
    std::filesystem::remove_all(state());
    open_state();
    const span_report report = night();
    EXPECT_EQ(report.queue, queue());
    EXPECT_EQ(report.files.all(), 0U);
    EXPECT_THAT(report.hours, IsEmpty());
    EXPECT_THAT(report.parks, IsEmpty());
    EXPECT_EQ(report.ended, "");
}

TEST_F(report_gathering_test, state_that_is_not_there_is_told_and_not_made) {
    std::filesystem::remove_all(state());
    const auto report =
        gather_report(options_, {report_evening, report_evening + 9h}, report_evening + 9h);
    ASSERT_FALSE(report);
    EXPECT_THAT(report.error().message,
                HasSubstr("hubspool has not run with this state.directory yet"));
    EXPECT_FALSE(std::filesystem::exists(state()));
}

} // namespace
} // namespace hubspool
