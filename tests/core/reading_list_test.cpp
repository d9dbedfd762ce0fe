#include "core/reading/reading_list.hpp"

#include <gmock/gmock.h>

namespace hubspool {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<claimed_file> numbered(std::uint64_t first, std::uint64_t last) {
    std::vector<claimed_file> files;
    for (std::uint64_t number = first; number <= last; ++number)
        files.push_back({number, lane::live, "a", 1});
    return files;
}

std::vector<std::uint64_t> read_all(reading_list& list) {
    std::vector<std::uint64_t> numbers;
    while (!list.empty()) numbers.push_back(list.take_first().file.number);
    return numbers;
}

constexpr std::uint64_t size = 100;
constexpr std::int64_t mtime = 5;

// File 1 was begun by the run before, up to `from`.
reading_list begun_list(read_point from, bool settled = false) {
    return reading_list({{1, {from, settled, size, mtime}}});
}

} // namespace

TEST(reading_list, claims_are_read_in_the_order_of_their_numbers) {
    reading_list list;
    list.take_page(numbered(1, 2));
    list.take_claims(numbered(3, 4));
    EXPECT_THAT(read_all(list), ElementsAre(1, 2, 3, 4));
    EXPECT_TRUE(list.knows_all());
}

TEST(reading_list, claim_that_is_handed_out_twice_is_read_once) {
    reading_list list;
    list.take_claims(numbered(1, 3));
    EXPECT_EQ(list.take_first().file.number, 1U);
    list.take_claims(numbered(1, 4));
    EXPECT_THAT(read_all(list), ElementsAre(2, 3, 4));
    list.take_claims(numbered(4, 4));
    EXPECT_TRUE(list.empty());
}

TEST(reading_list, full_page_says_that_more_may_lie_behind_it) {
    reading_list list;
    list.take_page(numbered(1, 2), 2);
    EXPECT_FALSE(list.knows_all());
    EXPECT_EQ(list.page_wanted(), std::nullopt) << "these are read first";
    list.take_claims(numbered(9, 9));
    EXPECT_THAT(read_all(list), ElementsAre(1, 2)) << "9 may not be read before 3";
    EXPECT_EQ(list.page_wanted(), 2U);
    list.take_page(numbered(3, 3), 2);
    EXPECT_THAT(read_all(list), ElementsAre(3));
    EXPECT_EQ(list.page_wanted(), std::nullopt);
    EXPECT_TRUE(list.knows_all());
}

TEST(reading_list, claims_beyond_what_may_be_known_are_left_to_the_next_page) {
    reading_list list;
    list.take_claims(numbered(1, files_known_max + 2));
    EXPECT_EQ(list.files().size(), files_known_max);
    EXPECT_FALSE(list.knows_all());
    while (!list.empty()) list.take_first();
    EXPECT_EQ(list.page_wanted(), files_known_max);
}

TEST(reading_list, file_that_was_begun_goes_on_where_the_run_before_had_come) {
    reading_list list = begun_list({14, 1, 2});
    list.take_page(numbered(1, 2));
    EXPECT_EQ(list.first_unread(3), (arrival{1, 14}));
    EXPECT_EQ(list.take_first().from, (read_point{14, 1, 2}));
    EXPECT_EQ(list.take_first().from, read_point{});
}

TEST(reading_list, file_that_only_waits_to_be_moved_is_not_read) {
    reading_list list = begun_list({14, 1, 2}, true);
    list.take_page(numbered(1, 2));
    EXPECT_THAT(read_all(list), ElementsAre(2));
}

TEST(reading_list, first_unread_place_is_unknown_before_the_next_page) {
    reading_list list;
    EXPECT_EQ(list.first_unread(7), end_of_file(7)) << "all is read that there is";
    list.take_page(numbered(1, 1), 1);
    EXPECT_EQ(list.first_unread(7), (arrival{1, 0}));
    list.take_first();
    EXPECT_EQ(list.first_unread(7), std::nullopt);
}

TEST(reading_list, part_that_was_read_is_not_trusted_in_a_file_that_was_rewritten) {
    const reading_list list = begun_list({14, 1, 2});
    EXPECT_FALSE(list.rewritten(1, size, mtime));
    EXPECT_FALSE(list.rewritten(1, size + 1, mtime + 1)) << "it grew";
    EXPECT_THAT(list.rewritten(1, size, mtime + 1).value_or(""), HasSubstr("rewritten"));
    EXPECT_THAT(list.rewritten(1, size - 1, mtime).value_or(""), HasSubstr("rewritten"));
    EXPECT_FALSE(list.rewritten(2, size, mtime + 1)) << "nobody has read of it";
    EXPECT_FALSE(begun_list({}).rewritten(1, size, mtime + 1)) << "none of it was read";
}

} // namespace hubspool
