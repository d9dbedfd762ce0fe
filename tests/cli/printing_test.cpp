#include "cli/printing.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

TEST(printed_words, of_one_is_the_noun_as_it_is) {
    EXPECT_EQ(counted(0, "file"), "0 files");
    EXPECT_EQ(counted(1, "file"), "1 file");
    EXPECT_EQ(counted(2, "file"), "2 files");
}

TEST(printed_words, time_is_cut_to_seconds_and_says_its_zone) {
    EXPECT_EQ(shown_time(wall_time(milliseconds(999))), "1970-01-01 00:00:00Z");
    EXPECT_EQ(shown_time(wall_time(milliseconds(1'763'937'694'120))), "2025-11-23 22:41:34Z");
}

TEST(printed_words, overtaken_are_told_only_when_there_are_some) {
    EXPECT_EQ(overtaken_text(0), "");
    EXPECT_EQ(overtaken_text(1), " (1 by what was delivered before)");
}

TEST(printed_words, line_stays_one_and_within_its_bytes) {
    EXPECT_EQ(one_line("a\nb\tc", 100).find_first_of("\n\t"), std::string::npos);
    EXPECT_LE(one_line(std::string(1000, 'x'), 100).size(), 103U) << "with its ellipsis";
    EXPECT_EQ(one_line("short", 100), "short");
}

text_table two_columns() {
    text_table table({">n", "+remark"});
    table.add({"7", "one"});
    table.add({"10", "three"});
    return table;
}

TEST(text_table_lines, numbers_stand_to_the_right_and_no_line_ends_in_blanks) {
    EXPECT_EQ(two_columns().text(std::nullopt), " n  remark\n"
                                                " 7  one\n"
                                                "10  three\n");
}

TEST(text_table_lines, as_wide_as_the_terminal_is_not_folded_and_a_column_wider_is) {
    const std::string whole = two_columns().text(std::nullopt);
    constexpr std::size_t widest = 10; // "10  remark"
    EXPECT_EQ(two_columns().text(widest), whole);
    EXPECT_EQ(two_columns().text(widest - 1), " n\n"
                                              "    rema\u2026\n"
                                              " 7\n"
                                              "    one\n"
                                              "10\n"
                                              "    three\n");
}

TEST(text_table_lines, row_without_a_text_to_fold_has_one_line) {
    text_table table({"file", "+remark"});
    table.add({"a.ndjson", ""});
    table.add({"b.ndjson", "a long remark"});
    EXPECT_EQ(table.text(15), "file\n"
                              "    remark\n"
                              "a.ndjson\n"
                              "b.ndjson\n"
                              "    a long rem\u2026\n");
}

} // namespace
} // namespace hubspool
