#include "cli/fates/fate_line.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

TEST(fate_line, cursor_is_read_back_as_it_was_written) {
    for (const fate_cursor& cursor :
         {fate_cursor{0, 0, 0}, {1, 2, 3}, {UINT64_MAX, UINT64_MAX, UINT64_MAX}})
        EXPECT_EQ(parse_cursor(format_cursor(cursor)), cursor);
    EXPECT_EQ(format_cursor({255, 12, 3}), "ff-12.3");
}

TEST(fate_line, what_is_no_cursor_is_refused) {
    for (const char* const text : {"", "-", ".", "1-2", "1.2-3", "1-2.", "-1.2", "1-.2", "g-1.2",
                                   "1-2.3x", "1-2.3.4", "11111111111111111-1.1", "1- 2.3"})
        EXPECT_FALSE(parse_cursor(text)) << text;
}

TEST(fate_line, csv_quotes_what_would_break_a_row) {
    batch_outcome outcome;
    outcome.batch = 5;
    outcome.http_status = 207;
    outcome.words = "no \"x\"";
    const told_fate told{
        {1, 2, 3}, {7, 8, fate::dead}, {"a,b.ndjson", 9, "42", "row\n1", ""}, outcome};
    const std::string line = fate_as_csv(told);
    EXPECT_TRUE(
        line.ends_with(",dead,42,\"row\n1\",7,\"a,b.ndjson\",8,9,5,207,,\"no \"\"x\"\"\"\r\n"))
        << line;
    EXPECT_TRUE(fate_csv_heading().starts_with("cursor,time,fate,object_id,id,"));
}

TEST(fate_line, json_has_null_for_what_is_not_known) {
    const batch_outcome outcome;
    const told_fate told{{1, 2, 3}, {7, 0, fate::overtaken}, {}, outcome};
    const std::string line = fate_as_json(told);
    EXPECT_NE(line.find(R"("fate":"overtaken","object_id":null,"id":null,"file":7,"name":null,)"
                        R"("ordinal":0,"line":null,"batch":null,"http_status":null)"),
              std::string::npos)
        << line;
}

} // namespace
} // namespace hubspool
