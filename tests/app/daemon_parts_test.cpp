// The small parts of the daemon, each with the messages that it has for the state thread.
#include "app/daemon/operator_desk.hpp"
#include "app/daemon/quota_keeper.hpp"
#include "app/daemon/status_teller.hpp"

#include <gtest/gtest.h>

namespace hubspool {

namespace {

using namespace std::chrono_literals;

const moment now{boot_time(1000h), wall_time(500000h), 0.5};

class daemon_parts_test : public ::testing::Test {
protected:
    // So many messages of this kind were told since the last look.
    template <class Message>
    std::size_t told() {
        std::size_t count = 0;
        for (const settle_message& message : box_.take_all(milliseconds(0)))
            if (std::holds_alternative<Message>(message)) ++count;
        return count;
    }
    bool is_paused() const {
        for (const park& p : engine_.parks())
            if (p.reason == park_reason::paused) return true;
        return false;
    }
    mailbox<settle_message> box_{100};
    engine engine_{engine_options{}};
};

class operator_desk_test : public daemon_parts_test {
protected:
    operator_desk desk_{7, engine_, box_};
};
class quota_keeper_test : public daemon_parts_test {
protected:
    quota_keeper keeper_for(const std::string& zone) {
        return {zone, *quota_keeper::first_clock(zone), engine_};
    }
};
class status_teller_test : public daemon_parts_test {};

} // namespace

TEST_F(operator_desk_test, pause_and_resume_reach_the_engine) {
    desk_.ask();
    EXPECT_EQ(told<request_wanted>(), 1U);
    EXPECT_TRUE(desk_.read(operator_request{true, 7}, now));
    EXPECT_TRUE(is_paused());
    desk_.ask();
    desk_.read(operator_request{false, 8}, now);
    EXPECT_FALSE(is_paused());
}

TEST_F(operator_desk_test, what_was_read_before_something_came_is_read_again) {
    desk_.ask();
    desk_.ask_anew();
    EXPECT_EQ(told<request_wanted>(), 1U);
    EXPECT_FALSE(desk_.read(operator_request{false, 7}, now));
    EXPECT_EQ(told<request_wanted>(), 1U);
    EXPECT_TRUE(desk_.is_unread());
}

TEST_F(quota_keeper_test, day_ends_at_midnight_of_the_zone) {
    quota_keeper keeper = keeper_for("Europe/Berlin");
    keeper.look(now);
    const boot_time ends = engine_.quota_reset();
    EXPECT_GT(ends, now.boot);
    EXPECT_LE(ends, now.boot + 25h);
    keeper.look(now);
    EXPECT_EQ(engine_.quota_reset(), ends) << "it is not over";
    keeper.look({ends, now.wall + (ends - now.boot), 0.5});
    EXPECT_GT(engine_.quota_reset(), ends);
}

TEST_F(quota_keeper_test, zone_of_the_account_counts_with_auto_alone) {
    quota_keeper fixed = keeper_for("Europe/Berlin");
    EXPECT_FALSE(fixed.zone_told("Asia/Kathmandu"));
    quota_keeper keeper = keeper_for("auto");
    keeper.look(now);
    const boot_time in_utc = engine_.quota_reset();
    EXPECT_FALSE(keeper.zone_told(""));
    EXPECT_FALSE(keeper.zone_told("No/Such_Zone"));
    EXPECT_TRUE(keeper.zone_told("Asia/Kathmandu"));
    keeper.look(now);
    EXPECT_NE(engine_.quota_reset(), in_utc);
}

TEST_F(quota_keeper_test, zone_that_is_unknown_is_a_failure_at_the_start) {
    EXPECT_FALSE(static_cast<bool>(quota_keeper::first_clock("No/Such_Zone")));
}

TEST_F(status_teller_test, status_is_told_when_it_changes_and_every_five_seconds) {
    status_teller teller(box_);
    daemon_status status;
    teller.tell(status, now.boot);
    teller.tell(status, now.boot);
    EXPECT_EQ(told<live_status>(), 1U);
    status.resting = true;
    teller.tell(status, now.boot);
    EXPECT_EQ(told<live_status>(), 1U);
    teller.tell(status, now.boot + work_told_every);
    EXPECT_EQ(told<live_status>(), 1U);
}

} // namespace hubspool
