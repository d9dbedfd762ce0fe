// How far ahead the frontier is asked for, over random stories of claims and reading.
#include "core/reading/frontier_lead.hpp"
#include "support/random_rounds.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace hubspool {
namespace {

constexpr std::uint64_t one_mib = 1U << 20;

// A lane that is read while files are claimed into it.
class lane_story : public ::testing::Test {
protected:
    std::uint64_t below(std::uint64_t bound) { return random() % bound; }

    // As a scan does it: what is large gets a number that no frontier promised.
    void claim(std::uint64_t size) {
        if (size > one_mib) next_number = std::max(next_number, lead.large_files_above() + 1);
        sizes[next_number] = size;
        list.take_claims({{next_number, lane::live, "a", size}});
        ++next_number;
    }
    std::uint64_t any_size() {
        const std::uint64_t kind = below(20);
        if (kind == 0) return below(300) * one_mib;
        return kind < 4 ? below(30) * one_mib : below(5000);
    }
    void ask(arrival upto, std::uint64_t size) {
        const auto wanted = lead.ask(upto, size, list);
        const std::uint64_t large_above = lead.large_files_above();
        ASSERT_GE(large_above, large_files_above) << "what was promised stays so";
        large_files_above = large_above;
        if (wanted) {
            ++asked;
            ASSERT_GT(*wanted, frontier) << "nothing is asked for twice";
            frontier = *wanted;
            expect_bounded(upto, size);
        }
        ASSERT_GE(frontier, upto) << "what was read could never be sent";
    }
    // Of the files that are there, a restart reads little before it may send.
    void expect_bounded(arrival upto, std::uint64_t size) {
        std::uint64_t unread = 0, files = 0;
        if (frontier.file == upto.file && frontier.place < size)
            unread = frontier.place - upto.place;
        else
            unread = size - std::min(size, upto.place);
        for (auto at = sizes.upper_bound(upto.file);
             at != sizes.end() && at->first <= frontier.file; ++at, ++files)
            unread += at->second;
        ASSERT_LE(unread, frontier_lead::bytes_ahead);
        ASSERT_LE(files, frontier_lead::files_ahead);
    }
    void read_first() {
        const file_to_read next = list.take_first();
        const std::uint64_t number = next.file.number, size = next.file.size;
        for (std::uint64_t read = 0; read < size;) {
            read = std::min(size, read + 1 + below(20 * one_mib));
            ask({number, read}, size);
            if (claims_while_reading && below(8) == 0) claim(any_size());
        }
        if (size == 0) ask({number, 0}, 0);
    }

    std::mt19937_64 random{1};
    frontier_lead lead;
    reading_list list;
    std::map<std::uint64_t, std::uint64_t> sizes; // by number
    std::uint64_t next_number = 1, large_files_above = 0;
    arrival frontier;
    std::size_t asked = 0;
    bool claims_while_reading = false;
};

} // namespace

TEST_F(lane_story, frontier_always_covers_what_was_read_and_never_runs_far_ahead) {
    claims_while_reading = true;
    for (int round = 0; round < testing::random_rounds(40); ++round) {
        random.seed(static_cast<std::uint64_t>(round));
        lead = {};
        list = {};
        sizes.clear();
        next_number = 1 + below(1000);
        large_files_above = 0;
        frontier = {};
        for (int step = 0; step < 150; ++step) {
            for (std::uint64_t claims = below(4); claims > 0; --claims) claim(any_size());
            if (!list.empty()) read_first();
            if (HasFatalFailure()) FAIL() << "round " << round << ", step " << step;
        }
    }
}

TEST_F(lane_story, many_small_files_that_are_known_take_an_asking_for_each_thousand) {
    for (int i = 0; i < 10'000; ++i) claim(1000);
    while (!list.empty()) read_first();
    EXPECT_GE(asked, 10U);
    EXPECT_LE(asked, 12U);
}

TEST_F(lane_story, small_files_one_by_one_take_an_asking_for_some_dozens) {
    for (int i = 0; i < 3200; ++i) {
        sizes[next_number] = 10;
        list.take_claims({{next_number, lane::live, "a", 10}});
        ++next_number;
        const file_to_read next = list.take_first();
        ask({next.file.number, 10}, 10);
    }
    EXPECT_LE(asked, 3200 / (frontier_lead::numbers_ahead / 2) + 1);
    EXPECT_GE(asked, 3200 / frontier_lead::numbers_ahead);
}

TEST_F(lane_story, large_file_takes_as_many_askings_as_it_has_leads) {
    const std::uint64_t size = 1024 * one_mib;
    for (std::uint64_t read = one_mib; read <= size; read += one_mib) ask({1, read}, size);
    EXPECT_GE(asked, size / frontier_lead::bytes_ahead - 1);
    EXPECT_LE(asked, size / frontier_lead::bytes_ahead + 2);
}

} // namespace hubspool
