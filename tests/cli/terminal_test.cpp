#include "cli/printing.hpp"
#include "cli/terminal.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

namespace hubspool {
namespace {

TEST(terminal, width_comes_from_columns_when_it_is_believable) {
    for (const auto& [told, width] : {std::pair{"80", std::optional<std::size_t>(80)},
                                      {"132", 132},
                                      {"19", std::nullopt},
                                      {"20", 20},
                                      {"10000", 10000},
                                      {"10001", std::nullopt},
                                      {"80x", std::nullopt},
                                      {"-1", std::nullopt},
                                      {"99999999999999999999999", std::nullopt}}) {
        ::setenv("COLUMNS", told, 1);
        EXPECT_EQ(terminal_width(-1), width) << told;
    }
    ::unsetenv("COLUMNS");
    EXPECT_EQ(terminal_width(-1), std::nullopt);
}

TEST(terminal, text_is_cut_at_whole_characters_with_an_ellipsis) {
    EXPECT_EQ(cut_to_width("four", 4), "four");
    EXPECT_EQ(cut_to_width("fourteen", 4), "fou\u2026");
    EXPECT_EQ(cut_to_width("M\u00fcnchen", 3), "M\u00fc\u2026");
    EXPECT_EQ(cut_to_width("e\u0301te\u0301", 3), "e\u0301te\u0301");
    EXPECT_EQ(cut_to_width("\u5317\u4eac\u5e02", 6), "\u5317\u4eac\u5e02");
    EXPECT_EQ(cut_to_width("\u5317\u4eac\u5e02", 5), "\u5317\u4eac\u2026");
    EXPECT_EQ(cut_to_width("\u5317\u4eac\u5e02", 4), "\u5317\u2026");
    EXPECT_EQ(cut_to_width("\xff\xfe\xfd", 2), "\xff\u2026");
    EXPECT_EQ(cut_to_width("ab", 0), "");
}

TEST(terminal, width_counts_wide_characters_twice_and_joining_ones_not) {
    EXPECT_EQ(display_width(""), 0U);
    EXPECT_EQ(display_width("a\u00e9\u20ac"), 3U);
    EXPECT_EQ(display_width("\uac00\U0001f600"), 4U);
    EXPECT_EQ(display_width("e\u0301"), 1U);
}

text_table files_of_a_night() {
    text_table table({">number", "+lane", "place", ">size", ">records", ">delivered", ">superseded",
                      ">dead", ">pending", "+settled", "+name", "+remark"});
    table.add({"1048576", "bulk", "rejected", "1023.9 MiB", "10000000", "9999000", "900", "100",
               "0", "2026-11-23 22:41:34Z", "export-\u5317\u4eac-of-the-whole-year-2026.ndjson",
               "it was rewritten while hubspool was not running"});
    table.add({"7", "live", "done", "12 B", "1", "1", "0", "0", "0", "-", "a.json", ""});
    return table;
}

TEST(text_table, at_80_columns_folds_long_texts_below_each_row) {
    EXPECT_EQ(files_of_a_night().text(80),
              " number  place           size   records  delivered  superseded  dead  pending\n"
              "    lane  settled  name  remark\n"
              "1048576  rejected  1023.9 MiB  10000000    9999000         900   100        0\n"
              "    bulk  2026-11-23 22:41:34Z  export-\u5317\u4eac-of-the-whole-year-2026.ndjson  "
              "it w\u2026\n"
              "      7  done            12 B         1          1           0     0        0\n"
              "    live  -  a.json\n");
}

TEST(text_table, at_any_width_has_no_line_that_is_wider) {
    for (std::size_t width = 20; width < 200; ++width) {
        std::istringstream lines(files_of_a_night().text(width));
        for (std::string line; std::getline(lines, line);)
            EXPECT_LE(display_width(line), width) << line;
    }
}

TEST(text_table, that_goes_to_no_terminal_has_one_whole_line_a_row) {
    const std::string text = files_of_a_night().text(std::nullopt);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
    EXPECT_NE(text.find("2026.ndjson  it was rewritten while hubspool was not running\n"),
              std::string::npos);
}

TEST(folded, line_is_broken_at_spaces_and_those_that_follow_are_indented) {
    const std::string word(30, 'w');
    EXPECT_EQ(folded(word + ' ' + word + ' ' + word, 4),
              word + ' ' + word + "\n    " + word + '\n');
    EXPECT_EQ(folded("", 4), "\n");
}

TEST(folded, what_stands_before_the_first_line_takes_its_columns) {
    const std::string half(38, 'w');
    EXPECT_EQ(folded(half + ' ' + half, 8, 3), half + ' ' + half + '\n') << "80 columns with them";
    EXPECT_EQ(folded(half + ' ' + half, 8, 4), half + "\n        " + half + '\n');
}

TEST(folded, word_that_is_wider_than_a_line_is_cut) {
    EXPECT_EQ(folded(std::string(200, 'w'), 4, 10), std::string(69, 'w') + "\u2026\n");
}

} // namespace
} // namespace hubspool
