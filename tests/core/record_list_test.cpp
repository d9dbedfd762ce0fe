#include "core/record_list.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <string>
#include <vector>

namespace hubspool {

namespace {

struct owned_record {
    position at;
    std::uint64_t ordinal = 0;
    std::uint64_t line = 0;
    bool fieldless = false;
    std::string reference;

    friend bool operator==(const owned_record&, const owned_record&) = default;
};

std::vector<owned_record> all(const record_list& list) {
    std::vector<owned_record> records;
    list.for_each([&](const record_ref& r) {
        records.push_back({r.at, r.ordinal, r.line, r.fieldless, std::string(r.reference)});
    });
    return records;
}

void append(record_list& list, const owned_record& r) {
    list.append({r.at, r.ordinal, r.line, r.fieldless, r.reference});
}

} // namespace

TEST(record_list, new_list_is_empty) {
    const record_list list;
    EXPECT_EQ(list.count(), 0U);
    EXPECT_EQ(list.newest(), position{});
    EXPECT_TRUE(all(list).empty());
}

TEST(record_list, records_come_back_in_order) {
    const std::vector<owned_record> records{
        {{3, 0}, 0, 1, false, ""},     {{3, 100}, 1, 2, true, "ref"}, {{3, 250}, 2, 3, false, ""},
        {{3, 900}, 9, 40, false, "x"}, {{5, 7}, 1, 1, false, ""},     {{4, 7}, 1, 2, false, ""},
        {{4, 3}, 0, 1, true, ""},      {{4, 3}, 0, 1, false, ""},
    };
    record_list list;
    for (const auto& r : records) append(list, r);
    EXPECT_EQ(all(list), records);
    EXPECT_EQ(list.count(), records.size());
    EXPECT_EQ(list.newest(), (position{5, 7}));
}

TEST(record_list, largest_numbers_come_back) {
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    const std::vector<owned_record> records{
        {{most, most}, most, most, true, std::string(70000, 'r')},
        {{0, 0}, 0, 0, false, ""},
        {{0, most}, most, 0, false, ""},
    };
    record_list list;
    for (const auto& r : records) append(list, r);
    EXPECT_EQ(all(list), records);
}

TEST(record_list, lists_are_joined) {
    record_list first, second;
    append(first, {{1, 10}, 0, 1, false, "a"});
    append(second, {{1, 20}, 1, 2, false, "b"});
    append(second, {{2, 5}, 0, 1, true, ""});
    first.append(second);
    append(first, {{2, 9}, 1, 2, false, "c"});
    EXPECT_EQ(all(first), (std::vector<owned_record>{{{1, 10}, 0, 1, false, "a"},
                                                     {{1, 20}, 1, 2, false, "b"},
                                                     {{2, 5}, 0, 1, true, ""},
                                                     {{2, 9}, 1, 2, false, "c"}}));
    EXPECT_EQ(first.newest(), (position{2, 9}));
}

TEST(record_list, reference_need_not_outlive_the_call) {
    record_list list;
    {
        std::string reference = "a reference too long for its own buffer";
        list.append({{1, 1}, 0, 1, false, reference});
        reference.assign(reference.size(), 'x');
    }
    list.append({{1, 2}, 1, 2, false, {}});
    EXPECT_EQ(all(list)[0].reference, "a reference too long for its own buffer");
}

TEST(record_list, usual_record_costs_a_few_bytes) {
    record_list list;
    constexpr std::uint64_t count = 100000;
    for (std::uint64_t i = 0; i < count; ++i) list.append({{1, i * 30000}, i * 100, i * 100 + 1});
    EXPECT_LT(list.bytes() / count, 14U); // seven, in a buffer that doubles
}

TEST(record_list, random_records_come_back) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        std::mt19937_64 random(seed);
        std::vector<owned_record> records;
        record_list list;
        position newest;
        for (int i = 0; i < 100; ++i) {
            owned_record r{{random() % 3, random() >> (random() % 64)},
                           random() >> (random() % 64),
                           random() >> (random() % 64),
                           random() % 2 == 0,
                           std::string(random() % 3, 'r')};
            append(list, r);
            newest = std::max(newest, r.at);
            records.push_back(r);
        }
        EXPECT_EQ(all(list), records) << "seed " << seed;
        EXPECT_EQ(list.newest(), newest);
    }
}

} // namespace hubspool
