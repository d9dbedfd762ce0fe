#include "core/limits/rate_limiter.hpp"
#include "support/start_time.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

constexpr auto of_batches = exchange_kind::batch;
constexpr auto question = exchange_kind::other;

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
    limiter.answered(of_batches, start, start + 100ms);
    EXPECT_EQ(limiter.ready_at(start + 100ms), start + 10050ms);
}

TEST(rate_limiter, use_of_the_window_ends_by_time_alone) {
    rate_limiter limiter(at_most(9));
    limiter.sent();
    limiter.sent();
    limiter.answered(of_batches, start, start + 100ms);
    EXPECT_EQ(limiter.used(start + 1s).in_flight, 1U);
    EXPECT_EQ(limiter.used(start + 1s).ended, 1U);
    limiter.answered(of_batches, start + 2s, start + 2100ms);
    EXPECT_EQ(limiter.used(start + 3s).ended, 2U);
    EXPECT_EQ(limiter.used(start + 3s).ended_until, start + 12050ms);
    EXPECT_EQ(limiter.used(start + 10050ms).ended, 1U);
    EXPECT_EQ(limiter.used(start + 12050ms).ended, 0U) << "also when nobody lets them expire";
}

TEST(rate_limiter, whole_window_that_is_another_s_is_waited_for_at_any_limit) {
    for (const std::uint32_t limit : {1U, 10'000U, 10'000'000U}) {
        rate_limiter limiter(at_most(limit));
        limiter.restore_whole(start + 7s);
        limiter.restore_whole(start + 3s);
        EXPECT_EQ(limiter.ready_at(start), start + 7s);
        EXPECT_EQ(limiter.limit(start), limit) << "nothing is learned of others";
        EXPECT_EQ(limiter.ready_at(start + 7s), start + 7s);
    }
}

TEST(rate_limiter, slow_answer_holds_its_slot_a_window_from_the_answer_less_the_fastest) {
    rate_limiter limiter(at_most(10));
    limiter.sent();
    limiter.sent();
    EXPECT_EQ(limiter.answered(of_batches, start, start + 30ms), start + 10050ms);
    EXPECT_EQ(limiter.answered(of_batches, start, start + 3s), start + 3s + 10s - 30ms);
}

// Sends and answers as many batches, each of which takes so long; the time of the last answer.
boot_time exchange(rate_limiter& limiter, int batches, milliseconds took, boot_time at) {
    for (int i = 0; i < batches; ++i) {
        limiter.ready_at(at); // what is free again is no longer counted
        limiter.sent();
        limiter.answered(of_batches, at, at + took);
    }
    return at + took;
}

TEST(rate_limiter, steady_work_with_batches_is_no_doubt_about_their_arrival) {
    rate_limiter limiter(at_most(100));
    limiter.sent();
    EXPECT_EQ(limiter.answered(question, start, start + 5ms), start + 10050ms);
    exchange(limiter, 19, 300ms, start + 1s);
    EXPECT_EQ(exchange(limiter, 80, 300ms, start + 1s), start + 1300ms);
    EXPECT_EQ(limiter.ready_at(start + 2s), start + 10050ms); // the question's
    EXPECT_EQ(limiter.ready_at(start + 10050ms), start + 10050ms);
    limiter.sent();
    EXPECT_EQ(limiter.ready_at(start + 10051ms), start + 11050ms);
}

TEST(rate_limiter, next_run_is_told_when_a_slot_is_free_whatever_batches_take) {
    rate_limiter limiter(at_most(100));
    limiter.sent();
    limiter.answered(question, start, start + 5ms);
    exchange(limiter, 50, 300ms, start + 1s);
    limiter.sent();
    EXPECT_EQ(limiter.answered(of_batches, start + 2s, start + 2300ms), start + 12295ms);
}

TEST(rate_limiter, few_batches_and_such_as_differ_prove_no_steady_work) {
    rate_limiter few(at_most(20));
    few.sent();
    few.answered(question, start, start + 5ms);
    exchange(few, 19, 300ms, start);
    EXPECT_EQ(few.ready_at(start + 10100ms), start + 10100ms); // the question's is free
    few.sent();
    EXPECT_EQ(few.ready_at(start + 10100ms), start + 300ms + 10s - 5ms);

    rate_limiter differing(at_most(101));
    differing.sent();
    differing.answered(question, start, start + 5ms);
    for (int i = 0; i < 100; ++i) exchange(differing, 1, i % 5 == 0 ? 300ms : 400ms, start);
    differing.ready_at(start + 10100ms);
    differing.sent();
    EXPECT_EQ(differing.ready_at(start + 10100ms), start + 300ms + 10s - 5ms);
}

TEST(rate_limiter, large_batches_prove_nothing_since_their_way_may_be_what_takes_long) {
    EXPECT_EQ(kind_of_batch(true, 30'000, true), of_batches);
    const auto large = kind_of_batch(true, 1'000'000, true);
    rate_limiter limiter(at_most(101));
    limiter.sent();
    limiter.answered(question, start, start + 5ms);
    for (int i = 0; i < 100; ++i) {
        limiter.ready_at(start);
        limiter.sent();
        limiter.answered(large, start, start + 300ms);
    }
    limiter.ready_at(start + 10100ms);
    limiter.sent();
    EXPECT_EQ(limiter.ready_at(start + 10100ms), start + 300ms + 10s - 5ms);
}

TEST(rate_limiter, slots_follow_a_faster_batch_that_is_answered_later) {
    rate_limiter limiter(at_most(101));
    limiter.sent();
    limiter.answered(question, start, start + 5ms);
    // As on new connections.
    exchange(limiter, 30, 500ms, start);
    exchange(limiter, 70, 300ms, start + 1s);
    limiter.ready_at(start + 10100ms);
    limiter.sent();
    EXPECT_EQ(limiter.ready_at(start + 10100ms), start + 500ms + 10s - (300ms - 50ms));
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
    EXPECT_EQ(limiter.used({}).in_flight, 0U);
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
    EXPECT_TRUE(limiter.allowance().at_rest(start));
    limiter.throttled(start);
    EXPECT_FALSE(limiter.allowance().at_rest(start + 99s));
    EXPECT_TRUE(limiter.allowance().at_rest(start + 100s));
    limiter.remaining_told(limiter.sent(), 100, 50, start + 100s);
    EXPECT_FALSE(limiter.allowance().at_rest(start + 110s));
    EXPECT_TRUE(limiter.allowance().at_rest(start + 111s));
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
    struct slot {
        boot_time earliest;
        boot_time window_after_answer = earliest;
    };
    std::vector<slot> slots;
    milliseconds fastest = 1h;
    std::uint32_t in_flight = 0;

    boot_time release(const slot& s) const {
        return std::max(s.earliest, s.window_after_answer - fastest);
    }
    std::uint32_t at(boot_time now) const {
        const auto holding = std::count_if(slots.begin(), slots.end(),
                                           [&](const slot& s) { return release(s) > now; });
        return static_cast<std::uint32_t>(holding) + in_flight;
    }
    // The first time from `now` on when fewer than `limit` count.
    boot_time below(std::uint32_t limit, boot_time now) const {
        std::vector<boot_time> times{now};
        for (const slot& s : slots)
            if (release(s) > now) times.push_back(release(s));
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
            plain.slots.push_back({now + 10050ms});
        }
        const boot_time ready = limiter.ready_at(now);
        ASSERT_EQ(ready, plain.below(limiter.limit(now), now)) << "step " << step;
        if (ready == now && below(4) != 0) {
            limiter.sent();
            ++plain.in_flight;
            sent.push_back(now);
        } else if (!sent.empty()) {
            const std::size_t which = below(static_cast<std::uint32_t>(sent.size()));
            if (below(10) == 0) {
                plain.slots.push_back({limiter.unanswered(now)});
            } else {
                limiter.answered(question, sent[which], now);
                plain.fastest = std::min(plain.fastest, now - sent[which]);
                plain.slots.push_back({sent[which] + 10050ms, now + 10s});
            }
            sent.erase(sent.begin() + static_cast<std::ptrdiff_t>(which));
            --plain.in_flight;
        }
        ASSERT_EQ(limiter.used({}).in_flight, plain.in_flight);
        std::erase_if(plain.slots, [&](const auto& s) { return plain.release(s) <= now; });
    }
}

TEST(window_slots, as_many_as_are_missing_are_free_with_the_last_of_them) {
    window_slots slots(10s, 50ms);
    slots.add(start + 3s, 2);
    slots.add(start + 1s, 1);
    const std::pair<std::uint32_t, boot_time> table[] = {
        {1, start + 1s}, {2, start + 3s}, {3, start + 3s}, {4, boot_time::max()}};
    for (const auto& [missing, at] : table) EXPECT_EQ(slots.free_at(missing), at) << missing;
    slots.expire(start + 1s);
    EXPECT_EQ(slots.taken(), 2U);
    EXPECT_EQ(slots.free_at(1), start + 3s);
}

TEST(window_slots, answer_moves_those_that_still_count_and_none_that_is_free) {
    window_slots slots(10s, 50ms);
    slots.answered(question, start, start + 4s); // slow: free a window after it was sent
    EXPECT_EQ(slots.free_at(1), start + 10050ms);
    slots.answered(question, start + 4s, start + 4s + 10ms);
    EXPECT_EQ(slots.free_at(1), start + 14s - 10ms) << "it may have arrived with its answer";
    EXPECT_EQ(slots.taken(), 2U);
}

TEST(window_slots, only_a_full_batch_of_usual_size_that_was_taken_tells_the_pace) {
    const struct {
        bool full, taken;
        std::size_t bytes;
        exchange_kind kind;
    } table[] = {{true, true, 64U << 10, of_batches},
                 {true, true, (64U << 10) + 1, question},
                 {false, true, 1000, question},
                 {true, false, 1000, question}};
    for (const auto& row : table)
        EXPECT_EQ(kind_of_batch(row.full, row.bytes, row.taken), row.kind) << row.bytes;
}

} // namespace
} // namespace hubspool
