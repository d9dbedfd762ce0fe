// What is pending keeps the limit of its memory.
#include "core/engine/engine.hpp"
#include "engine_story.hpp"

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using dispatcher_memory_test = testing::engine_story;
using testing::plain_options;

TEST_F(dispatcher_memory_test, drain_that_fills_its_memory_sends_before_all_is_read) {
    engine_options options = plain_options();
    options.drain = true;
    options.pending_bytes_max = 100'000;
    restart(options);
    int objects = 0;
    while (!send()) {
        ASSERT_LT(objects, 1000);
        accept(std::to_string(objects++), {{"a", "1"}});
    }
    EXPECT_GE(engine->held_bytes(), 75'000U);
    EXPECT_LT(engine->held_bytes(), 80'000U);
}

// A few objects that stay hold the memory of all that were beside them.
TEST_F(dispatcher_memory_test, places_beside_objects_that_stay_count_and_leave_room) {
    constexpr std::size_t room = 6U << 20;
    constexpr int objects = 170'000; // whose places take more than what is kept uncounted
    engine_options options = plain_options();
    options.pending_bytes_max = room;
    restart(options);
    accept_many(objects);
    std::vector<std::uint64_t> stay;
    for (int request = 1; request <= objects / 100; ++request) {
        send_when_ready();
        deliver();
        if (request % 90 == 0) {
            stay.push_back(answered.back());
            answered.pop_back();
        }
        commit();
    }
    EXPECT_GT(stay.size(), 15U);
    EXPECT_GT(engine->held_bytes(), room / 2) << "their places count";
    EXPECT_LT(engine->held_bytes(), room) << "others have room";

    answered = stay;
    commit();
    EXPECT_TRUE(engine->idle());
    EXPECT_LT(engine->held_bytes(), room / 100) << "all places are gone";
}

TEST_F(dispatcher_memory_test, pressure_is_told_while_the_credential_is_not_proved) {
    engine_options options = testing::plain_options();
    options.drain = true;
    options.pending_bytes_max = 1 << 20;
    restart(options);
    tell(event::credential_offered{true, {}});
    EXPECT_FALSE(engine->facts().may_send);
    const std::string value(1000, 'x');
    for (int i = 0; i < 2000; ++i) accept(std::to_string(i), {{"a", value}});
    for (int i = 0; i < 100; ++i) { // HubSpot is not reached
        now = std::max(now + 1s, std::min(engine->next(now), now + 1min));
        tell(event::connection_failed{"no route"});
    }
    EXPECT_GE(engine->held_bytes(), options.pending_bytes_max);
    EXPECT_TRUE(engine->facts().may_send);
    EXPECT_FALSE(engine->status(now).reading_first);
}

} // namespace
} // namespace hubspool
