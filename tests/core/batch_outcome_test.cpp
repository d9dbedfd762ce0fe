#include "core/books/batch_outcome.hpp"
#include "support/settled_fields.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace hubspool {
namespace {

constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();

struct settlement {
    settled_changes changes;
    std::vector<settled_record> records;
};

bool decode(std::string_view blob, settlement& in) {
    settled_records records;
    const bool whole = decode_settlement(blob, in.changes, records);
    for (const settled_record& record : records) in.records.push_back(record);
    return whole;
}

settlement read_back(const std::string& blob) {
    settlement in;
    EXPECT_TRUE(decode(blob, in));
    return in;
}

bool readable(std::string_view blob) {
    settlement in;
    return decode(blob, in);
}

batch_outcome small_outcome() {
    batch_outcome outcome;
    outcome.changes = {{"123", fate::delivered, false, fields_named({"eventName", "city"})},
                       {"a \"quoted\" id", fate::dead, false, fields_named({"city"})},
                       {"", fate::delivered, false, {}}};
    outcome.records = {{7, 3, fate::delivered},
                       {7, 4, fate::delivered},
                       {7, 5, fate::superseded},
                       {9, 0, fate::dead}};
    return outcome;
}

TEST(settlement_blob, of_changes_and_records_comes_back) {
    const batch_outcome outcome = small_outcome();
    const settlement in = read_back(encode_settlement(outcome));
    const auto before = outcome.changes.all(), after = in.changes.all();
    EXPECT_EQ(after.size(), 3U);
    EXPECT_EQ(after, before);
    const std::vector<settled_record> records = {{7, 3, fate::delivered},
                                                 {7, 4, fate::delivered},
                                                 {7, 5, fate::superseded},
                                                 {9, 0, fate::dead}};
    EXPECT_EQ(in.records, records);
}

TEST(settlement_blob, of_nothing_comes_back_as_nothing) {
    const settlement in = read_back(encode_settlement({}));
    EXPECT_TRUE(in.changes.empty());
    EXPECT_TRUE(in.records.empty());
}

TEST(settlement_blob, of_records_in_any_order_is_sorted_and_names_each_once) {
    batch_outcome outcome;
    outcome.records = {
        {2, 9, fate::dead}, {1, 5, fate::delivered}, {2, 9, fate::dead}, {1, 4, fate::delivered}};
    const settlement in = read_back(encode_settlement(outcome));
    ASSERT_EQ(in.records.size(), 3U);
    EXPECT_EQ(in.records[0].ordinal, 4U);
    EXPECT_EQ(in.records[1].ordinal, 5U);
    EXPECT_EQ(in.records[2].file, 2U);
}

TEST(settlement_blob, of_the_largest_numbers_comes_back) {
    batch_outcome outcome;
    outcome.records = {{0, 0, fate::dead},
                       {largest, largest - 1, fate::delivered},
                       {largest, largest, fate::delivered}};
    const settlement in = read_back(encode_settlement(outcome));
    ASSERT_EQ(in.records.size(), 3U);
    EXPECT_EQ(in.records[2].file, largest);
    EXPECT_EQ(in.records[2].ordinal, largest);
}

TEST(settlement_blob, of_neighbours_is_small) {
    batch_outcome outcome;
    for (std::uint64_t i = 0; i < 100000; ++i) {
        outcome.records.add({1, i, i % 1000 == 0 ? fate::delivered : fate::superseded});
    }
    EXPECT_LT(encode_settlement(outcome).size(), 1000U);
}

TEST(settlement_blob, of_many_changes_names_each_field_once) {
    batch_outcome outcome;
    const std::string name(100, 'n');
    for (int i = 0; i < 100; ++i) {
        outcome.changes.add({std::to_string(i), fate::delivered, false, fields_named({name})});
    }
    EXPECT_LT(encode_settlement(outcome).size(), 1000U);
}

// What a later version may change in the making must not change what is made.
TEST(settlement_blob, of_changes_and_records_is_this_text) {
    batch_outcome outcome;
    outcome.changes = {{"1", fate::delivered, false, fields_named({"a", "b"})},
                       {"2", fate::dead, false, fields_named({"b", "c", "a"})}};
    outcome.records = {{5, 1, fate::delivered}, {5, 0, fate::delivered}, {6, 2, fate::dead}};
    const std::string names = {3, 0, 1, 'a', 0, 1, 'b', 0, 1, 'c'};
    const std::string sources = {0};
    const std::string changes = {2, 1, '1', 64, 0, 4, 1, '2', 98, 4, 8, 0};
    const std::string records = {2, 5, 1, 0, 8, 1, 1, 2, 2};
    const std::string body = names + sources + changes + records;
    const std::string blob = encode_settlement(outcome);
    EXPECT_EQ(blob.substr(0, 3), "HS\x03");
    EXPECT_EQ(blob.substr(8), body);
    EXPECT_EQ(blob[7], static_cast<char>(body.size()));
}

TEST(settlement_blob, of_many_names_in_any_order_comes_back) {
    batch_outcome outcome;
    std::vector<settled_change> expected;
    for (int i = 0; i < 60; ++i) {
        settled_change change{std::to_string(i), fate::delivered, false, {}};
        for (int j = 0; j < 50; ++j)
            if ((i + j) % 3 != 0)
                change.fields.push_back({j % 2 == 0 ? field_kind::property : field_kind::custom,
                                         "n" + std::to_string(i * j % 50),
                                         {}});
        expected.push_back(change);
        outcome.changes.add(change);
    }
    EXPECT_EQ(outcome.changes.all(), expected);
    EXPECT_EQ(read_back(encode_settlement(outcome)).changes.all(), expected);
}

TEST(settlement_blob, with_any_byte_changed_is_told_as_damaged) {
    const std::string blob = encode_settlement(small_outcome());
    for (std::size_t i = 0; i < blob.size(); ++i) {
        for (const int flip : {0x01, 0x80, 0xff}) {
            std::string damaged = blob;
            damaged[i] = static_cast<char>(damaged[i] ^ flip);
            EXPECT_FALSE(readable(damaged)) << "byte " << i << " flipped by " << flip;
        }
    }
}

TEST(settlement_blob, cut_or_extended_is_told_as_damaged) {
    const std::string blob = encode_settlement(small_outcome());
    for (std::size_t size = 0; size < blob.size(); ++size) {
        EXPECT_FALSE(readable(std::string_view(blob).substr(0, size))) << size;
    }
    EXPECT_FALSE(readable(blob + "x"));
}

TEST(settlement_blob, visited_gives_the_records_alone) {
    std::uint64_t count = 0;
    EXPECT_TRUE(visit_settled_records(encode_settlement(small_outcome()),
                                      [&](const settled_record&) { ++count; }));
    EXPECT_EQ(count, 4U);
    EXPECT_FALSE(visit_settled_records("nonsense", [](const settled_record&) {}));
}

TEST(held_bytes_test, dead_letter_weighs_what_it_holds) {
    batch_outcome outcome;
    const std::size_t empty = held_bytes(outcome);
    EXPECT_GE(empty, sizeof outcome);
    dead_letter& letter = outcome.dead_letters.emplace_back();
    letter.content.assign(100'000, 'x');
    letter.records.resize(10);
    EXPECT_GE(held_bytes(outcome), empty + 100'000 + 10 * sizeof(dead_letter::origin));
}

TEST(held_bytes_test, records_weigh_with_their_number) {
    batch_outcome outcome = small_outcome();
    const std::size_t before = held_bytes(outcome);
    for (std::uint64_t file = 100; file < 1100; ++file)
        outcome.records.add({file, 0, fate::delivered});
    EXPECT_GT(held_bytes(outcome), before);
}

} // namespace
} // namespace hubspool
