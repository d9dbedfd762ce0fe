#include "app/plan/rehearsal.hpp"
#include "core/records/change_json.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace hubspool {
namespace {

using ::testing::SizeIs;

constexpr wall_time rehearsal_begins{std::chrono::hours(24 * 365 * 50)};

class rehearsal_test : public ::testing::Test {
protected:
    rehearsal_test() {
        how.limiter.requests = 10;
        how.limiter.window = milliseconds(1000);
        how.limiter.margin = milliseconds(0);
    }
    rehearsed run(std::size_t objects, milliseconds an_answer = milliseconds(0)) {
        const moment now{boot_time(std::chrono::hours(1)), rehearsal_begins, 0.5};
        rehearsal it(how, now, an_answer,
                     {[](const auto&) { return ledger_answer(); },
                      [this](const moment& at) {
                          ++days;
                          const auto left = std::chrono::hours(1);
                          return quota_day{at.wall + left, at.boot + left};
                      },
                      [this](const outgoing_request& r) { bodies.push_back(r.body); },
                      [](const dead_letter&) {}});
        it.begin({});
        for (std::size_t i = 0; i < objects; ++i) {
            it.make_room(lane::bulk);
            it.read(block_of(i));
        }
        return it.finish();
    }
    decoded_block block_of(std::uint64_t i) const {
        decoded_block block;
        block.file = 1;
        block.lane = lane::bulk;
        const std::string id = std::to_string(i);
        decoded_record record;
        record.ordinal = i;
        record.offset = i * 100;
        record.object_id = {0, static_cast<std::uint32_t>(id.size())};
        block.arena.append(id);
        block.arena.append(std::string(pad, 'x'));
        record.reference = {record.object_id.size, pad};
        block.records.push_back(record);
        return block;
    }

    engine_options how;
    std::uint32_t pad = 0; // of each record
    std::vector<std::string> bodies;
    int days = 0;
};

TEST_F(rehearsal_test, everything_is_sent_in_full_batches) {
    const rehearsed sent = run(250);
    EXPECT_EQ(sent.requests, 3U);
    EXPECT_EQ(sent.inputs, 250U);
    EXPECT_EQ(sent.fates.delivered, 250U);
    EXPECT_EQ(sent.unsent_objects, 0U);
    EXPECT_TRUE(sent.memory_sufficed);
    EXPECT_THAT(bodies, SizeIs(3));
}

TEST_F(rehearsal_test, nothing_to_send_is_nothing_sent) {
    const rehearsed sent = run(0);
    EXPECT_EQ(sent.requests, 0U);
    EXPECT_FALSE(sent.first);
}

// Ten at once, and then ten with each second.
TEST_F(rehearsal_test, time_is_what_the_limit_makes_of_it) {
    how.planner.inputs_max = 1;
    const rehearsed sent = run(35);
    EXPECT_EQ(sent.requests, 35U);
    const milliseconds took = sent.last - *sent.first;
    EXPECT_GE(took, milliseconds(3000));
    EXPECT_LE(took, milliseconds(3150));
}

TEST_F(rehearsal_test, answers_that_are_slow_set_the_pace) {
    how.planner.inputs_max = 1;
    how.limiter.requests = 1000;
    how.breaker.connections = 2;
    const rehearsed sent = run(40, milliseconds(500));
    EXPECT_EQ((sent.last - *sent.first), milliseconds(10'000));
}

TEST_F(rehearsal_test, quota_of_a_day_makes_it_wait_for_the_next) {
    how.planner.inputs_max = 1;
    how.limiter.requests = 1000;
    how.daily.requests = 20;
    how.daily.reserve = 0;
    const rehearsed sent = run(50);
    EXPECT_EQ(sent.fates.delivered, 50U);
    EXPECT_GE(sent.last - *sent.first, std::chrono::hours(2));
    EXPECT_LT(sent.last - *sent.first, std::chrono::hours(3));
    EXPECT_GE(days, 3);
}

// As the daemon: what is pending stays below the limit.
TEST_F(rehearsal_test, memory_is_bounded_and_the_plan_says_that_it_counts) {
    pad = 500;
    how.pending_bytes_max = 100'000;
    const rehearsed sent = run(1000);
    EXPECT_FALSE(sent.memory_sufficed);
    EXPECT_EQ(sent.fates.delivered, 1000U);
    EXPECT_GT(sent.requests, 10U);
}

} // namespace
} // namespace hubspool
