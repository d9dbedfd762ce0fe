// The planner over random objects, failures and times: what a batch may hold, and that each object
// goes in the end.
#include "core/pending/block_merge.hpp"
#include "core/sending/batch_json.hpp"
#include "core/sending/batch_planner.hpp"
#include "record_block.hpp"
#include "support/random_rounds.hpp"
#include "support/start_time.hpp"

#include <gmock/gmock.h>

#include <map>
#include <random>
#include <set>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

class batch_planner_model : public ::testing::Test {
protected:
    static planner_options small_batches() {
        planner_options options;
        options.inputs_max = 5;
        options.body_bytes_max = 600;
        options.linger = 200ms;
        return options;
    }
    batch_planner_model() { raise(frontier); }
    void raise(std::uint64_t to) { planner.raise_frontiers({{to, 0}, {to, 0}}, now); }
    std::uint64_t below(std::uint64_t bound) { return random() % bound; }

    void accept_one() {
        const std::uint64_t file = 1 + below(frontier + 1); // now and then beyond it
        testing::record_block block(file, below(2) == 0 ? lane::live : lane::bulk, ordinal++);
        block.record(std::to_string(below(30)),
                     {{"eventName", '"' + std::string(below(150), 'x') + '"'}});
        bool is_new = false;
        const object_index index = block_merge(pending, block.block()).add(0, now, is_new);
        if (pending.at(index).phase == object_phase::waiting) planner.place(index, now);
    }
    // The ledger has nothing newer of what may be late.
    void answer_lookups() {
        for (const object_index index : planner.take_lookups(3, SIZE_MAX)) {
            pending.at(index).head().late = false;
            planner.place(index, now);
        }
    }
    void take_one() {
        answer_lookups();
        planner.wake(now);
        if (planner.due_at(now, mode) > now) return;
        const std::vector<object_index> batch = planner.take(now, mode);
        std::size_t bytes = body_begin.size() + body_end.size();
        std::set<std::uint32_t> caps;
        for (const object_index index : batch) {
            pending_object& object = pending.at(index);
            EXPECT_EQ(object.phase, object_phase::waiting) << object.id << " is on the wire";
            EXPECT_LE(object.not_before, now) << object.id;
            EXPECT_LE(object.lands_until, now) << object.id;
            EXPECT_FALSE(object.needs_lookup()) << object.id << " may be late";
            EXPECT_LE(object.head().records.newest().file, frontier) << "beyond the frontier";
            bytes += input_bytes_max(object.id, object.head().fields);
            caps.insert(object.batch_cap);
            object.phase = object_phase::in_flight;
        }
        EXPECT_LE(batch.size(), 5U);
        EXPECT_TRUE(batch.size() == 1 || bytes <= 600) << batch.size() << " inputs, " << bytes;
        EXPECT_LE(caps.size(), 1U) << "caps are never mixed";
        if (!caps.empty()) {
            EXPECT_LE(batch.size(), *caps.begin());
        }
        if (!batch.empty()) flights.push_back(batch);
    }
    void answer_one(bool well) {
        if (flights.empty()) return;
        const std::size_t which = below(flights.size());
        const std::vector<object_index> batch = flights[which];
        flights.erase(flights.begin() + static_cast<std::ptrdiff_t>(which));
        for (const object_index index : batch) {
            pending_object& object = pending.at(index);
            object.phase = object_phase::waiting;
            if (well || below(3) != 0) {
                if (object.batch_cap < batch_cap_max) planner.count_suspect(-1);
                object.batch_cap = batch_cap_max;
                ++settled;
                if (pending.drop_head(index)) continue;
            } else {
                if (object.batch_cap == batch_cap_max) planner.count_suspect(+1);
                object.batch_cap = (object.batch_cap + 1) / 2;
                object.not_before = now + milliseconds(below(2000));
            }
            planner.place(index, now);
        }
    }

    std::mt19937_64 random{20261130};
    boot_time now = start;
    std::uint64_t frontier = 10, ordinal = 0, settled = 0;
    pending_set pending{500};
    batch_planner planner{pending, small_batches()};
    planner_mode mode;
    std::vector<std::vector<object_index>> flights;
};

TEST_F(batch_planner_model, batches_keep_their_limits_and_every_object_goes_in_the_end) {
    for (int round = 0; round < testing::random_rounds(20000); ++round) {
        switch (below(8)) {
        case 0:
        case 1: accept_one(); break;
        case 2: now += milliseconds(below(300)); break;
        case 3: answer_one(false); break;
        case 4:
            if (below(50) == 0) raise(++frontier);
            mode.reading = below(2) == 0;
            mode.pressure = below(20) == 0;
            break;
        default: take_one();
        }
        if (HasFailure()) FAIL() << "in round " << round;
    }
    // Nothing more comes, and everything is covered.
    mode = {};
    mode.flushing = true;
    raise(++frontier + 1);
    ++frontier;
    for (int turn = 0; turn < 20000 && pending.objects() > 0; ++turn) {
        take_one();
        answer_one(true);
        now += 50ms;
        if (HasFailure()) FAIL() << "in turn " << turn;
    }
    EXPECT_EQ(pending.objects(), 0U) << "somebody starves";
    EXPECT_EQ(planner.suspects_open(), 0);
    EXPECT_GT(settled, 300U);
}

} // namespace
} // namespace hubspool
