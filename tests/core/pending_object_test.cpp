#include "coded_fields.hpp"
#include "core/pending/pending_object.hpp"
#include "support/random_rounds.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <utility>

namespace hubspool {
namespace {

using testing::coded_fields;

// The record's number in its file, and its key.
void take(pending_change& change, const order_key& at, const coded_fields& fields,
          lane of = lane::live) {
    change.take({at.number, at.ordinal, at.ordinal + 1, false, {}, at.ordinal * 100, at}, of,
                fields.text(), fields.keys());
}

using valued = std::map<std::string, std::pair<std::string, order_key>>;

// Each field's value, and the key of the record it came from.
valued all(const pending_change& change) {
    valued found;
    const std::vector<order_key> keys = change.records.keys();
    change.fields.for_each([&](const field& f, std::uint32_t owner) {
        found[std::string(f.name)] = {std::string(f.value), keys.at(owner)};
    });
    return found;
}

} // namespace

TEST(pending_change, largest_key_wins_per_field_whatever_the_order_they_come_in) {
    chunk_pool chunks;
    pending_change change(nullptr, chunks);
    take(change, {7, 2, 5}, coded_fields().put("a", "25").put("b", "25"));
    take(change, {7, 1, 9}, coded_fields().put("a", "19").put("c", "19"));
    take(change, {7, 2, 6}, coded_fields().put("b", "26"));
    take(change, {7, 1, 8}, coded_fields().put("c", "18").put("d", "18"));
    // By its as_of it is older than all, though it came last.
    take(change, {6, 3, 0}, coded_fields().put("a", "30").put("e", "30"));
    EXPECT_EQ(all(change), (valued{{"a", {"25", {7, 2, 5}}},
                                   {"b", {"26", {7, 2, 6}}},
                                   {"c", {"19", {7, 1, 9}}},
                                   {"d", {"18", {7, 1, 8}}},
                                   {"e", {"30", {6, 3, 0}}}}));
}

TEST(pending_change, record_that_comes_twice_leaves_the_field_to_the_later_one) {
    chunk_pool chunks;
    pending_change change(nullptr, chunks);
    change.take({3, 0, 1, false, {}, 0, {7, 3, 0}}, lane::live, coded_fields().put("a", "1").text(),
                coded_fields().put("a", "1").keys());
    coded_fields again;
    again.put("a", "1").put("b", "1");
    change.take({8, 0, 1, false, {}, 0, {7, 3, 0}}, lane::live, again.text(), again.keys());
    std::map<std::string, std::uint32_t> owners;
    change.fields.for_each(
        [&](const field& f, std::uint32_t owner) { owners[std::string(f.name)] = owner; });
    EXPECT_EQ(owners, (std::map<std::string, std::uint32_t>{{"a", 1}, {"b", 1}}));
}

// Else one object of many records with an as_of of their own would hold up the loop.
TEST(pending_change, is_full_of_fewer_records_when_they_are_out_of_order) {
    chunk_pool chunks;
    pending_change rising(nullptr, chunks), falling(nullptr, chunks);
    const std::uint64_t many = pending_change::unordered_records_max;
    for (std::uint64_t i = 0; i < many; ++i) {
        take(rising, {i, 1, i}, coded_fields().put("a", "1"));
        take(falling, {many - i, 1, i}, coded_fields().put("a", "1"));
    }
    EXPECT_FALSE(rising.is_full_for(100, 1, 1000));
    EXPECT_TRUE(falling.is_full_for(100, 1, 1000));
}

TEST(pending_change, takes_over_what_is_noted_of_the_one_behind) {
    chunk_pool chunks;
    pending_change change(nullptr, chunks), following(nullptr, chunks);
    take(change, {7, 1, 0}, coded_fields().put("a", "1"));
    take(change, {7, 1, 1}, coded_fields().put("a", "2"));
    take(following, {7, 2, 0}, coded_fields().put("b", "1"));
    following.late = following.of_before = true;
    following.note_overtaken(0);
    change.take(following);
    EXPECT_TRUE(change.late);
    EXPECT_TRUE(change.of_before);
    ASSERT_TRUE(change.more);
    EXPECT_EQ(change.more->overtaken, std::vector<std::uint32_t>{2});
}

TEST(pending_change, newest_arrival_of_each_lane_is_known) {
    chunk_pool chunks;
    pending_change change(nullptr, chunks), following(nullptr, chunks);
    coded_fields fields;
    fields.put("a", "1");
    take(change, {7, 5, 2}, fields, lane::bulk);
    EXPECT_EQ(change.newest(lane::live), arrival{});
    EXPECT_EQ(change.newest(lane::bulk), (arrival{5, 200}));
    take(change, {9, 9, 0}, fields, lane::live);
    take(change, {7, 5, 3}, fields, lane::bulk);
    EXPECT_EQ(change.newest(lane::live), (arrival{9, 0}));
    EXPECT_EQ(change.newest(lane::bulk), (arrival{5, 300}));
    take(following, {9, 10, 1}, fields, lane::live);
    following.take(change);
    EXPECT_EQ(following.newest(lane::live), (arrival{10, 100}));
    EXPECT_EQ(following.newest(lane::bulk), (arrival{5, 300}));
    EXPECT_TRUE(following.by.live && following.by.bulk);
}

TEST(pending_change, random_records_in_any_order_over_two_changes_agree_with_a_map) {
    for (std::uint64_t seed = 0; seed < testing::random_rounds(200U); ++seed) {
        std::mt19937_64 random(seed);
        valued expected;
        chunk_pool chunks;
        pending_change change(nullptr, chunks), following(nullptr, chunks);
        for (std::uint64_t i = 0; i < 60; ++i) {
            // No two alike.
            const order_key at{random() % 4, random() % 3, i * 37 % 60};
            const std::string name = "n" + std::to_string(random() % 12);
            const std::string value(random() % 6, static_cast<char>('a' + random() % 26));
            take(i % 3 == 0 ? following : change, at, coded_fields().put(name, value));
            const auto [found, fresh] = expected.emplace(name, std::pair(value, at));
            if (!fresh && found->second.second < at) found->second = {value, at};
        }
        change.take(following);
        EXPECT_EQ(all(change), expected) << "seed " << seed;
        EXPECT_EQ(change.records.count(), 60U);
    }
}

TEST(pending_change, references_as_long_as_records_may_be_fill_a_change) {
    const std::string reference(16U << 20, 'r');
    chunk_pool chunks;
    pending_change change(nullptr, chunks);
    for (std::uint64_t i = 0; i < 4; ++i) {
        EXPECT_FALSE(change.is_full_for(100, 1, 1000));
        change.take({1, i, i + 1, true, reference, i}, lane::live, "", {});
    }
    EXPECT_TRUE(change.is_full_for(100, 1, 1000));
}

} // namespace hubspool
