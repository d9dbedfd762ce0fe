// What `trace` prints, line for line.
#include "cli/trace/trace_text.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// Delivered once, with a record that lost, one that is dead while read, and one that waits.
object_trace traced_story() {
    object_trace trace;
    trace.object_id = "7";
    traced_batch batch;
    batch.outcome.batch = 12;
    batch.outcome.attempt = 2;
    batch.outcome.http_status = 200;
    batch.outcome.status = "COMPLETE";
    batch.outcome.correlation_id = "corr-1";
    batch.outcome.finished = std::chrono::sys_days(std::chrono::year(2026) / 11 / 30);
    batch.change = fate::delivered;
    batch.fields = {"eventName", "room"};
    trace.batches = {batch};
    traced_file& file = trace.files[3];
    file.name = "orders.ndjson";
    file.path = "done/2026-11-30/0003-orders.ndjson";
    file.searched = true;
    const auto add = [&](std::uint64_t ordinal, record_end end, std::optional<std::size_t> in) {
        traced_record record;
        record.file = 3;
        record.found.ordinal = ordinal;
        record.found.line = ordinal + 1;
        record.found.fields = {"eventName"};
        record.end = end;
        record.batch = in;
        trace.records.push_back(record);
    };
    add(0, record_end::superseded, 0);
    add(1, record_end::delivered, 0);
    add(2, record_end::dead, {});
    add(3, record_end::pending, {});
    trace.records[1].found.reference = "crm-42";
    trace.records[2].found.bad = "endDateTime is no time";
    return trace;
}

TEST(trace_text, tells_batch_records_dead_ones_and_pending_ones_in_turn) {
    EXPECT_EQ(trace_text(traced_story(), std::nullopt),
              "object 7\n"
              "\n2026-11-30 00:00:00Z  delivered  batch 12, attempt 2, http 200 COMPLETE\n"
              "    correlation id corr-1\n"
              "    sent eventName, room\n"
              "    superseded orders.ndjson line 1, set eventName\n"
              "        live lane, record 1 of file 3, in done/2026-11-30\n"
              "    delivered orders.ndjson line 2, id crm-42, set eventName\n"
              "        live lane, record 2 of file 3, in done/2026-11-30\n"
              "\nDead while read\n"
              "    dead orders.ndjson line 3, endDateTime is no time\n"
              "        live lane, record 3 of file 3, in done/2026-11-30\n"
              "\nPending\n"
              "    pending orders.ndjson line 4, set eventName\n"
              "        live lane, record 4 of file 3, in done/2026-11-30\n");
}

TEST(trace_text, no_line_is_wider_than_it_may_be) {
    const std::string text = trace_text(traced_story(), 30);
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = text.find('\n', begin);
        // The ellipsis takes three bytes and one column.
        EXPECT_LE(end - begin, 32U) << text.substr(begin, end - begin);
        begin = end + 1;
    }
}

TEST(trace_text, batch_whose_records_are_gone_names_the_files_they_stood_in) {
    object_trace trace = traced_story();
    trace.records.clear();
    trace.batches[0].outcome.records = {{3, 0, fate::delivered}, {9, 4, fate::delivered}};
    trace.files[3].path.clear();
    EXPECT_THAT(
        trace_text(trace, std::nullopt),
        HasSubstr("its records stood in one or more of orders.ndjson (gone), file 9 (gone)"));
    trace.batches[0].outcome.records = {{3, 0, fate::delivered}};
    trace.files[3].path = "cur/000000/x";
    trace.files[3].searched = false;
    EXPECT_THAT(trace_text(trace, std::nullopt),
                HasSubstr("its records stood in orders.ndjson (not searched)\n"));
}

TEST(trace_text, what_the_ledger_settled_was_sent_by_no_request) {
    object_trace trace = traced_story();
    trace.batches[0].outcome.batch = 0;
    trace.batches[0].change = fate::overtaken;
    const std::string text = trace_text(trace, std::nullopt);
    EXPECT_THAT(text, HasSubstr("without a request: HubSpot had newer values of all of it"));
    EXPECT_THAT(text, Not(HasSubstr("sent eventName")));
}

TEST(trace_text, what_was_not_looked_at_is_told_at_the_end) {
    object_trace trace = traced_story();
    EXPECT_THAT(trace_text(trace, std::nullopt), Not(HasSubstr("Not searched")));
    trace.interrupted = true;
    trace.back_to = std::chrono::sys_days(std::chrono::year(2026) / 11 / 1);
    trace.files[5].path = "cur/000000/0005";
    trace.unclaimed_files = 2;
    EXPECT_THAT(trace_text(trace, std::nullopt),
                AllOf(HasSubstr("The search was interrupted: there may be more."),
                      HasSubstr("Batches before 2026-11-01 00:00:00Z were not looked at; -n ROWS"),
                      HasSubstr("Not searched, and may hold it: 1 file in cur/\n"),
                      EndsWith("Not searched, and may hold it: 2 files in new/ and bulk/\n")));
}

TEST(trace_text, dead_letters_are_told_with_their_end) {
    object_trace trace = traced_story();
    kept_dead_letter kept;
    kept.letter.at = {3, 200};
    kept.letter.category = "VALIDATION_ERROR";
    kept.letter.reason = "nope\nis no property";
    kept.died = std::chrono::sys_days(std::chrono::year(2026) / 11 / 30);
    trace.letters = {kept};
    EXPECT_THAT(trace_text(trace, std::nullopt),
                AllOf(HasSubstr("\nDead letters\n    "), HasSubstr("2026-11-30 00:00:00Z  VALID"),
                      Not(HasSubstr("dropped"))));
    trace.letters[0].dropped = kept.died;
    EXPECT_THAT(trace_text(trace, std::nullopt), HasSubstr(", dropped 2026-11-30 00:00:00Z"));
}

TEST(trace_text, nothing_of_it_steers_a_terminal) {
    object_trace trace = traced_story();
    trace.object_id = "7\x1b[2J";
    trace.files[3].name = "a\nb";
    trace.records[1].found.reference = "x\x07y";
    trace.batches[0].outcome.status = "\x1b";
    const std::string text = trace_text(trace, std::nullopt);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find('\x07'), std::string::npos);
    EXPECT_THAT(text, HasSubstr("a\\x0ab"));
}

TEST(trace_text, age_that_a_record_brings_along_and_what_the_ledger_says_are_told) {
    object_trace trace = traced_story();
    const order_key at_one{1'796'000'400'000, 2, 7}; // 2026-11-30T01:00:00Z
    trace.files[3].order = {at_one.as_of + 5000, at_one.as_of + 5000, 3};
    trace.records[1].found.carried = carried_order{1, at_one, false};
    trace.known = {{{field_kind::custom, "colour"}, at_one, {}}};
    EXPECT_THAT(trace_text(trace, std::nullopt),
                AllOf(HasSubstr(", id crm-42, of 2026-11-30 01:00:00Z, set eventName"),
                      HasSubstr("    customProperties/colour of 2026-11-30 01:00:00Z, record 8 of "
                                "file 2\n")));
    EXPECT_THAT(trace_json_lines(trace),
                AllOf(HasSubstr(R"("order":"1796000400000.2.7","bad":"")"),
                      HasSubstr(R"("order":"1796000405000.3.0","bad":"")"),
                      HasSubstr(R"({"type":"ledger","field":"colour","custom":true,)"
                                R"("order":"1796000400000.2.7")")));
}

TEST(trace_json, is_an_object_a_line_of_each_kind_and_an_end) {
    object_trace trace = traced_story();
    kept_dead_letter kept;
    kept.letter.at = {3, 200};
    kept.letter.category = "decode";
    trace.letters = {kept};
    trace.unclaimed_files = 4;
    std::vector<std::string> lines;
    const std::string text = trace_json_lines(trace);
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = text.find('\n', begin);
        lines.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    ASSERT_EQ(lines.size(), 7U);
    EXPECT_THAT(lines[0], AllOf(StartsWith(R"({"type":"batch","batch":12,"fate":"delivered")"),
                                HasSubstr(R"("fields":["eventName","room"])")));
    EXPECT_THAT(lines[1], AllOf(HasSubstr(R"("type":"record","fate":"superseded","batch":12)"),
                                HasSubstr(R"("name":"orders.ndjson")")));
    EXPECT_THAT(lines[3], HasSubstr(R"("batch":null)"));
    EXPECT_THAT(lines[3], HasSubstr(R"("bad":"endDateTime is no time")"));
    EXPECT_THAT(lines[5],
                AllOf(HasSubstr(R"("type":"dead_letter")"), HasSubstr(R"("dropped":null)")));
    EXPECT_EQ(lines[6], R"({"type":"end","object_id":"7","batches_back_to":null,)"
                        R"("interrupted":false,"files_not_searched":0,"files_unclaimed":4})");
}

} // namespace
} // namespace hubspool
