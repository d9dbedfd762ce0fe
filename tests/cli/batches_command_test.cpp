#include "cli/cli_fixture.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class batches_command_test : public cli_fixture {
protected:
    // The 1st of January 2020, so many seconds after midnight.
    static wall_time at(std::int64_t seconds) {
        return std::chrono::sys_days(std::chrono::year(2020) / 1 / 1) +
               std::chrono::seconds(seconds);
    }
    static batch_outcome outcome_of(std::uint64_t batch, std::uint32_t delivered) {
        batch_outcome outcome;
        outcome.batch = batch;
        outcome.inputs = 3;
        outcome.delivered = delivered;
        outcome.http_status = 200;
        outcome.duration_ms = 42;
        outcome.finished = at(static_cast<std::int64_t>(batch));
        return outcome;
    }
    void record(const std::vector<batch_outcome>& outcomes) const {
        commit_unit unit;
        unit.outcomes = outcomes;
        const auto store = open_state();
        ASSERT_TRUE(store->begin_run(1, "queue-a"));
        ASSERT_TRUE(store->commit(unit));
    }
};

TEST_F(batches_command_test, each_batch_has_a_row_that_says_why_not_all_was_delivered) {
    batch_outcome failed = outcome_of(2, 1);
    failed.retried = 1;
    failed.dead_lettered = 1;
    failed.http_status = 207;
    failed.reason = "VALIDATION_ERROR";
    failed.words = "property \x1b[31mnope\x1b[0m does not exist";
    record({outcome_of(1, 3), failed});
    const ended got = over({"batches"});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.out, HasSubstr("2020-01-01 00:00:01Z"));
    EXPECT_THAT(got.out, HasSubstr("42 ms"));
    EXPECT_THAT(got.out, HasSubstr("207"));
    EXPECT_THAT(got.out, HasSubstr("does not exist"));
    EXPECT_THAT(got.out, Not(HasSubstr("\x1b"))) << "no answer steers a terminal";
}

TEST_F(batches_command_test,
       without_words_the_reason_stands_for_them_and_a_delivered_one_has_none) {
    batch_outcome failed = outcome_of(1, 2);
    failed.reason = "timeout";
    batch_outcome whole = outcome_of(2, 3);
    whole.reason = "nobody reads this";
    record({failed, whole});
    const ended got = over({"batches"});
    EXPECT_THAT(got.out, HasSubstr("timeout"));
    EXPECT_THAT(got.out, Not(HasSubstr("nobody reads this")));
}

TEST_F(batches_command_test, probe_and_an_exchange_without_an_answer_are_marked) {
    batch_outcome probe = outcome_of(17, 0);
    probe.probe = true;
    probe.http_status = 0;
    probe.lane = lane::bulk;
    record({probe});
    EXPECT_THAT(over({"batches"}).out,
                AllOf(HasSubstr("17p"), HasSubstr("  -  "), HasSubstr("bulk")));
}

TEST_F(batches_command_test, nothing_to_show_says_of_what) {
    record({outcome_of(1, 3)});
    EXPECT_THAT(over({"batches", "--failed"}).out, StartsWith("no failed batches\n"));
    EXPECT_THAT(over({"batches", "--since", "2020-01-02 00:00Z"}).out,
                StartsWith("no batches since 2020-01-02 00:00:00Z"));
    EXPECT_EQ(over({"batches", "--since", "2020-01-01 00:00:01Z", "--json"}).exit_code, 0);
}

TEST_F(batches_command_test, table_that_is_full_says_how_to_see_more) {
    record({outcome_of(1, 3), outcome_of(2, 3), outcome_of(3, 3)});
    const ended two = over({"batches", "-n", "2"});
    EXPECT_THAT(two.out, HasSubstr("the newest 2 are shown; -n ROWS shows more"));
    EXPECT_THAT(two.out, Not(HasSubstr("00:00:01Z")));
    EXPECT_THAT(over({"batches", "-n", "4"}).out, Not(HasSubstr("shows more")));
}

TEST_F(batches_command_test, json_of_nothing_is_an_empty_list) {
    record({});
    EXPECT_EQ(over({"batches", "--json"}).out, "[]\n");
}

TEST_F(batches_command_test, json_keeps_the_words_whole) {
    batch_outcome failed = outcome_of(1, 2);
    failed.words = std::string(500, 'w') + "end";
    failed.correlation_id = "c-1";
    record({failed});
    EXPECT_THAT(over({"batches", "--json"}).out,
                AllOf(HasSubstr(std::string(500, 'w') + "end"),
                      HasSubstr(R"("correlation_id":"c-1")"), HasSubstr(R"("probe":false)"),
                      HasSubstr(R"("finished":"2020-01-01T00:00:01.000Z")")));
}

TEST_F(batches_command_test, damaged_history_fails_with_the_way_out) {
    record({outcome_of(1, 3)});
    {
        auto db = database::open(state() + "/state.db", database::mode::write);
        ASSERT_TRUE(db->execute("UPDATE batch SET settlement = x'ff'"));
    }
    const ended got = over({"batches"});
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.err, HasSubstr("row 1 of the table batch cannot be read"));
    EXPECT_THAT(got.err, HasSubstr("it recovers from the files in cur/"));
}

class files_command_test : public cli_fixture {
protected:
    files_command_test() { make_queue(); }
    void record(const std::vector<file_row>& files) const {
        commit_unit unit;
        unit.files = files;
        const auto store = open_state();
        ASSERT_TRUE(store->begin_run(1, "queue-a"));
        ASSERT_TRUE(store->commit(unit));
    }
    static file_row row_of(std::uint64_t number, std::uint64_t records) {
        file_row row;
        row.number = number;
        row.name = "file-" + std::to_string(number);
        row.size = 1000;
        row.records_in = records;
        row.counts.delivered = records;
        row.settled = wall_time(std::chrono::hours(24 * 365 * 50));
        return row;
    }
};

TEST_F(files_command_test, settled_file_is_in_done_and_one_with_a_reason_in_rejected) {
    file_row kept = row_of(2, 5);
    kept.keep_because = "it is damaged";
    record({row_of(1, 3), kept});
    const ended got = over({"files"});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.out, AllOf(HasSubstr("done"), HasSubstr("rejected"), HasSubstr("it is damaged"),
                               HasSubstr("file-1")));
}

TEST_F(files_command_test, what_is_not_known_is_a_dash_and_null) {
    file_row open = row_of(1, 0);
    open.records_in.reset();
    open.settled.reset();
    record({open});
    EXPECT_THAT(over({"files"}).out, HasSubstr("  -  "));
    EXPECT_THAT(over({"files", "--json"}).out,
                AllOf(HasSubstr(R"("records_in":null)"), HasSubstr(R"("pending":null)"),
                      HasSubstr(R"("settled":null)"), HasSubstr(R"("keep_because":null)")));
}

TEST_F(files_command_test, books_that_do_not_balance_come_first_among_the_remarks) {
    file_row wrong = row_of(1, 3);
    wrong.counts = {1, 1, 0, 1};
    record({wrong});
    EXPECT_THAT(over({"files"}).out,
                HasSubstr("the books do not balance; 1 superseded by what was delivered before"));
    EXPECT_THAT(over({"files", "--failed"}).out, HasSubstr("file-1"));
    EXPECT_THAT(over({"files", "--json"}).out, HasSubstr(R"("balanced":false)"));
}

TEST_F(files_command_test, failed_are_those_with_dead_letters_or_a_reason_and_no_others) {
    file_row dead = row_of(2, 3);
    dead.counts = {2, 0, 1};
    file_row kept = row_of(3, 3);
    kept.keep_because = "cut";
    record({row_of(1, 3), dead, kept});
    const ended got = over({"files", "--failed"});
    EXPECT_THAT(got.out, AllOf(HasSubstr("file-2"), HasSubstr("file-3"), Not(HasSubstr("file-1"))));
}

TEST_F(files_command_test, since_leaves_out_what_settled_before_and_never_what_is_open) {
    file_row open = row_of(3, 3);
    open.settled.reset();
    record({row_of(1, 3), open});
    const ended got = over({"files", "--since", "2025-01-01"});
    EXPECT_THAT(got.out, AllOf(HasSubstr("file-3"), Not(HasSubstr("file-1"))));
}

TEST_F(files_command_test, older_ones_give_way_and_are_counted) {
    record({row_of(1, 3), row_of(2, 3), row_of(3, 3)});
    const ended got = over({"files", "-n", "1"});
    EXPECT_THAT(got.out, AllOf(HasSubstr("file-3"), Not(HasSubstr("file-2")),
                               HasSubstr("2 older ones are not shown; -n ROWS shows more")));
}

TEST_F(files_command_test, before_the_first_start_there_are_no_files) {
    EXPECT_EQ(over({"files"}).out, "no files\n");
    EXPECT_EQ(over({"files", "--json"}).out, "[]\n");
}

TEST_F(files_command_test, name_of_a_producer_cannot_steer_a_terminal) {
    file_row strange = row_of(1, 3);
    strange.name = "evil\x1b[2J.ndjson";
    record({strange});
    EXPECT_THAT(over({"files"}).out, AllOf(HasSubstr("evil\\x1b[2J"), Not(HasSubstr("\x1b"))));
}

TEST_F(files_command_test, missing_queue_is_a_failure) {
    std::filesystem::remove_all(queue());
    const ended got = over({"files"});
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.err, HasSubstr(queue()));
}

} // namespace
} // namespace hubspool
