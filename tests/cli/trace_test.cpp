#include "cli/cli_fixture.hpp"
#include "cli/trace/object_trace.hpp"
#include "cli/trace/record_search.hpp"
#include "spool/queue_names.hpp"
#include "support/settled_fields.hpp"

#include <gmock/gmock.h>

namespace hubspool {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

namespace {

std::vector<found_record> searched(std::string_view bytes, const std::string& id,
                                   std::size_t step) {
    record_search search(settings{}, id, "a");
    for (; !bytes.empty(); bytes.remove_prefix(std::min(step, bytes.size())))
        search.take(bytes.substr(0, step));
    search.end(text_end::whole);
    return search.found();
}

} // namespace

TEST(record_search, finds_the_records_of_an_object_however_the_bytes_are_cut) {
    const std::string_view bytes = R"({"objectId":"7","a":1}
{"objectId":"17","eventName":"7"}
no record
{"objectId":"007","eventName":"x","customProperties":[{"name":"room","value":"7"}],"$hubspool":{"id":"r"}}
{"objectId":"\u0037"}
{"objectId":"7","startDateTime":"never"}
)";
    for (const std::size_t step : {std::size_t{1}, std::size_t{13}, bytes.size()}) {
        const auto found = searched(bytes, "7", step);
        ASSERT_EQ(found.size(), 4U) << step;
        EXPECT_EQ(found[0].ordinal, 0U);
        EXPECT_EQ(found[1].ordinal, 3U) << "what is no record counts, too";
        EXPECT_EQ(found[1].line, 4U);
        EXPECT_EQ(found[1].reference, "r");
        EXPECT_THAT(found[1].fields, ElementsAre("eventName", "room"));
        EXPECT_EQ(found[2].ordinal, 4U);
        EXPECT_THAT(found[3].bad, HasSubstr("startDateTime"));
    }
}

TEST(record_search, finds_an_id_that_is_written_with_escapes) {
    // As PHP's json_encode() writes it.
    EXPECT_EQ(searched(R"({"objectId":"a\/b","eventName":"x"})", "a/b", 100).size(), 1U);
    EXPECT_EQ(searched(R"({"objectId":"a\"b","eventName":"x"})", "a\"b", 100).size(), 1U);
}

// Batch 1 sent the object's first two records, batch 2 killed the third.
object_trace some_trace() {
    object_trace trace;
    trace.object_id = "7";
    batch_outcome sent;
    sent.batch = 1;
    sent.changes = {{"6", fate::dead, false, fields_named({"x"})},
                    {"7", fate::delivered, false, fields_named({"a", "b"})}};
    sent.records = {{1, 0, fate::superseded}, {1, 1, fate::delivered}, {1, 9, fate::dead}};
    batch_outcome killed;
    killed.batch = 2;
    killed.changes = {{"7", fate::dead, false, fields_named({"c"})}};
    killed.records = {{2, 5, fate::dead}};
    trace.batches = {traced(sent, "7"), traced(killed, "7")};
    trace.files[1].row = file_row{};
    trace.files[1].row->settled = wall_time{};
    trace.files[2].row = file_row{};
    trace.files[2].row->watermark.ordinal = 5;
    for (const auto& [file, ordinal, field] : {std::tuple{1, 0, "a"},
                                               {1, 1, "b"},
                                               {1, 2, "a"},
                                               {2, 3, "a"},
                                               {2, 5, "c"},
                                               {2, 6, "a"},
                                               {2, 7, "a"},
                                               {3, 0, "a"}}) {
        traced_record record;
        record.file = static_cast<std::uint64_t>(file);
        record.found.ordinal = static_cast<std::uint64_t>(ordinal);
        record.found.fields = {field};
        trace.records.push_back(record);
    }
    kept_dead_letter kept;
    kept.letter.records = {{2, {}, 1, 7, 1, 1, ""}};
    trace.letters = {kept};
    return trace;
}

TEST(object_trace, change_of_a_batch_is_the_one_of_the_object) {
    const object_trace trace = some_trace();
    EXPECT_EQ(trace.batches[0].change, fate::delivered);
    EXPECT_THAT(trace.batches[0].fields, ElementsAre("a", "b"));
    EXPECT_EQ(trace.batches[1].change, fate::dead);
}

TEST(object_trace, each_record_has_the_fate_that_batch_letter_or_watermark_tells) {
    object_trace trace = some_trace();
    settle_records(trace);
    std::vector<std::string_view> ends;
    for (const traced_record& record : trace.records) ends.push_back(to_string(record.end));
    EXPECT_THAT(ends, ElementsAre("superseded", "delivered", "settled", "settled", "dead",
                                  "pending", "dead", "pending"));
    EXPECT_EQ(trace.records[0].batch, 0U);
    EXPECT_EQ(trace.records[4].batch, 1U);
    EXPECT_FALSE(trace.records[6].batch);
    EXPECT_EQ(pending_of(trace).size(), 2U);
}

TEST(object_trace, only_what_speaks_of_a_field_is_kept) {
    object_trace trace = some_trace();
    settle_records(trace);
    keep_field(trace, "c");
    ASSERT_EQ(trace.batches.size(), 1U);
    EXPECT_EQ(trace.batches[0].outcome.batch, 2U);
    ASSERT_EQ(trace.records.size(), 1U);
    EXPECT_EQ(trace.records[0].batch, 0U) << "it still names its batch";
}

class trace_test : public cli_fixture {
protected:
    void SetUp() override { make_queue(); }
    void put(const std::string& path, const std::string& content) const {
        const std::filesystem::path whole = queue() + "/" + path;
        std::filesystem::create_directories(whole.parent_path());
        std::ofstream(whole, std::ios::binary) << content;
    }
    // File 1 is settled and in done/, of file 2 the first record is.
    void make_history(wall_time settled = wall_time(std::chrono::hours(24 * 365 * 50))) const {
        commit_unit unit;
        file_row done;
        done.number = 1;
        done.name = "orders.ndjson";
        done.settled = settled;
        file_row open;
        open.number = 2;
        open.name = "more.ndjson";
        unit.files = {done, open};
        batch_outcome outcome;
        outcome.batch = 7;
        outcome.http_status = 200;
        outcome.status = "COMPLETE";
        outcome.correlation_id = "c-7";
        outcome.finished = settled;
        outcome.changes = {{"42", fate::delivered, false, fields_named({"eventName"})}};
        outcome.records = {
            {1, 0, fate::superseded}, {1, 1, fate::delivered}, {2, 0, fate::delivered}};
        unit.outcomes = {outcome};
        ASSERT_TRUE(static_cast<bool>(open_state()->commit(unit)));
    }
    void make_files() const {
        put("done/2019-12-20/" + format_claimed_name({1, 0, lane::live, "orders.ndjson"}),
            "{\"objectId\":\"42\",\"eventName\":\"a\",\"$hubspool\":{\"id\":\"crm-1\"}}\n"
            "{\"objectId\":\"43\"}\n");
        put("cur/000000/" + format_claimed_name({2, 0, lane::live, "more.ndjson"}),
            "{\"objectId\":\"42\",\"eventName\":\"b\"}\n{\"objectId\":\"42\",\"eventUrl\":\"c\"}"
            "\n");
    }
};

TEST_F(trace_test, object_that_nothing_is_known_of_is_a_failure) {
    EXPECT_THAT(over({"trace", "--object", "1"}).err, HasSubstr("hubspool has not run with"));
    make_history();
    const ended got = over({"trace", "--object", "1"});
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.err, HasSubstr("nothing is known of object 1: "));
    EXPECT_EQ(over({"trace"}).exit_code, 2);
    EXPECT_EQ(over({"trace", "--object", ""}).exit_code, 2);
    EXPECT_EQ(over({"trace", "--object", "1", "--since", "someday"}).exit_code, 2);
}

TEST_F(trace_test, records_are_told_with_their_batch_file_and_fate) {
    make_history();
    make_files();
    const ended got = over({"trace", "--object", "0042"});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.out, HasSubstr("2019-12-20 00:00:00Z  delivered  batch 7, attempt 1, http 200 "
                                   "COMPLETE\n    correlation id c-7\n    sent eventName\n"
                                   "    superseded orders.ndjson line 1, id crm-1, set eventName\n"
                                   "        live lane, record 1 of file 1, in done/2019-12-20\n"));
    EXPECT_THAT(got.out, HasSubstr("    delivered more.ndjson line 1, set eventName\n"));
    EXPECT_THAT(got.out, HasSubstr("Pending\n    pending more.ndjson line 2, set eventUrl\n"));
}

TEST_F(trace_test, what_the_ledger_kept_out_is_told_without_a_batch) {
    make_history();
    make_files();
    commit_unit unit;
    batch_outcome& outcome = unit.outcomes.emplace_back();
    outcome.finished = wall_time(std::chrono::hours(24 * 365 * 51));
    outcome.changes = {{"42", fate::overtaken, false, {}}};
    outcome.records = {{2, 1, fate::overtaken}};
    ASSERT_TRUE(static_cast<bool>(open_state()->commit(unit)));
    const ended got = over({"trace", "--object", "42"});
    EXPECT_THAT(got.out, HasSubstr("  overtaken  without a request: HubSpot had newer values of "
                                   "all of it\n    overtaken more.ndjson line 2, set eventUrl\n"));
}

TEST_F(trace_test, batch_whose_files_are_gone_says_so) {
    make_history();
    const ended got = over({"trace", "--object", "42"});
    EXPECT_EQ(got.exit_code, 0);
    EXPECT_THAT(got.out, HasSubstr("its records stood in one or more of orders.ndjson (gone), "
                                   "more.ndjson (gone)"));
}

TEST_F(trace_test, file_that_was_rejected_is_read_where_it_is) {
    make_history();
    put("rejected/" + format_claimed_name({1, 0, lane::live, "orders.ndjson"}),
        "{\"objectId\":\"43\"}\n{\"objectId\":\"42\"}\n");
    EXPECT_THAT(over({"trace", "--object", "42"}).out,
                HasSubstr("    delivered orders.ndjson line 2, set nothing\n"
                          "        live lane, record 2 of file 1, in rejected\n"));
}

TEST_F(trace_test, since_and_field_leave_out_the_rest) {
    make_history();
    make_files();
    const ended late = over({"trace", "--object", "42", "--since", "2020-01-01"});
    EXPECT_THAT(late.out, Not(HasSubstr("batch 7")));
    EXPECT_THAT(late.out, HasSubstr("pending more.ndjson line 2"));
    EXPECT_THAT(late.out, Not(HasSubstr("more.ndjson line 1"))) << "an earlier batch settled it";
    const ended url = over({"trace", "--object", "42", "--field", "eventUrl"});
    EXPECT_THAT(url.out, Not(HasSubstr("orders.ndjson")));
    EXPECT_THAT(url.out, HasSubstr("pending more.ndjson line 2"));
}

TEST_F(trace_test, json_is_an_object_a_line_and_ends_with_what_was_left_out) {
    make_history();
    make_files();
    put("new/waits.ndjson", "{}");
    std::istringstream lines(over({"trace", "--object", "42", "--json"}).out);
    std::vector<std::string> types;
    std::string line;
    while (std::getline(lines, line)) types.push_back(line.substr(0, line.find(',')));
    EXPECT_THAT(types,
                ElementsAre("{\"type\":\"batch\"", "{\"type\":\"record\"", "{\"type\":\"record\"",
                            "{\"type\":\"record\"", "{\"type\":\"end\""));
}

} // namespace hubspool
