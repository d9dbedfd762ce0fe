// The slots of the rate window beside what is known of each exchange alone.
#include "core/limits/window_slots.hpp"
#include "support/random_rounds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace hubspool {
namespace {

constexpr milliseconds window_time{10000}, margin{50};

struct exchange {
    boot_time sent, answered;
    boot_time soonest; // by what was known when it was answered; never freed before
};

// Answers in the order of time, over a route whose pace changes now and then.
class busy_line {
public:
    explicit busy_line(unsigned seed) : random_(seed) {}

    void answer_one() {
        if (below(200) == 0) usual_ = milliseconds(20 + below(400));
        now_ += milliseconds(below(60));
        const milliseconds took = usual_ + milliseconds(below(10) == 0 ? below(3000) : below(40));
        const exchange_kind kind = below(4) == 0 ? exchange_kind::other : exchange_kind::batch;
        learn(kind, took);
        exchange e{now_ - took, now_, {}};
        e.soonest = soonest_of(e);
        told_ = slots_.answered(kind, e.sent, now_);
        exchanges_.push_back(e);
    }

    // What the next run is told holds whatever was quick: by the fastest exchange of all.
    void check_what_the_next_run_is_told() const { EXPECT_EQ(told_, latest_of(exchanges_.back())); }

    void check_how_many_count() {
        slots_.expire(now_);
        const auto counts = [&](auto until) {
            return std::count_if(exchanges_.begin(), exchanges_.end(),
                                 [&](const exchange& e) { return until(e) > now_; });
        };
        EXPECT_GE(slots_.taken(), counts([](const exchange& e) { return e.soonest; }));
        EXPECT_LE(slots_.taken(), counts([&](const exchange& e) { return latest_of(e); }));
    }

    void check_when_they_are_free() const {
        boot_time before = now_;
        for (std::uint32_t missing = 1; missing <= slots_.taken(); ++missing) {
            const boot_time at = slots_.free_at(missing);
            EXPECT_GT(at, now_);
            EXPECT_GE(at, before) << "more are free later, never sooner";
            before = at;
        }
        EXPECT_EQ(slots_.free_at(slots_.taken() + 1), boot_time::max());
        if (slots_.taken() > 0) {
            EXPECT_LE(before, latest_of_all());
        }
    }

    void rest(milliseconds time) { now_ += time; }
    std::uint32_t taken() const { return slots_.taken(); }
    void expire() { slots_.expire(now_); }

private:
    int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
    void learn(exchange_kind kind, milliseconds took) {
        fastest_ = std::min(fastest_, took);
        if (kind == exchange_kind::batch) fastest_batch_ = std::min(fastest_batch_, took);
    }
    boot_time latest_of(const exchange& e) const {
        return std::max(e.sent + window_time + margin, e.answered + window_time - fastest_);
    }
    // With a steady pace the fastest batch tells, less the margin.
    boot_time soonest_of(const exchange& e) const {
        const milliseconds quick = fastest_batch_ == milliseconds::max()
                                       ? fastest_
                                       : std::max(fastest_, fastest_batch_ - margin);
        return std::max(e.sent + window_time + margin, e.answered + window_time - quick);
    }
    boot_time latest_of_all() const {
        boot_time latest{};
        for (const exchange& e : exchanges_) latest = std::max(latest, latest_of(e));
        return latest;
    }

    std::mt19937 random_;
    window_slots slots_{window_time, margin};
    std::vector<exchange> exchanges_;
    boot_time now_{milliseconds(1'000'000)};
    boot_time told_{};
    milliseconds usual_{100};
    milliseconds fastest_ = milliseconds::max(), fastest_batch_ = milliseconds::max();
};

TEST(window_slots_model, each_slot_counts_as_long_as_its_request_may_and_no_longer) {
    for (unsigned seed = 0; seed < testing::random_rounds(12U); ++seed) {
        SCOPED_TRACE(seed);
        busy_line line(seed);
        for (int i = 0; i < 600; ++i) {
            line.answer_one();
            line.check_what_the_next_run_is_told();
            if (i % 7 == 0) line.check_how_many_count();
            if (i % 50 == 0) line.check_when_they_are_free();
            if (::testing::Test::HasFailure()) return;
        }
    }
}

TEST(window_slots_model, a_rest_of_a_window_and_the_slowest_way_frees_all) {
    for (unsigned seed = 0; seed < testing::random_rounds(12U); ++seed) {
        busy_line line(seed);
        for (int i = 0; i < 100; ++i) line.answer_one();
        EXPECT_GT(line.taken(), 0U);
        line.rest(window_time + margin);
        line.expire();
        EXPECT_EQ(line.taken(), 0U) << seed;
        // And what comes afterwards is counted from nothing.
        line.answer_one();
        EXPECT_EQ(line.taken(), 1U);
    }
}

TEST(window_slots_model, slots_added_by_their_release_alone_are_free_one_by_one) {
    std::mt19937 random(1);
    window_slots slots(window_time, margin);
    std::vector<boot_time> releases;
    for (int i = 0; i < 300; ++i) {
        const boot_time at{milliseconds(random() % 5000)};
        const std::uint32_t count = 1 + static_cast<std::uint32_t>(random() % 3);
        slots.add(at, count);
        releases.insert(releases.end(), count, at);
    }
    std::sort(releases.begin(), releases.end());
    for (std::uint32_t missing = 1; missing <= releases.size(); ++missing)
        ASSERT_EQ(slots.free_at(missing), releases[missing - 1]) << missing;
    for (int at = 0; at < 5000; at += 250) {
        const boot_time now{milliseconds(at)};
        slots.expire(now);
        const auto left = releases.end() - std::upper_bound(releases.begin(), releases.end(), now);
        ASSERT_EQ(slots.taken(), left) << at;
    }
}

} // namespace
} // namespace hubspool
