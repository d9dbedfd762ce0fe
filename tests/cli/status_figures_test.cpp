// The figures of `status`: what is counted as unread, what waits for its turn, and when it flows.
#include "app/settle/status_file.hpp"
#include "base/status_json.hpp"
#include "cli/json_value.hpp"
#include "cli/replay_fixture.hpp"
#include "cli/some_letters.hpp"
#include "cli/status/status_report.hpp"
#include "cli/status/status_report_text.hpp"

#include <gmock/gmock.h>

#include <unistd.h>

#include <functional>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class status_figures_test : public cli_fixture {
protected:
    void SetUp() override {
        make_queue();
        open_state();
        options_.queue.directory = queue();
        options_.queue.reserve_bytes = 0;
        options_.state.directory = state();
    }
    void commit(const commit_unit& unit) const {
        ASSERT_TRUE(static_cast<bool>(open_state()->commit(unit)));
    }
    void put_into_cur(std::uint64_t number, std::size_t bytes, lane in = lane::live) const {
        std::filesystem::create_directories(queue() + "/cur/000000");
        std::ofstream(queue() + "/cur/000000/" +
                      format_claimed_name({number, replay_stamp, in, "f"}))
            << std::string(bytes, ' ');
    }
    static file_row row_of(std::uint64_t number, std::uint64_t size,
                           std::optional<std::uint64_t> records) {
        file_row row;
        row.number = number;
        row.name = "f";
        row.stamp = replay_stamp;
        row.size = size;
        row.records_in = records;
        row.claimed = letters_died;
        return row;
    }
    status_report report() const {
        auto made = make_status_report(options_);
        if (!made) throw std::runtime_error(made.error().message);
        return std::move(*made);
    }

    settings options_;
};

TEST_F(status_figures_test, unread_records_are_told_by_those_of_the_files_of_late) {
    EXPECT_EQ(report().unread_records, 0U) << "nothing is unread";
    put_into_cur(2, 500);
    EXPECT_EQ(report().unread_records, std::nullopt) << "nothing was read that could tell";
    commit({.files = {row_of(1, 1000, 10)}});
    EXPECT_EQ(report().unread_records, 6U) << "100 bytes a record, and one more";
    file_row begun = row_of(2, 500, std::nullopt);
    begun.watermark = {100, 4, 5};
    commit({.files = {begun}});
    // 14 records in 1100 bytes; 400 are unread.
    EXPECT_EQ(report().unread_records, 6U);
    EXPECT_EQ(report().unread.bytes, 400U);
}

TEST_F(status_figures_test, settled_files_behind_an_open_one_wait_for_their_turn) {
    std::vector<file_row> rows;
    for (std::uint64_t number = 1; number <= 6; ++number) {
        put_into_cur(number, 10, number == 3 ? lane::bulk : lane::live);
        rows.push_back(row_of(number, 10, 1));
        // 3 is open, 5 too; before 3 they are just being moved.
        if (number != 3 && number != 5) rows.back().settled = letters_died;
    }
    commit({.files = rows});
    const auto turn = report().waits_for_turn;
    EXPECT_EQ(turn.files, 2U);
    EXPECT_EQ(turn.behind, 3U);
    EXPECT_EQ(turn.behind_lane, lane::bulk);
    EXPECT_EQ(report().open_files, 6U);
}

TEST_F(status_figures_test, oldest_is_the_first_file_in_cur_by_its_row_or_its_time) {
    EXPECT_EQ(report().oldest, std::nullopt);
    put_into_cur(5, 10);
    const auto by_file = report().oldest;
    ASSERT_TRUE(by_file);
    EXPECT_NE(*by_file, letters_died);
    commit({.files = {row_of(5, 10, std::nullopt)}});
    EXPECT_EQ(report().oldest, letters_died);
    put_into_cur(4, 10);
    EXPECT_NE(report().oldest, letters_died) << "another one comes first";
}

TEST_F(status_figures_test, sending_flows_unless_something_holds_it) {
    const auto held = queue_directory::open({queue(), milliseconds(0)});
    ASSERT_TRUE(held);
    const std::vector<std::pair<bool, std::function<void(daemon_status&)>>> table{
        {true, [](daemon_status&) {}},
        {false, [](daemon_status& told) { told.breaker.reset(); }},
        {false, [](daemon_status& told) { told.breaker = breaker_state::open; }},
        {false, [](daemon_status& told) { told.holds = {{"restart", "it may land", {}}}; }},
        {true, [](daemon_status& told) { told.others = 5; }}};
    for (const auto& [flows, change] : table) {
        daemon_status told;
        told.pid = ::getpid();
        told.command = "run";
        told.breaker = breaker_state::closed;
        told.pending.objects = 1;
        change(told);
        write_status_file(state(), status_json(told));
        EXPECT_EQ(report().flows, flows);
        EXPECT_TRUE(report().sending_takes.has_value());
    }
    commit_unit parked;
    parked.parks = {{park_reason::quota, letters_died, "spent", {}}};
    commit(parked);
    EXPECT_FALSE(report().flows);
    EXPECT_THAT(over({"status"}).out, HasSubstr(" after sending goes on, at the present limit\n"));
}

TEST_F(status_figures_test, without_a_daemon_nothing_flows_and_no_time_is_told) {
    EXPECT_FALSE(report().flows);
    EXPECT_EQ(report().sending_takes, std::nullopt);
}

TEST_F(status_figures_test, code_tells_scripts_whether_it_runs) {
    EXPECT_EQ(over({"status", "--exit-code"}).exit_code, 4);
    EXPECT_EQ(over({"status"}).exit_code, 0);
    const auto held = queue_directory::open({queue(), milliseconds(0)});
    ASSERT_TRUE(held);
    EXPECT_EQ(over({"status", "--exit-code"}).exit_code, 0);
    commit_unit parked;
    parked.parks = {{park_reason::quota, letters_died, "spent", {}}};
    commit(parked);
    EXPECT_EQ(over({"status", "--exit-code"}).exit_code, 1);
}

TEST(status_totals, count_a_file_by_how_far_it_was_read) {
    books_snapshot books;
    books.meta.totals.records_in = 100;
    books.meta.totals.delivered = 60;
    books.meta.totals.superseded = 20;
    books.meta.totals.overtaken = 5;
    books.meta.totals.unchanged = 3;
    books.meta.totals.dead_lettered = 7;
    file_row half_read, read, settled;
    half_read.counts = {1, 1, 1, 0, 1};
    read.records_in = 10;
    read.counts = {2, 1, 1, 0, 0};
    settled.records_in = 5;
    settled.settled = letters_died;
    books.files = {half_read, read, settled};
    const record_totals totals = totals_of(books);
    EXPECT_EQ(totals.records_in, 104U) << "what is settled of the half-read one counts as read";
    EXPECT_EQ(totals.pending, 6U);
    EXPECT_EQ(totals.overtaken, 5U);
    EXPECT_FALSE(totals.balanced());
    record_totals even{104, 60, 20, 7, 14, 5, 3};
    EXPECT_TRUE(even.balanced());
    ++even.unchanged;
    EXPECT_FALSE(even.balanced());
}

TEST(status_letters, are_told_by_what_became_of_them) {
    settings options;
    struct {
        letter_sums letters;
        const char* words;
    } const table[] = {
        {{}, "pending\nunread"},
        {{.open = 1},
         "dead       1 dead letter open; `hubspool dead-letters list` tells "
         "why\nunread"},
        {{.open = 5, .retried = 2, .held = 1},
         "why\n           2 of them retried, 1 of them held\nunread"},
        {{.open = 5, .held = 1}, "why\n           1 of them held\nunread"},
        {{.open = 5, .struck = 3, .retried = 2},
         "why\n           2 of them retried; 3 struck: delivered or superseded since\nunread"},
        {{.struck = 3, .died_again = 4, .dropped = 9},
         "pending\n           3 struck: delivered or superseded since, 4 died "
         "again as others\nunread"},
    };
    for (const auto& row : table) {
        status_report report;
        report.has_state = true;
        report.books.letters = row.letters;
        EXPECT_THAT(status_report_text(options, report, letters_died), HasSubstr(row.words));
    }
}

TEST(status_age, of_less_than_two_seconds_is_a_moment) {
    settings options;
    status_report report;
    report.daemon = live_daemon{77, daemon_status{}, "", 1999ms};
    EXPECT_THAT(status_report_text(options, report, letters_died),
                HasSubstr("of 0 objects, a moment ago\n"));
    report.daemon->status_age = 2000ms;
    EXPECT_THAT(status_report_text(options, report, letters_died),
                HasSubstr("of 0 objects, 2s ago\n"));
    report.daemon.reset();
    EXPECT_THAT(status_report_text(options, report, letters_died), Not(HasSubstr("in memory")));
}

} // namespace
} // namespace hubspool
