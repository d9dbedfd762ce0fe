#include "core/books/file_books.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace hubspool {

TEST(settled_set, new_set_holds_nothing) {
    const settled_set set;
    EXPECT_FALSE(set.contains(0));
    EXPECT_FALSE(set.contains(1000000));
    EXPECT_EQ(set.first_open(), 0U);
    EXPECT_EQ(set.base(), 0U);
}

TEST(settled_set, record_is_inserted_once) {
    settled_set set;
    EXPECT_TRUE(set.insert(70));
    EXPECT_FALSE(set.insert(70));
    EXPECT_TRUE(set.contains(70));
    EXPECT_FALSE(set.contains(69));
    EXPECT_FALSE(set.contains(71));
    EXPECT_EQ(set.first_open(), 0U);
}

TEST(settled_set, what_is_expected_is_not_settled_by_that) {
    settled_set set;
    set.expect(0);
    set.expect(1000);
    EXPECT_FALSE(set.contains(999));
    EXPECT_EQ(set.first_open(), 0U);
    EXPECT_TRUE(set.insert(999));
    set.raise_base(900);
    set.expect(800);
    set.expect(2000);
    EXPECT_TRUE(set.contains(999));
    EXPECT_EQ(set.first_open(), 900U);
    EXPECT_TRUE(set.insert(1999));
    EXPECT_TRUE(set.insert(5000)); // they may be more after all
    EXPECT_FALSE(set.contains(4999));
}

TEST(settled_set, first_open_passes_whole_words) {
    settled_set set;
    for (std::uint64_t i = 0; i < 128; ++i) {
        EXPECT_EQ(set.first_open(), i);
        set.insert(i);
    }
    EXPECT_EQ(set.first_open(), 128U);
    set.insert(129);
    EXPECT_EQ(set.first_open(), 128U);
    set.insert(128);
    EXPECT_EQ(set.first_open(), 130U);
}

TEST(settled_set, raised_base_declares_all_below_settled) {
    settled_set set;
    set.insert(3);
    set.insert(200);
    set.raise_base(100);
    EXPECT_EQ(set.base(), 100U);
    EXPECT_TRUE(set.contains(99));
    EXPECT_FALSE(set.contains(100));
    EXPECT_TRUE(set.contains(200));
    EXPECT_FALSE(set.insert(99));
    EXPECT_EQ(set.first_open(), 100U);
    set.raise_base(50);
    EXPECT_EQ(set.base(), 100U);
}

TEST(settled_set, base_may_be_raised_beyond_all_bits) {
    settled_set set;
    set.insert(5);
    set.raise_base(10'000'001);
    EXPECT_EQ(set.first_open(), 10'000'001U);
    EXPECT_TRUE(set.insert(10'000'001));
    EXPECT_EQ(set.first_open(), 10'000'002U);
}

TEST(settled_set, random_inserts_agree_with_a_plain_set) {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        std::mt19937_64 random(seed);
        settled_set set;
        std::set<std::uint64_t> expected;
        std::uint64_t base = 0;
        for (int i = 0; i < 400; ++i) {
            const std::uint64_t ordinal = random() % 300;
            if (random() % 40 == 0) {
                base = std::max(base, random() % 300);
                set.raise_base(base);
                continue;
            }
            const bool fresh = ordinal >= base && expected.insert(ordinal).second;
            EXPECT_EQ(set.insert(ordinal), fresh);
        }
        std::uint64_t first_open = base;
        while (expected.count(first_open) > 0) ++first_open;
        EXPECT_EQ(set.first_open(), first_open) << "seed " << seed;
        for (std::uint64_t i = 0; i < 400; ++i)
            EXPECT_EQ(set.contains(i), i < base || expected.count(i) > 0) << "seed " << seed;
    }
}

TEST(file_book, file_is_complete_when_read_to_its_end_and_all_settled) {
    file_book book;
    EXPECT_FALSE(book.complete());
    book.settled.insert(0);
    book.settled.insert(1);
    EXPECT_FALSE(book.complete()); // its end is not known
    book.records_in = 3;
    EXPECT_FALSE(book.complete());
    book.settled.insert(2);
    EXPECT_TRUE(book.complete());
}

TEST(file_book, file_without_records_is_complete_and_balanced) {
    file_book book;
    book.records_in = 0;
    EXPECT_TRUE(book.complete());
    EXPECT_TRUE(book.balanced());
}

TEST(file_book, books_balance_when_the_fates_add_up) {
    file_book book;
    book.counts = {.delivered = 2, .superseded = 1, .dead = 1};
    EXPECT_FALSE(book.balanced());
    book.records_in = 5;
    EXPECT_FALSE(book.balanced());
    book.records_in = 4;
    EXPECT_TRUE(book.balanced());
}

} // namespace hubspool
