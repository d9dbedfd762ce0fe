// The promise itself: in any window, as the server counts arrivals, at most the limit.
#include "core/limits/rate_limiter.hpp"
#include "support/random_rounds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

struct network {
    milliseconds least{10}; // each way
    milliseconds spread{165};
    double stalled = 0;    // share of requests that arrive seconds late
    double unanswered = 0; // share whose connection is closed without an answer
    milliseconds work{0};  // of the server with each batch, after its arrival
    milliseconds work_spread{0};
    milliseconds upload{0}; // longer on its way is a large batch; after a while one in ten is small
};

// A sender with more to send than it may, a network, and a server that notes when requests arrive.
class backlog {
public:
    backlog(unsigned seed, rate_limiter_options options, network over)
        : random_(seed), options_(options), over_(over), limiter_(options) {}

    void run_until(boot_time end) {
        while (now_ < end) {
            end_exchanges();
            while (under_way_.size() < connections && limiter_.ready_at(now_) <= now_) send();
            boot_time next = end;
            for (const exchange& e : under_way_) next = std::min(next, e.ends);
            if (under_way_.size() < connections) next = std::min(next, limiter_.ready_at(now_));
            now_ = std::max(next, now_ + 1ms);
        }
    }

    // Killed and started again: what was answered is known by its release, the rest as unanswered.
    void crash() {
        limiter_ = rate_limiter(options_);
        for (const boot_time release : releases_)
            if (release > now_) limiter_.restore(release, 1);
        for (const exchange& e : under_way_) {
            arrivals_[e.number] = std::min(arrivals_[e.number], now_);
            limiter_.restore_unanswered(now_);
            releases_.push_back(now_ + options_.window + options_.margin);
        }
        under_way_.clear();
        quickest_next_ = true;
    }

    // The most arrivals in any window.
    std::size_t busiest_window() const {
        std::vector<boot_time> sorted = arrivals_;
        std::sort(sorted.begin(), sorted.end());
        std::size_t most = 0;
        std::size_t begin = 0;
        for (std::size_t end = 0; end < sorted.size(); ++end) {
            while (sorted[end] - sorted[begin] >= options_.window) ++begin;
            most = std::max(most, end - begin + 1);
        }
        return most;
    }
    std::size_t sent() const { return arrivals_.size(); }
    boot_time now() const { return now_; }
    rate_limiter& limiter() { return limiter_; }

private:
    static constexpr std::size_t connections = 40;
    struct exchange {
        std::size_t number = 0;
        boot_time sent, ends;
        bool answered = true;
        exchange_kind of = exchange_kind::batch;
    };

    double chance() { return std::uniform_real_distribution<double>(0, 1)(random_); }
    milliseconds one_way() {
        const auto more = static_cast<double>(over_.spread.count()) * chance();
        return over_.least + milliseconds(static_cast<std::int64_t>(more));
    }

    void send() {
        milliseconds there = one_way(), back = one_way();
        milliseconds work = over_.work;
        if (over_.work_spread > 0ms)
            work += milliseconds(
                static_cast<int>(static_cast<double>(over_.work_spread.count()) * chance()));
        if (now_ < first + 15s || chance() < 0.9) there += over_.upload;
        if (chance() < over_.stalled) there += milliseconds(static_cast<int>(4000 * chance()));
        // The rule leans on one exchange as quick as the network allows: the question, with which
        // the server has no work.
        const bool asks = std::exchange(quickest_next_, false);
        if (asks) {
            there = back = over_.least;
            work = 0ms;
        }
        exchange e{arrivals_.size(), now_, now_ + there + work + back, true,
                   asks ? exchange_kind::other : exchange_kind::batch};
        boot_time arrival = now_ + there;
        if (chance() < over_.unanswered) {
            e.answered = false;
            e.ends = now_ + milliseconds(static_cast<int>(5000 * chance()));
            arrival = std::min(arrival, e.ends);
        }
        arrivals_.push_back(arrival);
        under_way_.push_back(e);
        limiter_.sent();
    }

    void end_exchanges() {
        std::erase_if(under_way_, [&](const exchange& e) {
            if (e.ends > now_) return false;
            releases_.push_back(e.answered ? limiter_.answered(e.of, e.sent, now_)
                                           : limiter_.unanswered(now_));
            return true;
        });
    }

    std::mt19937 random_;
    rate_limiter_options options_;
    network over_;
    rate_limiter limiter_;
    static constexpr boot_time first{milliseconds(1'000'000'000)};
    boot_time now_ = first;
    bool quickest_next_ = true;
    std::vector<exchange> under_way_;
    std::vector<boot_time> arrivals_; // by the number of the request
    std::vector<boot_time> releases_;
};

rate_limiter_options hubspots_limit() {
    rate_limiter_options options;
    options.requests = 190;
    return options;
}

TEST(rate_limiter_window, answers_spread_over_a_third_of_a_second_keep_the_limit) {
    for (unsigned seed = 1; seed <= testing::random_rounds(20U); ++seed) {
        backlog b(seed, hubspots_limit(), {});
        b.run_until(b.now() + 2min);
        EXPECT_LE(b.busiest_window(), 190U) << "seed " << seed;
    }
}

TEST(rate_limiter_window, stalls_and_lost_answers_keep_the_limit) {
    for (unsigned seed = 1; seed <= testing::random_rounds(20U); ++seed) {
        backlog b(seed, hubspots_limit(), {10ms, 165ms, 0.05, 0.03});
        b.run_until(b.now() + 2min);
        EXPECT_LE(b.busiest_window(), 190U) << "seed " << seed;
    }
}

TEST(rate_limiter_window, scenario_10_kills_keep_the_limit) {
    for (unsigned seed = 1; seed <= testing::random_rounds(20U); ++seed) {
        backlog b(seed, hubspots_limit(), {10ms, 165ms, 0.02, 0.02});
        std::mt19937 random(seed);
        for (int kill = 0; kill < 30; ++kill) {
            b.run_until(b.now() + milliseconds(random() % 8000));
            b.crash();
        }
        EXPECT_LE(b.busiest_window(), 190U) << "seed " << seed;
    }
}

TEST(rate_limiter_window, work_of_the_server_keeps_the_limit) {
    for (unsigned seed = 1; seed <= testing::random_rounds(100U); ++seed) {
        network over{10ms, milliseconds(seed % 4 * 20),  0.02,
                     0.02, milliseconds(seed * 7 % 400), milliseconds(seed % 3 * 40)};
        backlog b(seed, hubspots_limit(), over);
        b.run_until(b.now() + 2min);
        EXPECT_LE(b.busiest_window(), 190U) << "seed " << seed;
    }
}

TEST(rate_limiter_window, work_of_the_server_under_any_limit_keeps_it) {
    for (unsigned seed = 1; seed <= testing::random_rounds(200U); ++seed) {
        rate_limiter_options options;
        options.requests = 1 + seed * 7 % 50;
        options.window = milliseconds(500 + seed * 97);
        network over{10ms, milliseconds(seed % 8 * 20),   0.02,
                     0.02, milliseconds(seed * 13 % 500), milliseconds(seed % 5 * 30)};
        backlog b(seed, options, over);
        b.run_until(b.now() + 30s);
        EXPECT_LE(b.busiest_window(), *options.requests) << "seed " << seed;
    }
}

TEST(rate_limiter_window, small_batches_after_large_ones_keep_the_limit) {
    for (unsigned seed = 1; seed <= testing::random_rounds(100U); ++seed) {
        network over{5ms, 5ms, 0.02, 0.02, 200ms, milliseconds(seed % 3 * 20), 45ms};
        backlog b(seed, hubspots_limit(), over);
        b.run_until(b.now() + 1min);
        EXPECT_LE(b.busiest_window(), 190U) << "seed " << seed;
    }
}

TEST(rate_limiter_window, any_limit_and_window_are_kept) {
    for (unsigned seed = 1; seed <= testing::random_rounds(30U); ++seed) {
        rate_limiter_options options;
        options.requests = 1 + seed * 7 % 50;
        options.window = milliseconds(500 + seed * 97);
        backlog b(seed, options, {10ms, 165ms, 0.02, 0.02});
        b.run_until(b.now() + 30s);
        EXPECT_LE(b.busiest_window(), *options.requests) << "seed " << seed;
    }
}

TEST(rate_limiter_window, backlog_uses_at_least_98_percent) {
    backlog steady(1, hubspots_limit(), {40ms, 20ms, 0, 0});
    steady.run_until(steady.now() + 10min);
    EXPECT_GE(steady.sent(), static_cast<std::size_t>(190 * 60 * 0.98));

    backlog spread(1, hubspots_limit(), {});
    spread.run_until(spread.now() + 10min);
    EXPECT_GE(spread.sent(), static_cast<std::size_t>(190 * 60 * 0.98));
}

TEST(rate_limiter_window, backlog_uses_at_least_99_percent_beside_steady_work_of_the_server) {
    backlog b(1, hubspots_limit(), {2ms, 2ms, 0, 0, 250ms, 20ms});
    b.run_until(b.now() + 10min);
    EXPECT_GE(b.sent(), static_cast<std::size_t>(190 * 60 * 0.99));
    EXPECT_LE(b.busiest_window(), 190U);
}

} // namespace
} // namespace hubspool
