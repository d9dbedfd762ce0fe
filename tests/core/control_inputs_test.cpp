// How long what was delivered may serve as a control.
#include "core/sending/control_inputs.hpp"
#include "support/start_time.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

class control_inputs_test : public ::testing::Test {
protected:
    void add(std::string_view id, boot_time now) { controls.add(id, field_set(), now - 1ms, now); }
    bool has(boot_time now) { return controls.find(pending, now) != nullptr; }

    pending_set pending{1U << 20};
    control_inputs controls;
};

TEST_F(control_inputs_test, delivery_serves_for_five_minutes) {
    add("1", start);
    EXPECT_TRUE(has(start + 5min));
    EXPECT_FALSE(has(start + 5min + 1ms));
}

TEST_F(control_inputs_test, each_delivery_as_a_control_renews_it_for_half_an_hour_at_most) {
    add("1", start);
    for (boot_time now = start; now <= start + 30min; now += 3min) {
        EXPECT_TRUE(has(now));
        controls.renew("1", now);
    }
    EXPECT_FALSE(has(start + 30min + 1ms));
}

TEST_F(control_inputs_test, delivery_of_another_object_renews_nothing) {
    add("1", start);
    controls.renew("2", start + 3min);
    EXPECT_FALSE(has(start + 5min + 1ms));
}

} // namespace
} // namespace hubspool
