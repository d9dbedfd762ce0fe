#include "core/limits/send_share.hpp"
#include "support/random_rounds.hpp"
#include "support/start_time.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

// Knows all that was ever sent, and looks at each moment that may be the one.
class counted_sends {
public:
    explicit counted_sends(milliseconds window) : window_(window) {}

    std::size_t in_window_before(boot_time at) const {
        return static_cast<std::size_t>(std::count_if(
            sent_.begin(), sent_.end(), [&](boot_time sent) { return sent + window_ > at; }));
    }
    boot_time ready_at(boot_time now, std::size_t most) const {
        std::vector<boot_time> moments{now};
        for (const boot_time sent : sent_) moments.push_back(std::max(now, sent + window_));
        std::sort(moments.begin(), moments.end());
        const auto first = std::find_if(moments.begin(), moments.end(),
                                        [&](boot_time at) { return in_window_before(at) < most; });
        return *first;
    }
    void add(boot_time now) { sent_.push_back(now); }
    void clear() { sent_.clear(); }
    const std::vector<boot_time>& all() const { return sent_; }

private:
    milliseconds window_;
    std::vector<boot_time> sent_;
};

} // namespace

TEST(send_share, without_a_bound_all_goes_at_once) {
    send_share share(10s);
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(share.ready_at(start), start);
        share.sent(start);
    }
    share.set(1);
    EXPECT_EQ(share.ready_at(start), start) << "what went unbounded is not counted";
    share.sent(start);
    EXPECT_EQ(share.ready_at(start), start + 10s);
    share.set(0);
    EXPECT_EQ(share.ready_at(start), start);
}

TEST(send_share, window_ends_as_the_next_one_begins) {
    send_share share(10s);
    share.set(2);
    share.sent(start);
    share.sent(start + 3s);
    EXPECT_EQ(share.ready_at(start + 3s), start + 10s);
    EXPECT_EQ(share.ready_at(start + 9999ms), start + 10s);
    EXPECT_EQ(share.ready_at(start + 10s), start + 10s);
    share.sent(start + 10s);
    EXPECT_EQ(share.ready_at(start + 10s), start + 13s);
}

// A live batch takes bulk changes along whatever their share is.
TEST(send_share, what_goes_beyond_it_makes_the_next_one_wait_as_brute_force_says) {
    for (int round = 0; round < testing::random_rounds(60); ++round) {
        std::mt19937_64 random(static_cast<std::uint64_t>(round));
        const milliseconds window(50 + random() % 5000);
        const auto most = static_cast<std::uint32_t>(1 + random() % 9);
        send_share share(window);
        share.set(most);
        counted_sends naive(window);
        boot_time now = start;
        for (int step = 0; step < 80; ++step) {
            now += milliseconds(random() % 5 == 0 ? 0 : random() % 400);
            ASSERT_EQ(share.ready_at(now), naive.ready_at(now, most)) << round << '/' << step;
            if (random() % 3 == 0) continue;
            share.sent(now);
            naive.add(now);
        }
    }
}

TEST(send_share, who_keeps_to_it_never_has_more_in_any_window_however_it_changes) {
    for (int round = 0; round < testing::random_rounds(60); ++round) {
        std::mt19937_64 random(1000 + static_cast<std::uint64_t>(round));
        const milliseconds window(100 + random() % 3000);
        send_share share(window);
        counted_sends naive(window);
        std::uint32_t most = 0;
        boot_time now = start;
        for (int step = 0; step < 120; ++step) {
            if (random() % 12 == 0 || step == 0) {
                most = static_cast<std::uint32_t>(random() % 7);
                share.set(most);
                if (most == 0) naive.clear();
            }
            const boot_time at = share.ready_at(now);
            ASSERT_EQ(at, most == 0 ? now : naive.ready_at(now, most)) << round << '/' << step;
            if (random() % 4 == 0) {
                now += milliseconds(random() % 700);
                continue;
            }
            now = at;
            share.sent(now);
            if (most == 0) continue;
            naive.add(now);
            ASSERT_LE(naive.in_window_before(now), most) << round << '/' << step;
        }
    }
}

TEST(send_share, full_use_of_it_sends_as_many_as_it_allows) {
    send_share share(1s);
    share.set(7);
    boot_time now = start;
    for (int i = 0; i < 70; ++i) {
        now = share.ready_at(now);
        share.sent(now);
    }
    EXPECT_EQ(now, start + 9s) << "ten windows, and each begins as early as it may";
}

} // namespace hubspool
