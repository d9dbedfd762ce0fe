// Keys in the rows of the history.
#include "core/books/batch_outcome.hpp"
#include "core/words/fnv.hpp"
#include "core/words/varint.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace hubspool {
namespace {

constexpr std::uint64_t largest_number = std::numeric_limits<std::uint64_t>::max();
constexpr as_of_ms some_stamp = 1'764'460'800'000;

settled_change change_of(std::string id, std::vector<order_key> keys, fate of = fate::delivered) {
    settled_change change{std::move(id), of, false, {}};
    for (const order_key& key : keys)
        change.fields.push_back(
            {field_kind::property, "f" + std::to_string(change.fields.size()), key});
    return change;
}

std::vector<settled_change> after_coding(const settled_changes& changes) {
    batch_outcome outcome;
    outcome.changes = changes;
    settled_changes read;
    settled_records records;
    EXPECT_TRUE(decode_settlement(encode_settlement(outcome), read, records));
    EXPECT_EQ(read.top(), changes.top());
    return read.all();
}

std::size_t coded_bytes(const settled_changes& changes) {
    batch_outcome outcome;
    outcome.changes = changes;
    return encode_settlement(outcome).size();
}

TEST(settled_keys, of_any_kind_come_back) {
    const settled_changes changes = {
        change_of("1", {{some_stamp, 7, 3}, {some_stamp, 7, 3}, {some_stamp, 7, 900}}),
        change_of("2", {{some_stamp, 8, 0}, {some_stamp - 5, 7, 3}, {some_stamp, 8, 0}, {}}),
        change_of("3", {{largest_number, largest_number, largest_number}, {0, 0, largest_number}}),
        change_of("4", {{}, {some_stamp, 7, 2}}, fate::dead),
    };
    const auto before = changes.all();
    EXPECT_EQ(before[1].fields[1].key, (order_key{some_stamp - 5, 7, 3}));
    EXPECT_EQ(after_coding(changes), before);
}

TEST(settled_keys, field_and_custom_property_of_one_name_are_two) {
    const order_key key{some_stamp, 7, 3};
    const settled_changes changes = {{"1",
                                      fate::delivered,
                                      false,
                                      {{field_kind::custom, "eventName", key},
                                       {field_kind::property, "eventName", {some_stamp, 7, 4}}}}};
    settled_changes numbered;
    numbered.add("1", fate::delivered, false, 2);
    numbered.add_field(field_kind::custom, "eventName", 9, key);
    numbered.add_field(field_kind::property, "eventName", 9, {some_stamp, 7, 4});
    EXPECT_EQ(after_coding(changes), changes.all());
    EXPECT_EQ(after_coding(numbered), changes.all());
}

TEST(settled_keys, doubt_comes_back_with_its_change_alone) {
    settled_change doubted = change_of("1", {{some_stamp, 7, 3}}, fate::dead);
    doubted.doubt = true;
    const settled_changes changes = {doubted, change_of("2", {{some_stamp, 7, 4}})};
    const auto after = after_coding(changes);
    EXPECT_TRUE(after[0].doubt);
    EXPECT_FALSE(after[1].doubt);
}

TEST(settled_keys, top_is_the_largest_of_what_the_ledger_learns) {
    EXPECT_EQ(settled_changes().top(), order_key{});
    settled_changes changes = {change_of("1", {{some_stamp, 7, 3}, {some_stamp, 6, 900}}),
                               change_of("2", {{some_stamp, 9, 0}}, fate::dead),
                               change_of("3", {{some_stamp, 9, 0}}, fate::overtaken)};
    EXPECT_EQ(changes.top(), (order_key{some_stamp, 7, 3}));
    settled_change doubted = change_of("4", {{some_stamp, 8, 1}}, fate::dead);
    doubted.doubt = true;
    changes.add(doubted);
    EXPECT_EQ(changes.top(), (order_key{some_stamp, 8, 1}));
}

TEST(settled_keys, of_one_file_cost_some_bytes_a_change) {
    settled_changes bare, sorted, merged;
    for (std::uint64_t i = 0; i < 100; ++i) {
        const std::string id = std::to_string(1'000'000 + i);
        const order_key key{some_stamp, 123'456, 5'000'000 + i * 10};
        const order_key older{some_stamp, 123'456, 4'000'000 + i * 10};
        bare.add(change_of(id, std::vector<order_key>(8)));
        sorted.add(change_of(id, std::vector<order_key>(8, key)));
        merged.add(change_of(id, {key, older, key, older, key, older, key, older}));
    }
    // Beside the one source: two bytes a change; with two records four more for each.
    EXPECT_LE(coded_bytes(sorted), coded_bytes(bare) + 16 + 2 * 100);
    EXPECT_LE(coded_bytes(merged), coded_bytes(bare) + 16 + 8 * 100);
}

TEST(settled_keys, of_many_sources_come_back) {
    std::mt19937_64 random(20261130);
    const auto below = [&](std::uint64_t bound) { return random() % bound; };
    for (int round = 0; round < 50; ++round) {
        settled_changes changes;
        std::vector<settled_change> expected;
        const std::uint64_t sources = 1 + below(60);
        for (int i = 0; i < 100; ++i) {
            std::vector<order_key> keys;
            for (std::uint64_t fields = below(6); fields > 0; --fields)
                keys.push_back({some_stamp + below(sources), 1 + below(sources), below(1U << 20)});
            expected.push_back(change_of(std::to_string(i), std::move(keys)));
            changes.add(expected.back());
        }
        EXPECT_EQ(changes.all(), expected);
        EXPECT_EQ(after_coding(changes), expected);
    }
}

TEST(settled_keys, visited_are_as_decoded) {
    const settled_changes changes = {
        change_of("1", {{some_stamp, 7, 3}, {some_stamp, 8, 3}}),
        change_of("2", {{some_stamp, 7, 900}}, fate::dead),
    };
    batch_outcome outcome;
    outcome.changes = changes;
    outcome.records = {{7, 3, fate::delivered}};
    std::vector<settled_change> visited;
    const bool whole = visit_settled_changes(encode_settlement(outcome), [&](const change_view& v) {
        visited.push_back({std::string(v.object_id), v.fate, v.doubt, {}});
        for (const field_view& field : v.fields)
            visited.back().fields.push_back({field.kind, std::string(field.name), field.key});
    });
    EXPECT_TRUE(whole);
    EXPECT_EQ(visited, changes.all());
    EXPECT_FALSE(visit_settled_changes("nonsense", [](const change_view&) {}));
}

std::string blob_of_version(char version, std::string_view body) {
    std::string blob = {'H', 'S', version};
    const std::uint32_t sum = fnv_32(body);
    for (unsigned i = 0; i < 4; ++i) blob.push_back(static_cast<char>(sum >> (8 * i)));
    put_string(blob, body);
    return blob;
}

// What hubspool 1 wrote: names without kinds, and no keys.
TEST(settled_keys, row_of_version_1_is_read_without_keys) {
    const std::string body = {2, 1, 'a', 1, 'b', 2, 1, '1', 0, 2, 0,
                              1, 1, '2', 2, 1,   1, 1, 5,   1, 0, 4};
    const std::string blob = blob_of_version(1, body);
    settled_changes changes;
    settled_records records;
    ASSERT_TRUE(decode_settlement(blob, changes, records));
    const auto all = changes.all();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].fields, (std::vector<settled_field>{{field_kind::property, "a", {}},
                                                         {field_kind::property, "b", {}}}));
    EXPECT_EQ(all[1].fate, fate::dead);
    EXPECT_EQ(changes.top(), order_key{});
    EXPECT_EQ(records.size(), 2U);
}

// Fates in two bits each, and no values.
TEST(settled_keys, row_of_version_2_is_read_without_values) {
    const std::string body = {3, 0, 1,   'a', 0, 1, 'b', 0, 1, 'c', 0, 2, 1, '1', 16, 0,
                              4, 1, '2', 26,  4, 8, 0,   2, 5, 1,   0, 4, 1, 1,   2,  2};
    settled_changes changes;
    settled_records records;
    ASSERT_TRUE(decode_settlement(blob_of_version(2, body), changes, records));
    const auto all = changes.all();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].fate, fate::delivered);
    EXPECT_EQ(all[0].fields.size(), 2U);
    EXPECT_EQ(all[1].fate, fate::dead);
    EXPECT_EQ(all[1].fields.size(), 3U);
    std::vector<settled_record> listed;
    for (const settled_record& record : records) listed.push_back(record);
    EXPECT_EQ(listed, (std::vector<settled_record>{
                          {5, 0, fate::delivered}, {5, 1, fate::delivered}, {6, 2, fate::dead}}));
}

} // namespace
} // namespace hubspool
