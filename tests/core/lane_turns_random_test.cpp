// Lanes that take turns, over random stories of what lies ready.
#include "core/reading/lane_turns.hpp"
#include "support/random_rounds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <vector>

namespace hubspool {
namespace {

using place = lane_turns::place;

// A file is so many windows; a lane reads its files one after the other.
struct lane_to_read {
    std::deque<std::pair<std::uint64_t, int>> files; // number, windows left

    place next(std::uint64_t frontier) const {
        if (files.empty()) return {};
        return {true, files.front().first <= frontier, files.front().first};
    }
    std::uint64_t read() {
        const std::uint64_t number = files.front().first;
        if (--files.front().second == 0) files.pop_front();
        return number;
    }
};

class lane_turns_random : public ::testing::TestWithParam<int> {
protected:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    place any_place() { return {below(3) != 0, below(4) == 0, 1 + below(50)}; }
    per_lane<lane_to_read> any_files(int count) {
        per_lane<lane_to_read> lanes;
        std::uint64_t number = 0;
        for (int i = 0; i < count; ++i) {
            number += 1 + below(3);
            lanes[below(2) == 0 ? lane::live : lane::bulk].files.emplace_back(
                number, static_cast<int>(1 + below(5)));
        }
        return lanes;
    }

    std::mt19937_64 random_{static_cast<std::uint64_t>(GetParam())};
};

TEST_P(lane_turns_random, choice_is_a_ready_lane_and_as_the_rules_say) {
    const bool by_number = below(2) == 0;
    lane_turns turns(by_number);
    std::optional<lane> last;
    for (int step = 0; step < 300; ++step) {
        const per_lane<place> places{any_place(), any_place()};
        const auto next = turns.next(places);
        if (!places.live.is_ready && !places.bulk.is_ready) {
            ASSERT_EQ(next, std::nullopt);
            continue;
        }
        ASSERT_TRUE(next.has_value());
        ASSERT_TRUE(places[*next].is_ready);
        if (places.live.is_ready && places.bulk.is_ready) {
            const lane other = *next == lane::live ? lane::bulk : lane::live;
            const place &taken = places[*next], &left = places[other];
            if (taken.is_before_frontier != left.is_before_frontier) {
                ASSERT_TRUE(taken.is_before_frontier) << step;
            } else if (by_number) {
                ASSERT_LE(taken.file, left.file) << step;
            } else {
                ASSERT_NE(next, last) << step;
            }
        }
        last = next;
    }
}

TEST_P(lane_turns_random, neither_lane_is_more_than_a_window_behind) {
    lane_turns turns(false);
    per_lane<lane_to_read> lanes = any_files(40);
    per_lane<int> read;
    while (!lanes.live.files.empty() && !lanes.bulk.files.empty()) {
        const auto next = turns.next({lanes.live.next(0), lanes.bulk.next(0)});
        ASSERT_TRUE(next.has_value());
        lanes[*next].read();
        ++read[*next];
        ASSERT_LE(read.bulk, read.live) << "live begins";
        ASSERT_LE(read.live, read.bulk + 1);
    }
}

TEST_P(lane_turns_random, drain_reads_files_in_the_order_of_their_numbers) {
    lane_turns turns(true);
    per_lane<lane_to_read> lanes = any_files(60);
    std::vector<std::uint64_t> read;
    while (const auto next = turns.next({lanes.live.next(0), lanes.bulk.next(0)}))
        read.push_back(lanes[*next].read());
    EXPECT_TRUE(std::is_sorted(read.begin(), read.end()));
    EXPECT_TRUE(lanes.live.files.empty() && lanes.bulk.files.empty());
}

TEST_P(lane_turns_random, what_lies_before_a_frontier_goes_first) {
    const bool by_number = below(2) == 0;
    lane_turns turns(by_number);
    per_lane<lane_to_read> lanes = any_files(60);
    const per_lane<std::uint64_t> frontiers{below(80), below(80)};
    const auto is_before = [&](lane of) {
        return !lanes[of].files.empty() && lanes[of].files.front().first <= frontiers[of];
    };
    std::size_t windows = 0;
    while (true) {
        const bool any_before = is_before(lane::live) || is_before(lane::bulk);
        const auto next =
            turns.next({lanes.live.next(frontiers.live), lanes.bulk.next(frontiers.bulk)});
        if (!next) break;
        ASSERT_EQ(lanes[*next].read() <= frontiers[*next], any_before);
        ++windows;
    }
    EXPECT_GE(windows, 60U);
}

INSTANTIATE_TEST_SUITE_P(seeds, lane_turns_random,
                         ::testing::Range(1, 1 + testing::random_rounds(12)));

} // namespace
} // namespace hubspool
