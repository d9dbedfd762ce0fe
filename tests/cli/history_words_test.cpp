// `files` and `batches`: each column and key, remarks, and what is left out.
#include "cli/json_value.hpp"
#include "cli/scoped_columns.hpp"
#include "cli/some_letters.hpp"
#include "cli/terminal.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace hubspool {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

class history_words_test : public cli_fixture {
protected:
    void SetUp() override {
        make_queue();
        open_state();
    }
    void commit(const commit_unit& unit) const {
        ASSERT_TRUE(static_cast<bool>(open_state()->commit(unit)));
    }
    static file_row settled_row(std::uint64_t number) {
        file_row row;
        row.number = number;
        row.name = "f" + std::to_string(number);
        row.size = 2048;
        row.records_in = 10;
        row.counts = {4, 3, 2, 1, 1};
        row.claimed = letters_died;
        row.settled = letters_died + std::chrono::hours(1);
        return row;
    }
    static batch_outcome some_batch(std::uint64_t number) {
        batch_outcome outcome;
        outcome.batch = number;
        outcome.attempt = 2;
        outcome.lane = lane::bulk;
        outcome.inputs = 100;
        outcome.delivered = 97;
        outcome.retried = 2;
        outcome.dead_lettered = 1;
        outcome.http_status = 207;
        outcome.status = "COMPLETE";
        outcome.reason = "VALIDATION_ERROR";
        outcome.words = "no\x1b[1msuch\nproperty";
        outcome.correlation_id = "c-1";
        outcome.duration_ms = 180;
        outcome.queue_wait_ms = 5000;
        outcome.finished = letters_died;
        return outcome;
    }
    static std::string first_of(const std::string& list) {
        return list.substr(1, list.rfind(']') - 1);
    }
    // The last line of a table.
    static std::string last_line(const std::string& text) {
        return text.substr(text.rfind('\n', text.size() - 2) + 1);
    }
};

TEST_F(history_words_test, file_has_each_number_in_its_column) {
    commit({.files = {settled_row(7)}});
    EXPECT_EQ(
        over({"files"}).out,
        "number  lane  place  size  records  delivered  superseded  dead  pending  settled   "
        "            name  remark\n"
        "     7  live  done   2KiB       10          4           3     2        0  2020-11-29 "
        "23:00:00Z  f7    1 superseded by what was delivered before; 1 unchanged\n");
}

TEST_F(history_words_test, file_has_each_number_under_its_key) {
    file_row row = settled_row(7);
    row.lane = lane::bulk;
    row.keep_because = "it is damaged";
    row.remark = "2 of its texts were mended";
    commit({.files = {row}});
    expect_json(first_of(over({"files", "--json"}).out),
                {{"/number", "7"},
                 {"/name", "\"f7\""},
                 {"/lane", "\"bulk\""},
                 {"/place", "\"rejected\""},
                 {"/size", "2048"},
                 {"/records_in", "10"},
                 {"/delivered", "4"},
                 {"/superseded", "3"},
                 {"/dead_lettered", "2"},
                 {"/pending", "0"},
                 {"/overtaken", "1"},
                 {"/unchanged", "1"},
                 {"/balanced", "true"},
                 {"/claimed", "\"2020-11-29T22:00:00.000Z\""},
                 {"/settled", "\"2020-11-29T23:00:00.000Z\""},
                 {"/keep_because", "\"it is damaged\""},
                 {"/remark", "\"2 of its texts were mended\""}});
}

TEST_F(history_words_test, remarks_stand_in_the_order_of_their_weight) {
    file_row row = settled_row(7);
    row.counts = {4, 3, 1, 1, 1}; // one has no fate
    row.keep_because = "it is\ndamaged";
    row.remark = "2 of its texts were mended";
    commit({.files = {row}});
    EXPECT_THAT(last_line(over({"files"}).out),
                EndsWith("  the books do not balance; it is damaged; 1 superseded by what was "
                         "delivered before; 1 unchanged; 2 of its texts were mended\n"));
    row.keep_because.reset();
    row.remark.clear();
    row.counts = {4, 3, 2};
    commit({.files = {row}});
    EXPECT_THAT(last_line(over({"files"}).out), EndsWith("f7    the books do not balance\n"));
}

TEST_F(history_words_test, one_older_file_is_one) {
    commit({.files = {settled_row(1), settled_row(2), settled_row(3)}});
    EXPECT_THAT(over({"files", "-n", "2"}).out,
                EndsWith("\n1 older one is not shown; -n ROWS shows more\n"));
    EXPECT_THAT(over({"files", "-n", "1"}).out,
                EndsWith("\n2 older ones are not shown; -n ROWS shows more\n"));
    EXPECT_THAT(over({"files", "-n", "3"}).out, Not(HasSubstr("not shown")));
}

TEST_F(history_words_test, files_since_are_those_that_settled_then_or_later) {
    commit({.files = {settled_row(1)}}); // at 23:00
    EXPECT_THAT(over({"files", "--since", "2020-11-29T23:00:00.000Z"}).out, HasSubstr("f1"));
    EXPECT_EQ(over({"files", "--since", "2020-11-29T23:00:00.001Z"}).out, "no files\n");
}

TEST_F(history_words_test, failed_files_are_those_that_need_somebody) {
    file_row dead = settled_row(1), fine = settled_row(2), kept = settled_row(3),
             wrong = settled_row(4);
    fine.counts = {10, 0, 0};
    kept.counts = {10, 0, 0};
    kept.keep_because = "it is damaged";
    wrong.counts = {9, 0, 0};
    commit({.files = {dead, fine, kept, wrong}});
    const std::string failed = over({"files", "--failed"}).out;
    EXPECT_THAT(failed,
                AllOf(HasSubstr("f1 "), Not(HasSubstr("f2 ")), HasSubstr("f3 "), HasSubstr("f4 ")));
}

TEST_F(history_words_test, tables_fold_at_80_columns) {
    file_row row = settled_row(1);
    row.name = std::string(100, 'n');
    commit({.outcomes = {some_batch(3)}, .files = {row}});
    const scoped_columns narrow("80");
    for (const char* const command : {"files", "batches"}) {
        std::istringstream lines(over({command}).out);
        for (std::string line; std::getline(lines, line);)
            EXPECT_LE(display_width(line), 80U) << line;
    }
}

TEST_F(history_words_test, batch_has_each_number_in_its_column) {
    commit({.outcomes = {some_batch(3)}});
    EXPECT_EQ(over({"batches"}).out,
              "finished              batch  lane  attempt  inputs  delivered  retried  dead  http  "
              "  took  why not all\n"
              "2020-11-29 22:00:00Z      3  bulk        2     100         97        2     1   207  "
              "180 ms  no [1msuch property\n");
}

TEST_F(history_words_test, batch_has_each_number_under_its_key) {
    batch_outcome probe = some_batch(3);
    probe.probe = true;
    commit({.outcomes = {probe}});
    expect_json(first_of(over({"batches", "--json"}).out),
                {{"/finished", "\"2020-11-29T22:00:00.000Z\""},
                 {"/batch", "3"},
                 {"/attempt", "2"},
                 {"/lane", "\"bulk\""},
                 {"/probe", "true"},
                 {"/inputs", "100"},
                 {"/delivered", "97"},
                 {"/retried", "2"},
                 {"/dead_lettered", "1"},
                 {"/http_status", "207"},
                 {"/status", "\"COMPLETE\""},
                 {"/duration_ms", "180"},
                 {"/queue_wait_ms", "5000"},
                 {"/correlation_id", "\"c-1\""},
                 {"/reason", "\"VALIDATION_ERROR\""},
                 {"/words", "\"no\x1b[1msuch\nproperty\""}});
}

TEST_F(history_words_test, batch_of_which_all_was_delivered_has_no_reason) {
    batch_outcome fine = some_batch(3);
    fine.delivered = fine.inputs;
    batch_outcome without_words = some_batch(4);
    without_words.words.clear();
    commit({.outcomes = {fine, without_words}});
    const std::string out = over({"batches"}).out;
    EXPECT_THAT(out, AllOf(HasSubstr("180 ms\n"), EndsWith("180 ms  VALIDATION_ERROR\n")));
    EXPECT_EQ(over({"batches", "--failed"}).out.find(" 3  bulk"), std::string::npos);
}

TEST_F(history_words_test, batches_since_are_those_that_finished_then_or_later) {
    commit({.outcomes = {some_batch(3)}});
    EXPECT_THAT(over({"batches", "--since", "2020-11-29T22:00:00.000Z"}).out,
                HasSubstr(" 3  bulk"));
    EXPECT_EQ(over({"batches", "--since", "2020-11-29T22:00:00.001Z"}).out,
              "no batches since 2020-11-29 22:00:00Z\n");
    EXPECT_EQ(over({"batches", "--failed", "--since", "2020-11-30T00:00:00Z"}).out,
              "no failed batches since 2020-11-30 00:00:00Z\n");
}

TEST_F(history_words_test, rows_that_fill_the_table_are_the_newest) {
    commit({.outcomes = {some_batch(3), some_batch(4), some_batch(5)}});
    const std::string out = over({"batches", "-n", "2"}).out;
    EXPECT_THAT(out, AllOf(Not(HasSubstr(" 3  bulk")), HasSubstr(" 4  bulk"), HasSubstr(" 5  bulk"),
                           EndsWith("the newest 2 are shown; -n ROWS shows more\n")));
    EXPECT_LT(out.find(" 4  bulk"), out.find(" 5  bulk"));
    EXPECT_THAT(over({"batches", "-n", "4"}).out, Not(HasSubstr("are shown")));
}

} // namespace
} // namespace hubspool
