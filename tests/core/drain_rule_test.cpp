#include "core/engine/drain_rule.hpp"
#include "support/row_name.hpp"
#include "support/start_time.hpp"

#include <gmock/gmock.h>

#include <ostream>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using cause = drain_end::cause;

class drain_rule_test : public ::testing::Test {
protected:
    void wait_with(drain_patience patience) { rule_ = drain_rule(patience, start); }
    std::optional<drain_end> look() { return rule_.look(facts_, now_); }
    std::optional<drain_end> look_after(milliseconds wait) {
        now_ += wait;
        return look();
    }
    void expect_end(cause why, int exit_code, const std::string& words) {
        const std::optional<drain_end> end = look();
        ASSERT_TRUE(end);
        EXPECT_EQ(end->why, why);
        EXPECT_EQ(end->exit_code, exit_code);
        EXPECT_THAT(end->words, HasSubstr(words));
    }

    drain_facts facts_;
    boot_time now_ = start;
    drain_rule rule_{drain_patience::until(std::nullopt), start};
};

TEST_F(drain_rule_test, everything_settled_is_done_without_words) {
    facts_.everything_read = true;
    EXPECT_FALSE(look());
    facts_.everything_settled = true;
    expect_end(cause::done, 0, "");
    EXPECT_EQ(look()->words, "");
}

TEST_F(drain_rule_test, spent_requests_end_it_with_4_unless_all_is_settled) {
    facts_.requests_spent = true;
    expect_end(cause::spent, 4, "as many requests were sent as --max-requests allows");
    facts_.everything_read = facts_.everything_settled = true;
    expect_end(cause::done, 0, "");
}

TEST_F(drain_rule_test, files_that_could_not_be_claimed_end_it_with_4_once_the_rest_is_settled) {
    facts_.unclaimed = "not all files could be claimed: one is unreadable";
    EXPECT_FALSE(look());
    facts_.everything_settled = true;
    expect_end(cause::unclaimed, 4, "one is unreadable");
}

TEST_F(drain_rule_test, signal_ends_it_with_4_unless_all_is_settled) {
    facts_.stop_asked = true;
    expect_end(cause::stopped, 4, "stopped by a signal before the queue was empty");
    facts_.everything_settled = true;
    expect_end(cause::done, 0, "");
}

TEST_F(drain_rule_test, nothing_left_to_compare_with_ends_it_only_once_everything_is_read) {
    facts_.stuck_without_control = true;
    EXPECT_FALSE(look());
    facts_.everything_read = true;
    expect_end(cause::stuck, 4, "fails each time");
}

TEST_F(drain_rule_test, ten_minutes_without_a_delivery_end_it) {
    look();
    facts_.delivered = 1;
    EXPECT_FALSE(look_after(9min));
    EXPECT_FALSE(look_after(10min - 1ms));
    now_ += 1ms;
    expect_end(cause::silent, 4, "nothing was delivered for ten minutes");
}

TEST_F(drain_rule_test, silence_before_anything_may_be_sent_does_not_count) {
    facts_.may_send = false;
    EXPECT_FALSE(look_after(20min));
    facts_.may_send = true; // reading goes on, but memory is full
    EXPECT_FALSE(look_after(10min - 1ms));
    now_ += 1ms;
    expect_end(cause::silent, 4, "ten minutes");
}

TEST_F(drain_rule_test, silence_counts_anew_when_everything_is_read) {
    look();
    facts_.everything_read = true;
    EXPECT_FALSE(look_after(9min));
    EXPECT_FALSE(look_after(10min - 1ms));
    EXPECT_TRUE(look_after(1ms));
}

TEST_F(drain_rule_test, deadline_stands_in_for_silence) {
    wait_with(drain_patience::until(30min));
    EXPECT_FALSE(look_after(30min - 1ms));
    now_ += 1ms;
    expect_end(cause::too_late, 4, "the deadline has passed before the queue was empty");
}

TEST_F(drain_rule_test, deadline_outlasts_what_can_be_compared_with_nothing) {
    wait_with(drain_patience::until(30min));
    facts_.everything_read = facts_.stuck_without_control = true;
    EXPECT_FALSE(look_after(30min - 1ms)) << "an outage may end before";
    now_ += 1ms;
    expect_end(cause::too_late, 4, "the deadline has passed before the queue was empty");
}

TEST_F(drain_rule_test, endless_patience_ends_neither_by_time_nor_by_silence) {
    wait_with({});
    EXPECT_FALSE(look_after(100h));
}

struct drain_park_case {
    park_reason reason;
    bool confirmed;
    bool ends;

    friend std::ostream& operator<<(std::ostream& out, const drain_park_case& c) {
        return out << to_string(c.reason) << (c.confirmed ? "" : "_of_the_run_before");
    }
};

class drain_parks : public drain_rule_test,
                    public ::testing::WithParamInterface<drain_park_case> {};

TEST_P(drain_parks, end_it_when_no_waiting_ends_them) {
    facts_.parks = {{GetParam().reason, "what to do"}};
    facts_.parks_confirmed = GetParam().confirmed;
    if (!GetParam().ends) {
        EXPECT_FALSE(look());
        return;
    }
    expect_end(cause::parked, 4,
               "sending is parked (" + std::string(to_string(GetParam().reason)) + "): what to do");
}

INSTANTIATE_TEST_SUITE_P(
    reasons, drain_parks,
    ::testing::Values(drain_park_case{park_reason::paused, true, true},
                      drain_park_case{park_reason::paused, false, true},
                      drain_park_case{park_reason::suspect_data, true, true},
                      drain_park_case{park_reason::suspect_data, false, true},
                      drain_park_case{park_reason::unauthorized, true, true},
                      drain_park_case{park_reason::unauthorized, false, false},
                      drain_park_case{park_reason::forbidden, true, true},
                      drain_park_case{park_reason::forbidden, false, false},
                      drain_park_case{park_reason::wrong_portal, true, true},
                      drain_park_case{park_reason::wrong_portal, false, false},
                      drain_park_case{park_reason::misconfigured, true, true},
                      drain_park_case{park_reason::misconfigured, false, false},
                      drain_park_case{park_reason::quota, true, false},
                      drain_park_case{park_reason::migration, true, false}),
    [](const auto& row) {
        return ::hubspool::testing::row_name(::testing::PrintToString(row.param));
    });

TEST_F(drain_rule_test, park_that_ends_by_itself_hides_no_other) {
    facts_.parks = {{park_reason::quota, "until midnight"}, {park_reason::forbidden, "a scope"}};
    expect_end(cause::parked, 4, "forbidden): a scope");
}

TEST(drain_sums_test, what_was_not_delivered_makes_a_done_drain_3) {
    EXPECT_EQ(sum_up({}, {}).exit_code, 0);
    EXPECT_EQ(sum_up({}, {.dead_lettered = 1}).exit_code, 3);
    EXPECT_EQ(sum_up({}, {.rejected_files = 1}).exit_code, 3);
}

TEST(drain_sums_test, file_that_could_not_leave_makes_a_done_drain_1) {
    const drain_end end = sum_up({}, {.dead_lettered = 1, .files_left = 1});
    EXPECT_EQ(end.exit_code, 1);
    EXPECT_THAT(end.words, HasSubstr("could not leave cur/"));
}

TEST(drain_sums_test, drain_that_was_not_done_keeps_its_exit_code) {
    const drain_end early{cause::parked, 4, "parked"};
    EXPECT_EQ(sum_up(early, {.dead_lettered = 1, .files_left = 1}).exit_code, 4);
}

} // namespace
} // namespace hubspool
