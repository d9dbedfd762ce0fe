// Random requests, answers and kills, beside a naive model of what a kill must leave.
#include "state/sending_builders.hpp"
#include "support/random_rounds.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace hubspool {
namespace {

// What is known of one request, however many runs ago it was sent.
struct modelled_request {
    boot_time written;
    boot_time ended; // of its run, or its deadline before
    std::vector<std::uint64_t> ids;
    bool answered = false; // and it was left open whether it is applied
};

class sending_model : public sending_fixture {
protected:
    static constexpr milliseconds late = 5s, window = 1s, margin = 50ms, timeout = 2s;

    void SetUp() override {
        options.late = late;
        options.window = window;
        options.margin = margin;
        options.request_timeout = timeout;
        options.slots = 12;
        options.ids_max = 3;
        open(now, run_before_no);
    }
    std::uint64_t below(std::uint64_t bound) { return random() % bound; }

    // Of one that no run saw the end of, after this kill.
    boot_time may_land_until(const modelled_request& request) const { return request.ended + late; }

    void send_one() {
        std::vector<std::uint64_t> ids(1 + below(3));
        for (std::uint64_t& id : ids) id = random();
        const auto slot = file->requests().sent(now, ids);
        if (!slot) {
            EXPECT_EQ(slot.error().code, EAGAIN) << slot.error().message;
            return;
        }
        EXPECT_FALSE(on_wire.contains(*slot)) << "a slot on the wire was given again";
        on_wire[*slot] = {now, {}, ids};
    }
    void answer_one() {
        if (on_wire.empty()) return;
        auto chosen = on_wire.begin();
        std::advance(chosen, static_cast<std::ptrdiff_t>(below(on_wire.size())));
        const boot_time release = now + milliseconds(below(1051));
        const bool conclusive = below(3) != 0;
        answer(chosen->first, release, conclusive);
        ++releases[release];
        if (!conclusive) {
            chosen->second.answered = true;
            open_ended.push_back(chosen->second);
        } else {
            done_with.insert(chosen->second.ids);
        }
        on_wire.erase(chosen);
    }
    // The next run begins where this one was cut off.
    void kill_and_look() {
        for (auto& [slot, request] : on_wire) open_ended.push_back(request);
        on_wire.clear();
        for (modelled_request& request : open_ended)
            if (request.ended == boot_time{})
                request.ended = std::min(now, request.written + timeout);
        left = {};
        open(now);
        // Those of before may have been told with a deadline of a later start; never with an
        // earlier one.
        std::erase_if(open_ended, [&](const modelled_request& request) {
            const boot_time fills = request.answered ? now : request.written + window + margin;
            return std::max(may_land_until(request), fills) <= now;
        });
        expect_requests();
        expect_releases();
        EXPECT_EQ(left.hold_all_until, std::nullopt);
    }
    void expect_requests() {
        for (const modelled_request& request : open_ended) {
            const auto told =
                std::find_if(left.requests.begin(), left.requests.end(),
                             [&](const auto& found) { return found.id_hashes == request.ids; });
            ASSERT_NE(told, left.requests.end()) << "a request that may still land is forgotten";
            EXPECT_EQ(told->written, request.written);
            EXPECT_EQ(told->answered, request.answered);
            EXPECT_GE(told->held_until, may_land_until(request));
        }
        for (const auto& told : left.requests)
            EXPECT_FALSE(done_with.contains(told.id_hashes)) << "it was answered for good";
    }
    void expect_releases() {
        std::map<boot_time, std::uint32_t> expected, found;
        for (const auto& [at, count] : releases)
            if (at > now) expected[at] += count;
        for (const auto& [at, count] : left.released_at) found[at] += count;
        EXPECT_EQ(found, expected);
    }

    boot_time now = t0;
    std::map<std::size_t, modelled_request> on_wire;
    std::vector<modelled_request> open_ended;
    std::set<std::vector<std::uint64_t>> done_with;
    std::map<boot_time, std::uint32_t> releases;
    std::mt19937_64 random{1};
};

TEST_F(sending_model, each_kill_leaves_all_that_may_still_land_and_all_that_fills_the_window) {
    for (int round = 0; round < testing::random_rounds(3000); ++round) {
        now += milliseconds(below(120));
        switch (below(12)) {
        case 0: kill_and_look(); break;
        case 1:
        case 2:
        case 3:
        case 4:
        case 5: answer_one(); break;
        default: send_one();
        }
        if (HasFatalFailure()) FAIL() << "in round " << round;
    }
}

} // namespace
} // namespace hubspool
