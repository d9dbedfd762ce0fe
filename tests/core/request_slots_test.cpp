#include "core/limits/request_slots.hpp"
#include "support/printing.hpp"
#include "support/start_time.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

constexpr auto other = exchange_kind::other;

TEST(request_slots, request_takes_one_of_the_window_and_one_of_the_day) {
    request_slots slots({.requests = 5}, {.requests = 100});
    EXPECT_EQ(slots.take(start).day_count, 1U);
    EXPECT_EQ(slots.take(start).day_count, 2U);
    EXPECT_EQ(slots.window().used({}).in_flight, 2U);
    EXPECT_EQ(slots.day().count().used, 2U);
}

TEST(request_slots, request_given_back_never_was) {
    request_slots slots({.requests = 1}, {.requests = 100});
    slots.take(start);
    slots.give_back(start);
    EXPECT_EQ(slots.ready_at(start), start);
    EXPECT_EQ(slots.day().count().used, 0U);
}

TEST(request_slots, request_that_was_tried_keeps_its_place_in_the_day_however_it_ended) {
    for (const exchange_end end : {exchange_end::answered, exchange_end::not_sent,
                                   exchange_end::unanswered, exchange_end::stale}) {
        request_slots slots({.requests = 1}, {.requests = 100});
        slots.end(slots.take(start), end, other, start + 1s);
        EXPECT_EQ(slots.day().count().used, 1U);
        EXPECT_EQ(slots.window().used({}).in_flight, 0U);
    }
}

TEST(request_slots, window_counts_from_the_end_of_what_was_not_answered) {
    request_slots slots({.requests = 1}, {});
    const boot_time lost =
        slots.end(slots.take(start), exchange_end::unanswered, other, start + 5s);
    EXPECT_GE(lost, start + 15s);
    EXPECT_EQ(slots.ready_at(start + 5s), lost);
}

TEST(request_slots, both_have_to_be_ready) {
    request_slots slots({.requests = 100}, {.requests = 10});
    slots.day().set_day({wall_time(start.time_since_epoch() + 1h), start + 1h},
                        {start, wall_time(start.time_since_epoch()), 0.5});
    for (int i = 0; i < 8; ++i) slots.take(start);
    EXPECT_EQ(slots.ready_at(start), start + 1h) << "the day's part is spent";
}

TEST(request_slots, requests_that_go_evenly_use_the_whole_window) {
    request_slots slots({.requests = 190, .window = 10s, .margin = 50ms}, {});
    slots.take(start);
    for (int i = 1; i < 190; ++i) {
        const boot_time due = slots.evenly_at();
        // A moment late, as timers are.
        slots.take(std::max(start, due) + 1ms);
    }
    EXPECT_GT(slots.evenly_at(), start + 9900ms);
    EXPECT_LE(slots.evenly_at(), start + 10050ms);
}

TEST(request_slots, headers_teach_both_and_a_429_below_our_count_shrinks_the_window) {
    request_slots slots({}, {});
    const request_slots::taken slot = slots.take(start);
    response_verdict verdict;
    verdict.limit_max = 200;
    verdict.daily_limit = 1000;
    verdict.daily_remaining = 900;
    slots.learn(verdict, slot, start);
    EXPECT_EQ(slots.window().limit(start), 180U);
    EXPECT_EQ(slots.day().account().remaining(), 900U);
    verdict.throttled = true;
    slots.learn(verdict, slot, start);
    EXPECT_EQ(slots.window().limit(start), 162U);
}

} // namespace
} // namespace hubspool
