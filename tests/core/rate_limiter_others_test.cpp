// Other clients of the same app spend from the same window.
#include "core/limits/rate_limiter.hpp"
#include "support/start_time.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

rate_limiter_options limited_to(std::uint32_t requests) {
    rate_limiter_options options;
    options.requests = requests;
    return options;
}

// Sends `times`, answered at once; the ticket of the last.
rate_limiter::ticket send(rate_limiter& limiter, int times, boot_time now) {
    rate_limiter::ticket last;
    for (int i = 0; i < times; ++i) {
        limiter.ready_at(now); // what is free again is no longer counted
        last = limiter.sent();
        limiter.answered(exchange_kind::batch, now, now);
    }
    return last;
}

TEST(rate_limiter_others, remaining_that_agrees_with_our_count_changes_nothing) {
    rate_limiter limiter(limited_to(100));
    limiter.remaining_told(send(limiter, 10, start), 100, 90, start);
    EXPECT_EQ(limiter.limit(start), 100U);
    EXPECT_EQ(limiter.allowance().others(start), 0U);
}

TEST(rate_limiter_others, remaining_below_our_count_is_yielded_to) {
    rate_limiter limiter(limited_to(100));
    limiter.remaining_told(send(limiter, 10, start), 100, 60, start); // 30 are of others
    EXPECT_EQ(limiter.allowance().others(start), 30U);
    EXPECT_EQ(limiter.limit(start), 70U);
    send(limiter, 59, start);
    EXPECT_EQ(limiter.ready_at(start), start);
    send(limiter, 1, start);
    EXPECT_EQ(limiter.ready_at(start), start + 10050ms);
}

TEST(rate_limiter_others, a_fixed_part_of_a_larger_limit_is_kept_while_there_is_room_for_it) {
    rate_limiter limiter(limited_to(50));
    limiter.remaining_told(send(limiter, 10, start), 190, 100, start);
    EXPECT_EQ(limiter.limit(start), 50U);
    limiter.remaining_told(send(limiter, 1, start), 190, 20, start);
    EXPECT_EQ(limiter.limit(start), 190U - 159U);
}

TEST(rate_limiter_others, auto_keeps_its_share_free_beside_them) {
    rate_limiter limiter({});
    limiter.learn(190);
    limiter.remaining_told(send(limiter, 10, start), 190, 130, start); // 50 are of others
    EXPECT_EQ(limiter.limit(start), 171U - 50U);
}

TEST(rate_limiter_others, requests_sent_after_it_are_not_taken_for_others) {
    rate_limiter limiter(limited_to(100));
    const rate_limiter::ticket first = send(limiter, 1, start);
    send(limiter, 3, start); // and they arrived first
    limiter.remaining_told(first, 100, 96, start);
    EXPECT_EQ(limiter.allowance().others(start), 0U);
    limiter.remaining_told(first, 100, 59, start); // more than these can explain
    EXPECT_EQ(limiter.allowance().others(start), 40U);
}

TEST(rate_limiter_others, the_most_of_a_window_holds_and_then_the_newest_word) {
    rate_limiter limiter(limited_to(100));
    limiter.remaining_told(send(limiter, 1, start), 100, 59, start);
    limiter.remaining_told(send(limiter, 1, start + 8s), 100, 68, start + 8s);
    EXPECT_EQ(limiter.allowance().others(start + 10s), 40U);
    EXPECT_EQ(limiter.allowance().others(start + 11s), 30U);
    EXPECT_EQ(limiter.allowance().others(start + 19s), 0U);
}

TEST(rate_limiter_others, who_use_all_of_it_are_asked_again_after_a_window) {
    rate_limiter limiter(limited_to(100));
    const rate_limiter::ticket last = send(limiter, 1, start);
    limiter.remaining_told(last, 100, 0, start + 5s);
    EXPECT_EQ(limiter.limit(start + 5s), 1U);
    const rate_limiter::ticket more = send(limiter, 1, start + 11s);
    limiter.remaining_told(more, 100, 0, start + 11s);
    EXPECT_EQ(limiter.ready_at(start + 20s), start + 21050ms);
    EXPECT_EQ(limiter.ready_at(start + 22s), start + 22s);
    EXPECT_EQ(limiter.limit(start + 22s), 100U);
}

TEST(rate_limiter_others, nothing_of_our_own_counts_and_still_a_time_is_told) {
    rate_limiter limiter(limited_to(100));
    const rate_limiter::ticket last = limiter.sent();
    limiter.cancelled(start);
    limiter.remaining_told({0, last.number}, 100, 0, start);
    EXPECT_EQ(limiter.limit(start), 0U);
    EXPECT_EQ(limiter.ready_at(start), start + 10050ms);
}

TEST(rate_limiter_others, a_429_shrinks_what_is_ours_and_not_what_they_leave) {
    rate_limiter limiter(limited_to(100));
    limiter.remaining_told(send(limiter, 1, start), 100, 49, start);
    limiter.throttled(start);
    EXPECT_EQ(limiter.limit(start), 50U);
    EXPECT_EQ(limiter.limit(start + 11s), 91U);
}

TEST(window_limit, part_that_a_429_took_comes_back_by_a_hundredth_a_quiet_window) {
    window_limit limit({.requests = 100});
    EXPECT_EQ(limit.at(start), 100U);
    limit.throttled(start);
    limit.throttled(start + 1s); // of the same burst
    EXPECT_EQ(limit.blocked_until(), start + 10050ms);
    const std::pair<milliseconds, std::uint32_t> table[] = {
        {11s, 91}, {39s, 93}, {99s, 99}, {100s, 100}, {1h, 100}};
    for (const auto& [later, most] : table)
        EXPECT_EQ(limit.at(start + later), most) << later.count();
    EXPECT_FALSE(limit.at_rest(start + 99s));
    EXPECT_TRUE(limit.at_rest(start + 100s));
}

TEST(window_limit, others_are_forgotten_when_nothing_more_is_told_of_them) {
    window_limit limit({.requests = 100});
    EXPECT_EQ(limit.others_forgotten_at(start), boot_time::max());
    limit.others_told(40, 100, start);
    limit.others_told(30, 100, start + 5s);
    EXPECT_EQ(limit.others_forgotten_at(start + 6s), start + 10050ms);
    EXPECT_EQ(limit.others_forgotten_at(start + 11s), start + 15050ms);
    EXPECT_EQ(limit.at(start + 11s), 70U);
    EXPECT_TRUE(limit.at_rest(start + 16s));
}

} // namespace
} // namespace hubspool
