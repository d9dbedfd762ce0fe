#include "core/pending/record_list.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace hubspool {

namespace {

struct owned_record {
    std::uint64_t file = 0;
    std::uint64_t ordinal = 0;
    std::uint64_t line = 0;
    std::uint64_t offset = 0;
    bool fieldless = false;
    std::string reference = {};
    order_key key = {};
    std::uint32_t fields = 0;
};

void append(record_list& list, const owned_record& r) {
    list.append({r.file, r.ordinal, r.line, r.fieldless, r.reference, r.offset, r.key, r.fields});
}

// All comes back but the offsets of those that their line tells.
void expect_same(const record_list& list, const std::vector<owned_record>& expected) {
    std::size_t i = 0;
    list.for_each([&](const record_ref& record) {
        ASSERT_LT(i, expected.size());
        const owned_record& r = expected[i++];
        EXPECT_EQ(record.file, r.file);
        EXPECT_EQ(record.ordinal, r.ordinal);
        EXPECT_EQ(record.line, r.line);
        EXPECT_EQ(record.fieldless, r.fieldless);
        EXPECT_EQ(record.reference, r.reference);
        EXPECT_EQ(record.offset.value_or(r.offset), r.offset);
        EXPECT_EQ(record.key, r.key);
        EXPECT_EQ(record.fields, r.fields);
    });
    EXPECT_EQ(i, expected.size());
    EXPECT_EQ(list.count(), expected.size());
}

std::vector<bool> offsets_known(const record_list& list) {
    std::vector<bool> known;
    list.for_each([&](const record_ref& record) { known.push_back(record.offset.has_value()); });
    return known;
}

} // namespace

TEST(record_list, new_list_is_empty) {
    chunk_pool chunks;
    const record_list list(chunks);
    EXPECT_EQ(list.count(), 0U);
    EXPECT_EQ(list.newest(), arrival{});
    expect_same(list, {});
}

TEST(record_list, records_come_back_in_order) {
    const std::vector<owned_record> records{
        {3, 0, 1, 0},       {3, 1, 2, 100, true, "ref"},
        {3, 2, 3, 250},     {3, 9, 40, 900, false, "x"},
        {5, 1, 1, 7},       {4, 1, 2, 7},
        {4, 0, 1, 3, true}, {5, 1, 1, 7},
        {5, 2, 1, 9},
    };
    chunk_pool chunks;
    record_list list(chunks);
    for (const auto& r : records) append(list, r);
    expect_same(list, records);
    EXPECT_EQ(list.newest(), (arrival{5, 9}));
}

TEST(record_list, keys_come_back_whatever_the_records_bring_along) {
    const std::vector<owned_record> records{
        {3, 0, 1, 0, false, {}, {500, 3, 0}},         // of a file, with its stamp
        {3, 1, 2, 100, false, {}, {500, 3, 1}},       // nothing of its own
        {3, 4, 5, 400, false, {}, {90, 3, 4}, 300},   // an as_of of its own, and fields
        {3, 5, 6, 500, false, {}, {500, 3, 5}},       // none again
        {7, 0, 1, 0, false, {}, {40, 2, 0}},          // a file that is read once more
        {7, 1, 2, 100, false, {}, {40, 2, 1}},        //
        {5, 2, 3, 200, false, {}, {499, 5, 2}},       // an earlier file after a later one
        {9, 0, 1, 0, false, {}, {UINT64_MAX, 1, 77}}, // an order of its own
        {9, 1, 2, 100, false, {}, {0, UINT64_MAX, UINT64_MAX}},
    };
    chunk_pool chunks;
    record_list list(chunks);
    for (const auto& r : records) append(list, r);
    expect_same(list, records);
    EXPECT_EQ(list.newest_key(), records.back().key);
    std::vector<order_key> keys;
    for (const auto& r : records) keys.push_back(r.key);
    EXPECT_EQ(list.keys(), keys);
}

TEST(record_list, is_in_order_as_long_as_keys_and_arrivals_rise) {
    const auto in_order = [](const std::vector<owned_record>& records) {
        chunk_pool chunks;
        record_list list(chunks);
        for (const auto& r : records) append(list, r);
        return list.is_in_order();
    };
    const owned_record first{3, 1, 2, 100, false, {}, {500, 3, 1}};
    EXPECT_TRUE(in_order({}));
    EXPECT_TRUE(in_order({first}));
    EXPECT_TRUE(in_order({first, {4, 0, 1, 0, false, {}, {500, 4, 0}}}));
    EXPECT_FALSE(in_order({first, {4, 0, 1, 0, false, {}, {499, 4, 0}}})); // older by its as_of
    EXPECT_FALSE(in_order({first, {2, 0, 1, 0, false, {}, {501, 2, 0}}})); // came earlier
    EXPECT_FALSE(in_order({first, {4, 0, 1, 0, false, {}, first.key}}));   // the same record
    // What was out of order once stays so: owners are no measure of age any more.
    EXPECT_FALSE(in_order(
        {first, {4, 0, 1, 0, false, {}, {499, 4, 0}}, {5, 0, 1, 0, false, {}, {900, 5, 0}}}));
}

TEST(record_list, offset_is_kept_of_the_newest_and_where_the_line_does_not_tell_the_record) {
    chunk_pool chunks;
    record_list lines(chunks), elements(chunks);
    for (std::uint64_t i = 0; i < 3; ++i) {
        append(lines, {1, 10 * i, 10 * i + 1, 3000 * i});
        append(elements, {1, i, 1, 50 * i}); // an array on one line
    }
    EXPECT_EQ(offsets_known(lines), (std::vector<bool>{false, false, true}));
    EXPECT_EQ(offsets_known(elements), (std::vector<bool>{false, true, true}));
}

TEST(record_list, largest_numbers_come_back) {
    constexpr std::uint64_t most = UINT64_MAX - 1, ordinal_most = (std::uint64_t{1} << 63) - 1;
    const std::vector<owned_record> records{
        {most, ordinal_most, most, most, true, std::string(70000, 'r')},
        {0, 0, 0, 0},
        {0, ordinal_most, 0, most},
    };
    chunk_pool chunks;
    record_list list(chunks);
    for (const auto& r : records) append(list, r);
    expect_same(list, records);
}

TEST(record_list, lists_are_joined) {
    std::vector<owned_record> records{
        {1, 0, 1, 10, false, "a"}, {1, 1, 2, 20, false, "b"}, {1, 2, 9, 30}, {2, 0, 1, 5, true}};
    chunk_pool chunks;
    record_list first(chunks), second(chunks);
    append(first, records[0]);
    for (std::size_t i = 1; i < records.size(); ++i) append(second, records[i]);
    first.append(second);
    records.push_back({2, 1, 2, 9, false, "c"});
    append(first, records.back());
    expect_same(first, records);
    EXPECT_EQ(first.newest(), (arrival{2, 9}));
}

TEST(record_list, joined_lists_know_no_offset_that_neither_knew) {
    chunk_pool chunks;
    record_list first(chunks), second(chunks);
    append(first, {1, 4, 9, 400}); // lines were empty before it
    append(second, {1, 5, 6, 500});
    append(second, {1, 6, 7, 600});
    first.append(second);
    expect_same(first, {{1, 4, 9, 400}, {1, 5, 6, 500}, {1, 6, 7, 600}});
    EXPECT_EQ(offsets_known(first), (std::vector<bool>{true, false, true}));
}

TEST(record_list, reference_need_not_outlive_the_call) {
    chunk_pool chunks;
    record_list list(chunks);
    {
        std::string reference = "a reference too long for its own buffer";
        append(list, {1, 0, 1, 1, false, reference});
        reference.assign(reference.size(), 'x');
    }
    append(list, {1, 1, 2, 2});
    expect_same(list,
                {{1, 0, 1, 1, false, "a reference too long for its own buffer"}, {1, 1, 2, 2}});
}

TEST(record_list, usual_record_costs_a_few_bytes) {
    chunk_pool chunks;
    record_list list(chunks);
    constexpr std::uint64_t count = 100000;
    for (std::uint64_t i = 0; i < count; ++i)
        append(list,
               {1, i * 100'000, i * 100'000 + 1, i * 30'000'000, false, {}, {7, 1, i * 100'000}});
    EXPECT_LT(list.bytes_apart() * 10, count * 35); // bytes
}

TEST(record_list, random_records_come_back) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        std::mt19937_64 random(seed);
        std::vector<owned_record> records;
        chunk_pool chunks;
        record_list list(chunks), other(chunks);
        for (int i = 0; i < 100; ++i) {
            const std::uint64_t ordinal = random() >> (4 + random() % 60);
            const std::uint64_t file = random() % 3;
            const order_key plain{1000 + file, file, ordinal};
            const order_key own{random() >> (random() % 64), random() % 4, random() >> 20};
            const owned_record r{file,
                                 ordinal,
                                 random() % 2 == 0 ? ordinal + 1 : random() >> (random() % 64),
                                 ordinal * 7,
                                 random() % 2 == 0,
                                 std::string(random() % 3, 'r'),
                                 random() % 3 == 0 ? own : plain};
            append(i < 70 ? list : other, r);
            records.push_back(r);
        }
        list.append(other);
        expect_same(list, records);
        arrival newest;
        for (const auto& r : records) newest = std::max(newest, {r.file, r.offset});
        EXPECT_EQ(list.newest(), newest) << "seed " << seed;
    }
}

} // namespace hubspool
