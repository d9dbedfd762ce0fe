#include "core/books/object_keys.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace hubspool {
namespace {

using kind = object_keys::kind;
using keys_by_field = std::map<std::pair<std::uint32_t, kind>, order_key>;

keys_by_field by_field(const object_keys& keys) {
    keys_by_field all;
    for (const object_keys::entry& e : keys.entries()) {
        EXPECT_TRUE(all.emplace(std::pair(e.field, e.kind), e.key).second) << "twice";
    }
    return all;
}

order_key acknowledged_in(const keys_by_field& keys, std::uint32_t field) {
    const auto known = keys.find({field, kind::acknowledged});
    return known == keys.end() ? order_key{} : known->second;
}

object_keys written_and_read(object_keys keys) {
    std::string bytes;
    keys.write(bytes);
    object_keys read;
    EXPECT_TRUE(read.read(bytes));
    return read;
}

TEST(object_keys, only_rise) {
    object_keys keys;
    keys.raise(3, kind::acknowledged, {500, 7, 2});
    keys.raise(3, kind::acknowledged, {400, 9, 9});
    EXPECT_EQ(keys.acknowledged(3), (order_key{500, 7, 2}));
    keys.raise(3, kind::acknowledged, {500, 7, 3});
    EXPECT_EQ(keys.acknowledged(3), (order_key{500, 7, 3}));
    EXPECT_EQ(keys.acknowledged(4), order_key{});
}

TEST(object_keys, doubt_is_beside_what_was_acknowledged) {
    object_keys keys;
    keys.raise(3, kind::doubt, {500, 7, 2});
    EXPECT_EQ(keys.acknowledged(3), order_key{});
    keys.raise(3, kind::acknowledged, {400, 7, 2});
    EXPECT_EQ(keys.acknowledged(3), (order_key{400, 7, 2}));
    EXPECT_EQ(keys.doubt(3), (order_key{500, 7, 2}));
}

TEST(object_keys, doubt_ends_with_the_delivery_of_something_as_new) {
    object_keys keys;
    keys.raise(3, kind::doubt, {500, 7, 2});
    keys.raise(3, kind::acknowledged, {500, 7, 1});
    EXPECT_EQ(written_and_read(keys).doubt(3), (order_key{500, 7, 2}));
    keys.raise(3, kind::acknowledged, {500, 7, 2});
    EXPECT_EQ(written_and_read(keys).doubt(3), order_key{});
}

TEST(object_keys, no_key_is_nothing) {
    object_keys keys;
    keys.raise(3, kind::acknowledged, {});
    EXPECT_TRUE(keys.empty());
    EXPECT_TRUE(written_and_read(keys).empty());
}

TEST(object_keys, of_eight_fields_of_one_record_take_few_bytes) {
    object_keys keys;
    for (std::uint32_t field = 0; field < 8; ++field)
        keys.raise(field, kind::acknowledged, {1'764'460'800'000, 123'456, 5'000'000});
    std::string bytes;
    keys.write(bytes);
    EXPECT_LE(bytes.size(), 24U);
}

known_value value_of(const object_keys& keys, std::uint32_t field) {
    for (const object_keys::entry& e : keys.entries())
        if (e.field == field && e.kind == kind::acknowledged) return e.value;
    return {};
}

TEST(object_keys, value_is_that_of_the_largest_key_in_any_order) {
    const order_key older{500, 7, 2}, newer{500, 7, 3};
    object_keys keys, reversed;
    keys.raise(3, kind::acknowledged, older, {11, 100});
    keys.raise(3, kind::acknowledged, newer, {12, 50});
    reversed.raise(3, kind::acknowledged, newer, {12, 50});
    reversed.raise(3, kind::acknowledged, older, {11, 100});
    EXPECT_EQ(value_of(written_and_read(keys), 3), (known_value{12, 50}));
    EXPECT_EQ(value_of(written_and_read(reversed), 3), (known_value{12, 50}));
}

TEST(object_keys, of_one_key_with_two_values_nobody_knows_which_stands_there) {
    const order_key key{500, 7, 2};
    object_keys same, other;
    same.raise(3, kind::acknowledged, key, {11, 100});
    same.raise(3, kind::acknowledged, key, {11, 200});
    EXPECT_EQ(value_of(written_and_read(same), 3), (known_value{11, 200}));
    other.raise(3, kind::acknowledged, key, {11, 100});
    other.raise(3, kind::acknowledged, key, {12, 200});
    other.raise(3, kind::acknowledged, key, {12, 300});
    EXPECT_EQ(value_of(written_and_read(other), 3), known_value{});
}

TEST(object_keys, death_stays_until_something_newer_was_acknowledged) {
    object_keys keys;
    keys.raise(3, kind::dead, {500, 7, 2});
    keys.raise(3, kind::acknowledged, {500, 7, 2});
    EXPECT_EQ(written_and_read(keys).key_of(3, kind::dead), (order_key{500, 7, 2}));
    keys.raise(3, kind::acknowledged, {500, 7, 3});
    EXPECT_EQ(written_and_read(keys).key_of(3, kind::dead), order_key{});
}

TEST(object_keys, of_eight_fields_with_values_of_two_days_take_less_than_a_hundred_bytes) {
    object_keys keys;
    for (std::uint32_t field = 0; field < 8; ++field)
        keys.raise(field, kind::acknowledged, {1'764'460'800'000, 123'456, 5'000'000},
                   {0xffff'ffff'ffffU - field, 1'764'460'800U - field / 5 * 86'400});
    std::string bytes;
    keys.write(bytes);
    EXPECT_LE(bytes.size(), 100U);
    EXPECT_EQ(value_of(written_and_read(keys), 7),
              (known_value{0xffff'ffff'ffffU - 7, 1'764'460'800U - 86'400}));
}

TEST(object_keys, of_any_size_are_as_a_map_has_them) {
    std::mt19937_64 random(35);
    const auto below = [&](std::uint64_t bound) { return random() % bound; };
    for (int round = 0; round < 300; ++round) {
        const std::uint64_t fields = 1 + below(12), stamps = 1 + below(6);
        object_keys keys, half;
        keys_by_field expected;
        for (std::uint64_t i = below(60); i > 0; --i) {
            const auto field = static_cast<std::uint32_t>(below(fields));
            const auto of = static_cast<kind>(below(3));
            const order_key key{below(20) == 0 ? ~std::uint64_t{0} : 1000 + below(stamps),
                                below(stamps), below(stamps) << below(60)};
            if (key != order_key{}) {
                order_key& known = expected[{field, of}];
                known = std::max(known, key);
            }
            (below(2) == 0 ? keys : half).raise(field, of, key);
        }
        keys.merge(half);
        EXPECT_EQ(by_field(keys), expected);
        std::erase_if(expected, [&](const auto& e) {
            const order_key known = acknowledged_in(expected, e.first.first);
            return e.first.second == kind::doubt  ? known >= e.second
                   : e.first.second == kind::dead ? known > e.second
                                                  : false;
        });
        EXPECT_EQ(by_field(written_and_read(keys)), expected);
    }
}

TEST(object_keys, damaged_or_cut_bytes_do_no_harm) {
    object_keys keys;
    for (std::uint32_t field = 0; field < 40; ++field)
        keys.raise(field, static_cast<kind>(field % 3),
                   {1000 + field / 3, field, 1U << (field % 20)}, {field % 2, field});
    std::string bytes;
    keys.write(bytes);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        object_keys read;
        read.read(std::string_view(bytes).substr(0, size));
        EXPECT_LE(read.entries().size(), keys.entries().size());
    }
    std::mt19937_64 random(5);
    for (int round = 0; round < 2000; ++round) {
        std::string damaged = bytes;
        damaged[random() % damaged.size()] = static_cast<char>(random());
        object_keys read;
        read.read(damaged);
        EXPECT_LE(read.entries().size(), bytes.size());
    }
}

} // namespace
} // namespace hubspool
