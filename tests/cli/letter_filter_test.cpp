#include "cli/letters/letter_filter.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

const wall_time died_at{std::chrono::hours(1000)};

// Of two records that were merged, of files 7 and 9.
kept_dead_letter merged_letter() {
    kept_dead_letter kept;
    kept.died = died_at;
    kept.letter.at = {9, 310};
    kept.letter.object_id = "42";
    kept.letter.category = "VALIDATION_ERROR";
    kept.letter.reason = "Property \"budget\" is no number";
    kept.letter.records.resize(2);
    kept.letter.records[0].file = 7;
    kept.letter.records[1].file = 9;
    kept.letter.records[1].count = 5; // a range
    return kept;
}

const file_names names{{7, "night.ndjson"}, {9, "new\nline"}};

bool matches(const letter_filter& filter) {
    return filter.matches(merged_letter(), names);
}

TEST(letter_filter_test, without_a_condition_is_empty_and_matches_all) {
    EXPECT_TRUE(letter_filter{}.empty());
    EXPECT_TRUE(matches({}));
    EXPECT_FALSE(letter_filter{.category = "a"}.empty());
    EXPECT_FALSE(letter_filter{.reason = "a"}.empty());
    EXPECT_FALSE(letter_filter{.object_id = "1"}.empty());
    EXPECT_FALSE(letter_filter{.file = "1"}.empty());
    EXPECT_FALSE(letter_filter{.since = died_at}.empty());
    EXPECT_FALSE(letter_filter{.until = died_at}.empty());
}

TEST(letter_filter_test, category_is_the_whole_of_it_in_any_case) {
    EXPECT_TRUE(matches({.category = "validation_error"}));
    EXPECT_FALSE(matches({.category = "VALIDATION"}));
    EXPECT_FALSE(matches({.category = "VALIDATION_ERRORS"}));
}

TEST(letter_filter_test, reason_stands_anywhere_in_category_or_reason_in_any_case) {
    EXPECT_TRUE(matches({.reason = "BUDGET"}));
    EXPECT_TRUE(matches({.reason = "validation"}));
    EXPECT_TRUE(matches({.reason = "no number"}));
    EXPECT_FALSE(matches({.reason = "no  number"}));
    EXPECT_FALSE(matches({.reason = "error property"})) << "over the end of the one into the other";
}

TEST(letter_filter_test, object_is_meant_with_leading_zeros_too) {
    EXPECT_TRUE(matches({.object_id = "42"}));
    EXPECT_TRUE(matches({.object_id = "0042"}));
    EXPECT_FALSE(matches({.object_id = "4"}));
    EXPECT_FALSE(matches({.object_id = "420"}));
}

TEST(letter_filter_test, file_is_that_of_any_record_by_number_or_name) {
    EXPECT_TRUE(matches({.file = "7"}));
    EXPECT_TRUE(matches({.file = "9"}));
    EXPECT_TRUE(matches({.file = "night.ndjson"}));
    EXPECT_FALSE(matches({.file = "night"}));
    EXPECT_FALSE(matches({.file = "8"}));
}

TEST(letter_filter_test, file_is_meant_as_list_prints_its_name_too) {
    EXPECT_TRUE(matches({.file = "new\nline"}));
    EXPECT_TRUE(matches({.file = "new\\x0aline"}));
    kept_dead_letter of_lost_row = merged_letter();
    of_lost_row.letter.records.resize(1);
    of_lost_row.letter.records[0].file = 1000;
    EXPECT_FALSE(letter_filter{.file = "\\"}.matches(of_lost_row, names));
}

TEST(letter_filter_test, since_is_in_and_until_is_out) {
    EXPECT_TRUE(matches({.since = died_at}));
    EXPECT_FALSE(matches({.since = died_at + 1ms}));
    EXPECT_FALSE(matches({.until = died_at}));
    EXPECT_TRUE(matches({.until = died_at + 1ms}));
}

TEST(letter_filter_test, all_conditions_must_hold) {
    EXPECT_TRUE(matches({.category = "validation_error", .object_id = "42", .file = "7"}));
    EXPECT_FALSE(matches({.category = "validation_error", .object_id = "43", .file = "7"}));
}

TEST(letter_id, is_read_as_it_is_written_and_nothing_else_is) {
    const auto at = parse_letter_id(id_of(merged_letter().letter));
    ASSERT_TRUE(at);
    EXPECT_EQ(*at, (arrival{9, 310}));
    for (const char* none : {"", "9", "9:", ":310", "9:310 ", " 9:310", "9:31x", "9-310", "-9:310",
                             "9:310:1", "99999999999999999999:1"})
        EXPECT_FALSE(parse_letter_id(none)) << none;
}

TEST(letter_records, of_a_range_count_as_many_as_it_names) {
    EXPECT_EQ(records_of(merged_letter().letter), 6U);
}

TEST(file_name_of, row_that_is_gone_is_empty) {
    EXPECT_EQ(name_of(7, names), "night.ndjson");
    EXPECT_EQ(name_of(8, names), "");
}

} // namespace
} // namespace hubspool
