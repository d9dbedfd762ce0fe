#include "core/books/settled_records.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace hubspool {
namespace {

constexpr std::uint64_t largest_place = std::numeric_limits<std::uint64_t>::max();

std::vector<settled_record> all(const settled_records& records) {
    std::vector<settled_record> read;
    for (const settled_record& record : records) read.push_back(record);
    return read;
}

settled_records coded(const std::vector<settled_record>& records) {
    settled_records coded;
    for (const settled_record& record : records) coded.add(record);
    return coded;
}

TEST(settled_records, new_ones_are_none) {
    const settled_records none;
    EXPECT_TRUE(none.empty());
    EXPECT_EQ(none.size(), 0U);
    EXPECT_EQ(none.counts(), fate_counts{});
    EXPECT_EQ(none.newest_file(), 0U);
    EXPECT_TRUE(all(none).empty());
}

TEST(settled_records, come_back_in_the_order_of_adding) {
    const std::vector<settled_record> records = {
        {3, 10, fate::superseded}, {3, 11, fate::delivered}, {3, 900, fate::dead},
        {3, 4, fate::delivered},   {2, 5, fate::delivered},  {7, 5, fate::superseded},
        {7, 5, fate::dead},        {0, 0, fate::delivered}};
    EXPECT_EQ(all(coded(records)), records);
    EXPECT_EQ(all(settled_records{{3, 10, fate::dead}}),
              (std::vector<settled_record>{{3, 10, fate::dead}}));
}

TEST(settled_records, of_the_largest_numbers_come_back) {
    const std::vector<settled_record> records = {
        {0, largest_place / 8, fate::dead},   {0, largest_place / 4 + 2, fate::superseded},
        {0, largest_place, fate::delivered},  {largest_place, largest_place, fate::dead},
        {largest_place, 0, fate::superseded}, {largest_place, largest_place, fate::dead}};
    EXPECT_EQ(all(coded(records)), records);
}

TEST(settled_records, are_counted_by_fate_and_by_newest_file) {
    const settled_records records = coded({{3, 10, fate::superseded},
                                           {9, 11, fate::delivered},
                                           {3, 12, fate::superseded},
                                           {3, 13, fate::dead},
                                           {3, 14, fate::superseded}});
    EXPECT_EQ(records.size(), 5U);
    EXPECT_EQ(records.counts(), (fate_counts{1, 3, 1}));
    EXPECT_EQ(records.newest_file(), 9U);
}

TEST(settled_records, overtaken_ones_are_counted_among_the_superseded) {
    const std::vector<settled_record> some = {{3, 10, fate::superseded}, {3, 11, fate::overtaken}};
    const settled_records records = coded(some);
    EXPECT_EQ(all(records), some);
    EXPECT_EQ(records.counts(), (fate_counts{0, 2, 0, 1}));
    EXPECT_EQ(records.size(), 2U);
    fate_counts sum = records.counts();
    sum += records.counts();
    EXPECT_EQ(sum, (fate_counts{0, 4, 0, 2}));
}

TEST(settled_records, take_three_bytes_of_objects_that_lie_scattered) {
    settled_records records;
    records.reserve(10000);
    const std::size_t reserved = records.bytes_apart();
    for (std::uint64_t object = 0; object < 100; ++object)
        for (std::uint64_t i = 0; i < 100; ++i)
            records.add({1, object * 977 + i * 100'000, fate::superseded});
    EXPECT_EQ(records.bytes_apart(), reserved);
    EXPECT_LE(reserved, 40100U);
}

} // namespace
} // namespace hubspool
