// Controls: what was delivered goes once more, and harms neither its object nor an innocent one.
#include "core/engine/engine.hpp"
#include "engine_story.hpp"

namespace hubspool {
namespace {

using namespace std::chrono_literals;

class dispatcher_control_test : public testing::engine_story {};

TEST_F(dispatcher_control_test, newer_change_waits_for_a_control_that_may_still_land) {
    accept("A", {{"a", "old"}});
    send();
    deliver();
    commit();
    accept("X", {{"a", "1"}});
    send();
    answer(503, "busy");
    ASSERT_EQ(send_when_ready().ids, std::vector<std::string>{"A"}); // the control
    EXPECT_FALSE(answer_nothing(exchange_end::stale).conclusive);
    const boot_time may_land_until = now + 120s;
    accept("A", {{"a", "new"}});
    // Whatever else is asked meanwhile, and whatever comes of it.
    while (now < may_land_until) {
        if (const auto sent = send()) {
            EXPECT_FALSE(sent->names("A")) << (may_land_until - now).count() << " ms too early";
            answer(503, "busy");
        } else {
            now = std::max(now + 1ms, std::min(may_land_until, engine->next(now)));
        }
    }
    for (int i = 0; i < 10; ++i) {
        const auto sent = send_when_ready();
        if (sent.names("A")) {
            EXPECT_NE(sent.body.find("new"), std::string::npos);
            return;
        }
        answer(503, "busy");
    }
    ADD_FAILURE() << "the newer change is never sent";
}

TEST_F(dispatcher_control_test, newer_change_waits_for_a_lost_control_from_its_end_on) {
    accept("A", {{"a", "old"}});
    send();
    deliver();
    commit();
    accept("X", {{"a", "1"}});
    send();
    answer(503, "busy");
    ASSERT_EQ(send_when_ready().ids, std::vector<std::string>{"A"}); // the control
    accept("A", {{"a", "new"}});
    wait(60s); // its last byte may leave only now
    answer_nothing();
    const boot_time may_land_until = now + 120s;
    while (now < may_land_until) {
        if (const auto sent = send()) {
            EXPECT_FALSE(sent->names("A")) << (may_land_until - now).count() << " ms too early";
            answer(503, "busy");
        } else {
            now = std::max(now + 1ms, std::min(may_land_until, engine->next(now)));
        }
    }
}

// Nothing else is ever delivered, and each wait is nearly as long as it may be.
TEST_F(dispatcher_control_test, one_control_lasts_until_a_culprit_is_dead) {
    for (const milliseconds answered_after : {1ms, 60'000ms}) {
        restart(testing::plain_options());
        accept("A", {{"a", "1"}});
        send();
        deliver();
        commit();
        accept("culprit", {{"a", "1"}});
        jitter = 0.99;
        const boot_time begin = now;
        while (!engine->empty() && now < begin + 2h) {
            const bool fails = send_when_ready().names("culprit");
            ASSERT_FALSE(wire.empty());
            now += fails ? answered_after : 1ms;
            fails ? answer(503, "busy") : deliver();
            commit();
        }
        EXPECT_TRUE(engine->empty()) << answered_after.count();
    }
}

} // namespace
} // namespace hubspool
