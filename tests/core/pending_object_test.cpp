#include "coded_fields.hpp"
#include "core/pending/pending_object.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <utility>

namespace hubspool {
namespace {

using testing::coded_fields;

void take(pending_change& change, arrival at, const coded_fields& fields) {
    change.take({at.file, at.place, at.place + 1, false, {}, at.place * 100}, fields.text(),
                fields.keys());
}

// Each field's value, and the file and ordinal of the record it came from.
std::map<std::string, std::pair<std::string, arrival>> all(const pending_change& change) {
    std::map<std::string, std::pair<std::string, arrival>> found;
    const std::vector<arrival> order = change.records.order();
    change.fields.for_each([&](const field& f, std::uint32_t owner) {
        found[std::string(f.name)] = {std::string(f.value), order.at(owner)};
    });
    return found;
}

} // namespace

TEST(pending_change, newest_record_wins_per_field_whatever_the_order_they_come_in) {
    chunk_pool chunks;
    pending_change change(nullptr, chunks);
    take(change, {2, 5}, coded_fields().put("a", "25").put("b", "25"));
    take(change, {1, 9}, coded_fields().put("a", "19").put("c", "19"));
    take(change, {2, 6}, coded_fields().put("b", "26"));
    take(change, {1, 8}, coded_fields().put("c", "18").put("d", "18"));
    EXPECT_EQ(all(change),
              (std::map<std::string, std::pair<std::string, arrival>>{{"a", {"25", {2, 5}}},
                                                                      {"b", {"26", {2, 6}}},
                                                                      {"c", {"19", {1, 9}}},
                                                                      {"d", {"18", {1, 8}}}}));
}

TEST(pending_change, random_records_in_any_order_over_two_changes_agree_with_a_map) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        std::mt19937_64 random(seed);
        std::map<std::string, std::pair<std::string, arrival>> expected;
        chunk_pool chunks;
        pending_change change(nullptr, chunks), following(nullptr, chunks);
        for (std::uint64_t i = 0; i < 60; ++i) {
            const arrival at{random() % 3, i * 37 % 60}; // no two alike
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
        change.take({1, i, i + 1, true, reference, i}, "", {});
    }
    EXPECT_TRUE(change.is_full_for(100, 1, 1000));
}

} // namespace hubspool
