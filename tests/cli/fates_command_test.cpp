// `fates`: lines in order, where they begin, and cursors that no longer fit.
#include "cli/json_value.hpp"
#include "cli/replay_fixture.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace hubspool {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr wall_time first_end{std::chrono::seconds(1'600'000'100)};

class fates_command_test : public replay_fixture {
protected:
    // Two batches of two records each, and what reading found between them.
    void SetUp() override {
        make_queue();
        commit_unit unit;
        settle(unit, 1, "a.ndjson", R"({"objectId":"1","eventName":"a","$hubspool":{"id":"x,y"}}
{"objectId":"2","eventName":"a"}
{"objectId":
)");
        settle(unit, 2, "b.ndjson", R"({"objectId":"3","eventName":"b"}
{"objectId":"4","eventName":"b"}
)");
        unit.outcomes = {outcome_of(1, first_end, {{1, 0, fate::delivered}, {1, 1, fate::dead}}),
                         outcome_of(0, first_end + milliseconds(1), {{1, 2, fate::dead}}),
                         outcome_of(2, first_end + milliseconds(2),
                                    {{2, 0, fate::overtaken}, {2, 1, fate::unchanged}})};
        unit.outcomes[0].words = "no property \"nope\"";
        unit.outcomes[0].http_status = 207;
        unit.outcomes[0].correlation_id = "c-1";
        commit(unit);
    }
    static batch_outcome outcome_of(std::uint64_t batch, wall_time finished,
                                    std::vector<settled_record> records) {
        batch_outcome outcome;
        outcome.batch = batch;
        outcome.finished = finished;
        for (const settled_record& record : records) outcome.records.add(record);
        return outcome;
    }
    std::vector<std::string> lines(std::vector<std::string> words = {}) const {
        words.insert(words.begin(), "fates");
        const ended got = over(std::move(words));
        EXPECT_EQ(got.exit_code, 0) << got.err;
        std::vector<std::string> all;
        std::istringstream in(got.out);
        for (std::string line; std::getline(in, line);) all.push_back(line);
        return all;
    }
    // "FILE:ORDINAL" of each line.
    std::vector<std::string> told(std::vector<std::string> words = {}) const {
        std::vector<std::string> records;
        for (const std::string& line : lines(std::move(words))) {
            const json_lookup json(line);
            records.push_back(json_value(json, "/file") + ':' + json_value(json, "/ordinal"));
        }
        return records;
    }
    std::string cursor_of(std::size_t line) const {
        return *json_text_at(lines().at(line), "/cursor");
    }
    std::string why_not(const std::string& cursor) const {
        const ended got = over({"fates", "--after", cursor});
        EXPECT_EQ(got.exit_code, 1);
        EXPECT_EQ(got.out, "");
        return got.err;
    }
};

TEST_F(fates_command_test, each_record_has_a_line_in_the_order_of_the_commits) {
    EXPECT_THAT(told(), ElementsAre("1:0", "1:1", "1:2", "2:0", "2:1"));
    const auto all = lines();
    expect_json(all[0], {{"/time", "\"2020-09-13T12:28:20.000Z\""},
                         {"/fate", "\"delivered\""},
                         {"/object_id", "\"1\""},
                         {"/id", "\"x,y\""},
                         {"/name", "\"a.ndjson\""},
                         {"/line", "1"},
                         {"/batch", "1"},
                         {"/http_status", "207"},
                         {"/correlation_id", "\"c-1\""},
                         {"/reason", "none"}});
    expect_json(all[1], {{"/fate", "\"dead\""},
                         {"/object_id", "\"2\""},
                         {"/id", "none"},
                         {"/line", "2"},
                         {"/reason", "\"no property \"nope\"\""}});
    expect_json(all[2], {{"/fate", "\"dead\""},
                         {"/object_id", "none"},
                         {"/batch", "none"},
                         {"/http_status", "none"},
                         {"/line", "3"}});
    EXPECT_THAT(*json_text_at(all[2], "/reason"), ::testing::Not(IsEmpty()))
        << "what reading said of it";
    expect_json(all[3], {{"/fate", "\"overtaken\""}, {"/correlation_id", "none"}});
    expect_json(all[4], {{"/fate", "\"unchanged\""}, {"/object_id", "\"4\""}});
}

TEST_F(fates_command_test, csv_has_a_heading_and_quotes_what_would_break_a_row) {
    const std::string out = over({"fates", "--format", "csv"}).out;
    EXPECT_THAT(out, StartsWith("cursor,time,fate,object_id,id,file,name,ordinal,line,batch,"
                                "http_status,correlation_id,reason\r\n"));
    EXPECT_THAT(out,
                HasSubstr(",2020-09-13T12:28:20.000Z,delivered,1,\"x,y\",1,a.ndjson,0,1,1,207,c-1,"
                          "\r\n"));
    EXPECT_THAT(out,
                HasSubstr(",dead,2,,1,a.ndjson,1,2,1,207,c-1,\"no property \"\"nope\"\"\"\r\n"));
    EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 6);
    // Who goes on has the heading already.
    EXPECT_THAT(over({"fates", "--format", "csv", "--after", cursor_of(3)}).out,
                AllOf(StartsWith(cursor_of(4) + ","), EndsWith(",unchanged,4,,2,b.ndjson,1,2,2,,,"
                                                               "\r\n")));
}

TEST_F(fates_command_test, cursor_goes_on_behind_its_own_line) {
    EXPECT_THAT(told({"--after", cursor_of(0)}), ElementsAre("1:1", "1:2", "2:0", "2:1"))
        << "in the middle of a batch";
    EXPECT_THAT(told({"--after", cursor_of(1)}), ElementsAre("1:2", "2:0", "2:1"));
    EXPECT_THAT(told({"--after", cursor_of(2)}), ElementsAre("2:0", "2:1"));
    EXPECT_THAT(told({"--after", cursor_of(4)}), IsEmpty());
    const std::string last = cursor_of(4);
    commit({.outcomes = {outcome_of(3, first_end, {{9, 0, fate::delivered}})}});
    EXPECT_THAT(told({"--after", last}), ElementsAre("9:0"));
}

TEST_F(fates_command_test, since_begins_with_the_batch_that_ended_then) {
    EXPECT_THAT(told({"--since", "2020-09-13T12:28:20.000Z"}), SizeIs(5));
    EXPECT_THAT(told({"--since", "2020-09-13T12:28:20.001Z"}), ElementsAre("1:2", "2:0", "2:1"));
    EXPECT_THAT(told({"--since", "2020-09-13T12:28:20.002Z"}), ElementsAre("2:0", "2:1"));
    EXPECT_THAT(told({"--since", "2020-09-13T12:28:20.003Z"}), IsEmpty());
}

// The clock was set back by an hour in between.
TEST_F(fates_command_test, since_tells_all_behind_the_first_that_is_new_enough) {
    commit({.outcomes = {
                outcome_of(3, first_end - std::chrono::hours(1), {{9, 0, fate::delivered}})}});
    EXPECT_THAT(told({"--since", "2020-09-13T12:28:20.002Z"}), ElementsAre("2:0", "2:1", "9:0"));
}

TEST_F(fates_command_test, cursor_of_another_history_or_of_none_is_refused) {
    const std::string cursor = cursor_of(0);
    const std::string row_of_it = cursor.substr(cursor.find('-'));
    EXPECT_THAT(
        why_not('1' + row_of_it),
        StartsWith("hubspool: the cursor is of another history: the state database was made "
                   "anew, or replaced by an older copy"));
    EXPECT_EQ(why_not(cursor.substr(0, cursor.find('-')) + "-4.1"),
              "hubspool: the cursor lies behind all that the history has; it is not of this "
              "state\n");
    EXPECT_EQ(over({"fates", "--after", cursor.substr(0, cursor.find('-')) + "-3.2"}).exit_code, 0);
}

TEST_F(fates_command_test, cursor_that_the_history_has_forgotten_is_refused) {
    const std::string first = cursor_of(1), second = cursor_of(2);
    // The rows of the first batch and of reading go.
    ASSERT_TRUE(open_state()->trim({first_end + milliseconds(2), 100}));
    ASSERT_THAT(told(), ElementsAre("2:0", "2:1"));
    EXPECT_EQ(why_not(first), "hubspool: the history does not go back to the cursor any more "
                              "(state.history); begin with --since\n");
    EXPECT_THAT(told({"--after", second}), ElementsAre("2:0", "2:1"))
        << "its row is gone, and all of it was told";
}

TEST_F(fates_command_test, records_of_files_that_are_gone_are_told_without_their_objects) {
    std::filesystem::remove_all(queue() + "/done/2020-09-13");
    EXPECT_THAT(told(), SizeIs(5));
    expect_json(
        lines()[0],
        {{"/object_id", "none"}, {"/name", "\"a.ndjson\""}, {"/line", "none"}, {"/ordinal", "0"}});
}

TEST_F(fates_command_test, history_of_nothing_has_no_lines_and_no_state_is_a_failure) {
    std::filesystem::remove_all(state());
    const ended none = over({"fates"});
    EXPECT_EQ(none.exit_code, 1);
    EXPECT_THAT(none.err, HasSubstr("hubspool has not run with this state.directory yet"));
    open_state();
    EXPECT_THAT(lines(), IsEmpty());
    EXPECT_THAT(lines({"--format", "csv"}), SizeIs(1)) << "the heading";
    EXPECT_THAT(lines({"--since", "2000-01-01"}), IsEmpty());
}

} // namespace
} // namespace hubspool
