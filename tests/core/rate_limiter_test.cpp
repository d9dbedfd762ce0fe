#include "core/rate_limiter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

constexpr boot_time start{milliseconds(1'000'000'000)};

rate_limiter_options at_most(std::uint32_t requests) {
    rate_limiter_options options;
    options.requests = requests;
    return options;
}

TEST(rate_limiter, requests_up_to_the_limit_go_at_once) {
    rate_limiter limiter(at_most(3));
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(limiter.ready_at(start), start);
        limiter.sent();
    }
    EXPECT_NE(limiter.ready_at(start), start);
}

TEST(rate_limiter, only_answers_free_slots_then_no_time_is_told) {
    rate_limiter limiter(at_most(2));
    limiter.sent();
    limiter.sent();
    EXPECT_EQ(limiter.ready_at(start), boot_time::max());
    EXPECT_EQ(limiter.ready_at(start + 24h), boot_time::max());
    limiter.answered(start, start + 100ms);
    EXPECT_EQ(limiter.ready_at(start + 100ms), start + 10050ms);
}

TEST(rate_limiter, slow_answer_holds_its_slot_a_window_from_the_answer_less_the_fastest) {
    rate_limiter limiter(at_most(10));
    limiter.sent();
    limiter.sent();
    EXPECT_EQ(limiter.answered(start, start + 30ms), start + 10050ms);
    EXPECT_EQ(limiter.answered(start, start + 3s), start + 3s + 10s - 30ms);
}

TEST(rate_limiter, unanswered_request_counts_from_when_its_connection_was_gone) {
    rate_limiter limiter(at_most(1));
    limiter.sent();
    EXPECT_EQ(limiter.unanswered(start + 60s), start + 70050ms);
    EXPECT_EQ(limiter.ready_at(start + 60s), start + 70050ms);
    EXPECT_EQ(limiter.ready_at(start + 70050ms), start + 70050ms);
}

TEST(rate_limiter, cancelled_request_gives_its_slot_back_at_once) {
    rate_limiter limiter(at_most(1));
    limiter.sent();
    EXPECT_EQ(limiter.cancelled(start + 1ms), start + 1ms);
    EXPECT_EQ(limiter.in_flight(), 0U);
    EXPECT_EQ(limiter.ready_at(start + 1ms), start + 1ms);
}

TEST(rate_limiter, restored_slots_count_until_their_release) {
    rate_limiter limiter(at_most(5));
    limiter.restore(start + 2s, 3);
    limiter.restore(start + 1s, 1);
    limiter.restore_unanswered(start);
    EXPECT_EQ(limiter.ready_at(start), start + 1s);
    limiter.restore(start + 5s, 1); // more than the limit: it was lowered before the restart
    EXPECT_EQ(limiter.ready_at(start), start + 2s);
    EXPECT_EQ(limiter.ready_at(start + 2s), start + 2s);
}

TEST(rate_limiter, auto_starts_low_and_follows_the_header) {
    rate_limiter limiter({});
    EXPECT_EQ(limiter.limit(start), 90U);
    limiter.learn(190);
    EXPECT_EQ(limiter.limit(start), 171U);
    limiter.learn(100);
    EXPECT_EQ(limiter.limit(start), 90U);
}

TEST(rate_limiter, configured_limit_is_not_moved_by_the_header) {
    rate_limiter limiter(at_most(190));
    limiter.learn(1000);
    EXPECT_EQ(limiter.limit(start), 190U);
    limiter.learn(1);
    EXPECT_EQ(limiter.limit(start), 190U);
}

TEST(rate_limiter, throttled_takes_all_slots_for_a_window) {
    rate_limiter limiter(at_most(100));
    limiter.throttled(start);
    EXPECT_EQ(limiter.ready_at(start), start + 10050ms);
    EXPECT_EQ(limiter.ready_at(start + 10050ms), start + 10050ms);
}

TEST(rate_limiter, throttled_shrinks_by_a_tenth_and_recovers_by_a_hundredth_a_quiet_window) {
    rate_limiter limiter(at_most(100));
    limiter.throttled(start);
    EXPECT_EQ(limiter.limit(start), 90U);
    EXPECT_EQ(limiter.limit(start + 9999ms), 90U);
    EXPECT_EQ(limiter.limit(start + 10s), 91U);
    EXPECT_EQ(limiter.limit(start + 95s), 99U);
    EXPECT_EQ(limiter.limit(start + 100s), 100U);
    EXPECT_EQ(limiter.limit(start + 1h), 100U);
}

TEST(rate_limiter, at_rest_is_a_limit_that_time_alone_does_not_move) {
    rate_limiter limiter(at_most(100));
    EXPECT_TRUE(limiter.at_rest(start));
    limiter.throttled(start);
    EXPECT_FALSE(limiter.at_rest(start + 99s));
    EXPECT_TRUE(limiter.at_rest(start + 100s));
    limiter.remaining_told(limiter.sent(), 100, 50, start + 100s);
    EXPECT_FALSE(limiter.at_rest(start + 110s));
    EXPECT_TRUE(limiter.at_rest(start + 111s));
}

TEST(rate_limiter, throttled_by_a_burst_of_answers_shrinks_once) {
    rate_limiter limiter(at_most(100));
    for (int i = 0; i < 8; ++i) limiter.throttled(start + i * 10ms);
    EXPECT_EQ(limiter.limit(start + 1s), 90U);
}

TEST(rate_limiter, throttled_for_ever_keeps_a_tenth_and_at_least_one) {
    rate_limiter limiter(at_most(100));
    rate_limiter small(at_most(1));
    for (int i = 0; i < 100; ++i) {
        limiter.throttled(start + i * 11s);
        small.throttled(start + i * 11s);
    }
    EXPECT_GE(limiter.limit(start + 100 * 11s), 9U);
    EXPECT_LE(limiter.limit(start + 100 * 11s), 12U);
    EXPECT_EQ(small.limit(start + 100 * 11s), 1U);
}

// The count by its definition, over every request there was.
struct plain_count {
    std::vector<boot_time> releases;
    std::uint32_t in_flight = 0;

    std::uint32_t at(boot_time now) const {
        const auto holding = std::count_if(releases.begin(), releases.end(),
                                           [&](boot_time release) { return release > now; });
        return static_cast<std::uint32_t>(holding) + in_flight;
    }
    // The first time from `now` on when fewer than `limit` count.
    boot_time below(std::uint32_t limit, boot_time now) const {
        std::vector<boot_time> times{now};
        for (const boot_time release : releases)
            if (release > now) times.push_back(release);
        std::sort(times.begin(), times.end());
        for (const boot_time time : times)
            if (at(time) < limit) return time;
        return boot_time::max();
    }
};

TEST(rate_limiter, changing_limits_agree_with_a_plain_count) {
    std::mt19937 random(7);
    const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
    rate_limiter_options options;
    options.share = 1.0;
    rate_limiter limiter(options);
    plain_count plain;
    std::vector<boot_time> sent;
    boot_time now = start;
    for (int step = 0; step < 20'000; ++step) {
        now += milliseconds(below(200));
        if (below(50) == 0) limiter.learn(1 + below(60));
        if (below(100) == 0) {
            limiter.restore(now + milliseconds(below(10'000)), 0);
            limiter.restore_unanswered(now);
            plain.releases.push_back(now + 10050ms);
        }
        const boot_time ready = limiter.ready_at(now);
        ASSERT_EQ(ready, plain.below(limiter.limit(now), now)) << "step " << step;
        if (ready == now && below(4) != 0) {
            limiter.sent();
            ++plain.in_flight;
            sent.push_back(now);
        } else if (!sent.empty()) {
            const std::size_t which = below(static_cast<std::uint32_t>(sent.size()));
            plain.releases.push_back(below(10) == 0 ? limiter.unanswered(now)
                                                    : limiter.answered(sent[which], now));
            sent.erase(sent.begin() + static_cast<std::ptrdiff_t>(which));
            --plain.in_flight;
        }
        ASSERT_EQ(limiter.in_flight(), plain.in_flight);
        std::erase_if(plain.releases, [&](boot_time release) { return release <= now; });
    }
}

} // namespace
} // namespace hubspool
