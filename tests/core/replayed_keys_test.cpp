// A replay's records have the keys that they had first, whatever names and times say.
#include "core/records/decoded_block.hpp"
#include "core/words/named_as_of.hpp"
#include "record_block.hpp"
#include "support/random_rounds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace hubspool {
namespace {

using testing::record_block;

constexpr as_of_ms day_ms = 86'400'000;

class replayed_keys : public ::testing::TestWithParam<int> {
protected:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    // With a time before or behind its stamp, one that cannot be read, or none.
    std::string any_name(as_of_ms stamp) {
        switch (below(4)) {
        case 0: return "export.ndjson";
        case 1: return "x." + format_as_of(stamp - day_ms + below(2 * day_ms)) + ".ndjson";
        case 2: return "as_of=yesterday";
        default: return "a.replay_of=1.1.b";
        }
    }
    std::optional<as_of_ms> any_own(as_of_ms stamp) {
        if (below(3) == 0) return std::nullopt;
        return stamp - day_ms + below(2 * day_ms);
    }

    std::mt19937_64 random_{static_cast<std::uint64_t>(GetParam())};
};

TEST_P(replayed_keys, file_that_comes_again_keeps_the_keys_of_its_records) {
    for (int i = 0; i < testing::random_rounds(300); ++i) {
        const std::uint64_t number = 1 + below(1000), stamp = 10 * day_ms + below(day_ms);
        const std::string name = any_name(stamp);
        const file_order first = order_of_claim(number, stamp, name);
        ASSERT_EQ(first.base, std::nullopt);
        std::uint64_t later = number, late_stamp = stamp;
        for (int time = 0; time < 3; ++time) {
            later += 1 + below(9);
            late_stamp += below(day_ms);
            const std::string again = format_base({stamp, number}) + "4-2." + name;
            const file_order replay = order_of_claim(later, late_stamp, again);
            ASSERT_EQ(replay.base, (file_base{stamp, number})) << again;
            for (int record = 0; record < 5; ++record) {
                const auto own = any_own(stamp);
                const std::uint64_t ordinal = below(100);
                ASSERT_EQ(replay.key(own, ordinal), first.key(own, ordinal)) << again;
                ASSERT_LT(replay.key(own, ordinal), replay.end());
            }
        }
    }
}

TEST_P(replayed_keys, base_that_is_not_below_its_file_is_none_and_is_told) {
    for (int i = 0; i < testing::random_rounds(300); ++i) {
        const std::uint64_t number = 10 + below(100), stamp = day_ms + below(day_ms);
        const file_base base{stamp - 50 + below(100), number - 5 + below(10)};
        const bool is_below = base.number < number && base.stamp <= stamp;
        const std::string name = format_base(base) + "1-1.a.ndjson";
        ASSERT_EQ(why_no_order(number, stamp, name).empty(), is_below) << name;
        const file_order order = order_of_claim(number, stamp, name);
        ASSERT_EQ(order.base.has_value(), is_below) << name;
        if (is_below) continue;
        ASSERT_EQ(order.key({}, 3), (order_key{stamp, number, 3}));
    }
}

TEST_P(replayed_keys, name_of_a_replay_is_taken_apart_as_it_was_made) {
    for (int i = 0; i < testing::random_rounds(300); ++i) {
        const file_base base{1 + below(UINT64_MAX - 1), 1 + below(UINT64_MAX - 1)};
        const std::string rest = any_name(20 * day_ms);
        const std::string name = format_base(base) + rest;
        const auto found = find_base(name);
        ASSERT_TRUE(found.has_value());
        ASSERT_EQ(found->base, base);
        ASSERT_EQ(found->rest, rest);
        // Cut within its numbers it is none, and what came through such a cut is told.
        const std::string cut = name.substr(0, base_sign.size() + below(3));
        const auto damaged = find_base(cut);
        ASSERT_TRUE(damaged.has_value());
        ASSERT_EQ(damaged->base, std::nullopt) << cut;
        ASSERT_THAT(why_no_order(UINT64_MAX, UINT64_MAX, cut), ::testing::HasSubstr(base_sign));
    }
}

// What a record's key, and its first name, are: said once more in the plainest way.
TEST_P(replayed_keys, keys_of_a_block_are_as_each_record_says) {
    for (int i = 0; i < testing::random_rounds(100); ++i) {
        const file_order order{1000, 500 + below(600), 50};
        record_block made(50, lane::bulk, below(10));
        made.order(order);
        struct told {
            std::optional<as_of_ms> own;
            std::optional<carried_order> brought;
        };
        std::vector<told> records(1 + below(20));
        std::uint64_t ordinal = 0;
        for (told& one : records) {
            made.record("1", {});
            ordinal = made.block().records.back().ordinal;
            if (below(2) == 0) made.as_of(*(one.own = below(2000)));
            if (below(3) != 0) continue;
            one.brought =
                carried_order{ordinal, {below(2000), 1 + below(80), below(50)}, below(3) == 0};
            made.carries(one.brought->key, one.brought->as_newest);
        }
        const decoded_block& block = made.block();
        as_of_ms oldest = order.as_of;
        for (std::size_t at = 0; at < records.size(); ++at) {
            const decoded_record& record = block.records[at];
            const auto& [own, brought] = records[at];
            order_key expected{own ? std::min(*own, order.stamp) : order.as_of, 50, record.ordinal};
            if (brought) expected = {order.stamp, 50, record.ordinal};
            if (brought && !brought->as_newest) expected = std::min(brought->key, expected);
            ASSERT_EQ(block.key_of(record), expected);
            const bool is_another =
                brought && record_name{brought->key.number, brought->key.ordinal} !=
                               record_name{expected.number, expected.ordinal};
            ASSERT_EQ(block.first_of(record.ordinal, expected),
                      is_another ? (record_name{brought->key.number, brought->key.ordinal})
                                 : record_name{});
            if (own) oldest = std::min(oldest, *own);
            if (brought) oldest = std::min(oldest, brought->key.as_of);
        }
        ASSERT_EQ(block.oldest(), oldest);
    }
}

INSTANTIATE_TEST_SUITE_P(seeds, replayed_keys, ::testing::Range(1, 6));

} // namespace
} // namespace hubspool
