#include "core/books/object_keys.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace hubspool {
namespace {

using keys_by_field = std::map<std::pair<std::uint32_t, bool>, order_key>;

keys_by_field by_field(const object_keys& keys) {
    keys_by_field all;
    for (const object_keys::entry& e : keys.entries()) {
        EXPECT_TRUE(all.emplace(std::pair(e.field, e.doubt), e.key).second) << "twice";
    }
    return all;
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
    keys.raise(3, false, {500, 7, 2});
    keys.raise(3, false, {400, 9, 9});
    EXPECT_EQ(keys.acknowledged(3), (order_key{500, 7, 2}));
    keys.raise(3, false, {500, 7, 3});
    EXPECT_EQ(keys.acknowledged(3), (order_key{500, 7, 3}));
    EXPECT_EQ(keys.acknowledged(4), order_key{});
}

TEST(object_keys, doubt_is_beside_what_was_acknowledged) {
    object_keys keys;
    keys.raise(3, true, {500, 7, 2});
    EXPECT_EQ(keys.acknowledged(3), order_key{});
    keys.raise(3, false, {400, 7, 2});
    EXPECT_EQ(keys.acknowledged(3), (order_key{400, 7, 2}));
    EXPECT_EQ(keys.doubt(3), (order_key{500, 7, 2}));
}

TEST(object_keys, doubt_ends_with_the_delivery_of_something_as_new) {
    object_keys keys;
    keys.raise(3, true, {500, 7, 2});
    keys.raise(3, false, {500, 7, 1});
    EXPECT_EQ(written_and_read(keys).doubt(3), (order_key{500, 7, 2}));
    keys.raise(3, false, {500, 7, 2});
    EXPECT_EQ(written_and_read(keys).doubt(3), order_key{});
}

TEST(object_keys, no_key_is_nothing) {
    object_keys keys;
    keys.raise(3, false, {});
    EXPECT_TRUE(keys.empty());
    EXPECT_TRUE(written_and_read(keys).empty());
}

TEST(object_keys, of_eight_fields_of_one_record_take_few_bytes) {
    object_keys keys;
    for (std::uint32_t field = 0; field < 8; ++field)
        keys.raise(field, false, {1'764'460'800'000, 123'456, 5'000'000});
    std::string bytes;
    keys.write(bytes);
    EXPECT_LE(bytes.size(), 24U);
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
            const bool doubt = below(4) == 0;
            const order_key key{below(20) == 0 ? ~std::uint64_t{0} : 1000 + below(stamps),
                                below(stamps), below(stamps) << below(60)};
            if (key != order_key{}) {
                order_key& known = expected[{field, doubt}];
                known = std::max(known, key);
            }
            (below(2) == 0 ? keys : half).raise(field, doubt, key);
        }
        keys.merge(half);
        EXPECT_EQ(by_field(keys), expected);
        std::erase_if(expected, [&](const auto& e) {
            const auto known = expected.find({e.first.first, false});
            return e.first.second && known != expected.end() && known->second >= e.second;
        });
        EXPECT_EQ(by_field(written_and_read(keys)), expected);
    }
}

TEST(object_keys, damaged_or_cut_bytes_do_no_harm) {
    object_keys keys;
    for (std::uint32_t field = 0; field < 40; ++field)
        keys.raise(field, field % 5 == 0, {1000 + field / 3, field, 1U << (field % 20)});
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
