#include "core/pending/object_table.hpp"
#include "counted_memory.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace hubspool {
namespace {

// Ids kept beside the table, as the pending set keeps them.
struct named_objects {
    std::vector<std::string> ids;
    testing::counted_memory memory;
    object_table table{&memory};

    object_index find(const std::string& id) const {
        return table.find(object_table::hash(id), [&](object_index i) { return ids[i] == id; });
    }
    void insert(const std::string& id) {
        ids.push_back(id);
        table.insert(object_table::hash(id), static_cast<object_index>(ids.size() - 1));
    }
    void erase(const std::string& id) { table.erase(object_table::hash(id), find(id)); }
};

TEST(object_table, empty_table_finds_nothing) {
    const object_table table;
    EXPECT_EQ(table.candidate(object_table::hash("1")), object_table::none);
    EXPECT_EQ(table.size(), 0U);
}

TEST(object_table, equal_hashes_are_told_apart_by_the_object) {
    object_table table;
    table.insert(7, 0);
    table.insert(7, 1);
    EXPECT_EQ(table.find(7, [](object_index i) { return i == 1; }), 1U);
    table.erase(7, 0);
    EXPECT_EQ(table.candidate(7), 1U);
    EXPECT_EQ(table.find(7, [](object_index i) { return i == 0; }), object_table::none);
}

TEST(object_table, ids_that_differ_in_one_byte_have_other_hashes) {
    std::map<std::uint32_t, std::string> seen;
    for (int i = 0; i < 100'000; ++i) {
        const std::string id = std::to_string(1'000'000 + i);
        seen.emplace(static_cast<std::uint32_t>(object_table::hash(id)), id);
    }
    // As many equal ones as chance has: about one in 100,000 pairs of 2^32.
    EXPECT_GT(seen.size(), 99'980U);
    EXPECT_NE(object_table::hash("1"), object_table::hash(std::string("1\0", 2)));
    EXPECT_NE(object_table::hash("12345678"), object_table::hash("123456789"));
}

TEST(object_table, any_order_of_inserting_and_erasing_finds_what_is_there) {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        std::mt19937_64 random(seed);
        named_objects objects;
        std::map<std::string, object_index> expected;
        for (int step = 0; step < 2000; ++step) {
            const std::string id = std::to_string(random() % 300);
            if (!expected.contains(id)) {
                objects.insert(id);
                expected[id] = static_cast<object_index>(objects.ids.size() - 1);
            } else if (random() % 2 == 0) {
                objects.erase(id);
                expected.erase(id);
            }
            ASSERT_EQ(objects.table.size(), expected.size()) << "seed " << seed;
        }
        std::size_t visited = 0;
        objects.table.for_each([&](object_index i) {
            EXPECT_EQ(expected.at(objects.ids[i]), i) << "seed " << seed;
            ++visited;
        });
        EXPECT_EQ(visited, expected.size()) << "seed " << seed;
        for (int i = 0; i < 300; ++i) {
            const auto known = expected.find(std::to_string(i));
            EXPECT_EQ(objects.find(std::to_string(i)),
                      known == expected.end() ? object_table::none : known->second)
                << "seed " << seed;
        }
    }
}

TEST(object_table, gives_its_memory_back_with_its_objects) {
    named_objects objects;
    objects.insert("stays");
    const std::size_t few = objects.memory.bytes;
    for (int i = 0; i < 100'000; ++i) objects.insert(std::to_string(i));
    const std::size_t many = objects.memory.bytes;
    for (int i = 0; i < 99'000; ++i) {
        objects.erase(std::to_string(i));
        ASSERT_EQ(objects.find("99999"), 100'000U);
    }
    EXPECT_LE(objects.memory.bytes, many / 64);
    for (int i = 99'000; i < 100'000; ++i) objects.erase(std::to_string(i));
    EXPECT_EQ(objects.memory.bytes, few);
    EXPECT_EQ(objects.find("stays"), 0U);
}

} // namespace
} // namespace hubspool
