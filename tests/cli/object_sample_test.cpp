#include "cli/replay/object_sample.hpp"
#include "support/random_rounds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

namespace hubspool {
namespace {

struct record_seen {
    std::string id, field;
    order_key key;
};

using sampled = std::map<std::string, object_sample::values>;

void note(object_sample& sample, const record_seen& record) {
    object_sample::values* const values = sample.find(record.id);
    if (values == nullptr) return;
    order_key& newest = (*values)[{field_kind::property, record.field}];
    newest = std::max(newest, record.key);
}

sampled all_of(const object_sample& sample) {
    sampled all;
    sample.for_each([&](const std::string& id, const auto& values) { all[id] = values; });
    return all;
}

std::vector<record_seen> any_records(std::mt19937_64& random, std::size_t count,
                                     std::uint64_t objects) {
    std::vector<record_seen> records;
    for (std::size_t i = 0; i < count; ++i)
        records.push_back({std::to_string(500'000 + random() % objects),
                           "f" + std::to_string(random() % 3),
                           {random() % 1000, 1 + random() % 9, i}});
    return records;
}

TEST(object_sample_of_records, order_of_the_records_does_not_matter) {
    for (int round = 0; round < testing::random_rounds(10); ++round) {
        std::mt19937_64 random(static_cast<std::uint64_t>(round));
        auto records = any_records(random, 4000, 1 + random() % 3000);
        object_sample first(200);
        for (const record_seen& record : records) note(first, record);
        std::shuffle(records.begin(), records.end(), random);
        object_sample second(200);
        for (const record_seen& record : records) note(second, record);
        ASSERT_EQ(all_of(first), all_of(second));
        ASSERT_EQ(first.objects(), second.objects());
        ASSERT_EQ(first.is_exact(), second.is_exact());
    }
}

TEST(object_sample_of_records, each_object_that_is_kept_has_all_its_values) {
    for (int round = 0; round < testing::random_rounds(10); ++round) {
        std::mt19937_64 random(100 + static_cast<std::uint64_t>(round));
        const auto records = any_records(random, 4000, 2000);
        sampled whole;
        object_sample sample(150);
        for (const record_seen& record : records) {
            order_key& newest = whole[record.id][{field_kind::property, record.field}];
            newest = std::max(newest, record.key);
            note(sample, record);
        }
        ASSERT_LE(sample.size(), 150U);
        ASSERT_GT(sample.size(), 0U);
        for (const auto& [id, values] : all_of(sample)) ASSERT_EQ(values, whole.at(id)) << id;
    }
}

TEST(object_sample_of_records, one_more_than_its_bound_is_no_longer_exact) {
    object_sample sample(64);
    for (int i = 0; i < 64; ++i) EXPECT_NE(sample.find(std::to_string(i)), nullptr) << i;
    EXPECT_TRUE(sample.is_exact());
    EXPECT_EQ(sample.objects(), 64U);
    sample.find("64");
    EXPECT_FALSE(sample.is_exact());
    EXPECT_LT(sample.size(), 64U);
    EXPECT_EQ(sample.objects() % 2, 0U) << "each stands for two or more";
}

TEST(object_sample_of_records, estimate_is_fair_for_ids_of_many_shapes) {
    const std::vector<std::string> beginnings{"", "user-", "0000000", "\xc3\xa9:"};
    for (const std::string& beginning : beginnings) {
        object_sample sample(2000);
        for (int i = 0; i < 30'000; ++i) sample.find(beginning + std::to_string(7 * i));
        EXPECT_NEAR(static_cast<double>(sample.objects()), 30'000, 6000) << beginning;
    }
}

} // namespace
} // namespace hubspool
