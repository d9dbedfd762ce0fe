#include "core/engine/operator_rule.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

constexpr operator_request nothing_asked{false, 7};
constexpr operator_request pause{true, 7};
constexpr operator_request resume{false, 8};

class operator_rule_test : public ::testing::Test {
protected:
    operator_rule::step read(const std::optional<operator_request>& found) {
        rule.ask();
        const operator_rule::step next = rule.read(found, is_paused);
        if (next.resume) is_paused = false;
        if (next.pause) is_paused = true;
        return next;
    }
    operator_rule rule{7};
    bool is_paused = false;
};

TEST_F(operator_rule_test, one_answer_is_asked_for_at_a_time) {
    EXPECT_TRUE(rule.ask());
    EXPECT_TRUE(rule.is_unread());
    EXPECT_FALSE(rule.ask());
    rule.read(nothing_asked, false);
    EXPECT_FALSE(rule.is_unread());
    EXPECT_TRUE(rule.ask());
}

TEST_F(operator_rule_test, pause_is_heeded_once) {
    EXPECT_TRUE(read(pause).pause);
    const operator_rule::step again = read(pause);
    EXPECT_FALSE(again.pause);
    EXPECT_TRUE(again.go_on);
}

TEST_F(operator_rule_test, pause_of_before_the_start_is_not_begun_anew) {
    is_paused = true;
    const operator_rule::step next = read(pause);
    EXPECT_FALSE(next.pause || next.resume);
}

TEST_F(operator_rule_test, resume_ends_a_pause_and_other_parks) {
    read(pause);
    EXPECT_TRUE(read(resume).resume);
    EXPECT_FALSE(is_paused);
    EXPECT_TRUE(read(operator_request{false, 9}).resume) << "of a park that is no pause";
}

TEST_F(operator_rule_test, resume_of_before_the_start_is_not_heeded_again) {
    const operator_rule::step next = read(nothing_asked);
    EXPECT_FALSE(next.resume || next.pause);
    EXPECT_TRUE(next.go_on);
}

TEST_F(operator_rule_test, resume_and_pause_since_the_last_look_are_both_heeded) {
    read(pause);
    const operator_rule::step next = read(operator_request{true, 8});
    EXPECT_TRUE(next.resume && next.pause);
}

TEST_F(operator_rule_test, pause_that_is_taken_back_without_a_count_ends) {
    is_paused = true;
    EXPECT_TRUE(read(nothing_asked).resume);
}

TEST_F(operator_rule_test, answer_of_before_an_arrival_does_not_count) {
    rule.ask();
    EXPECT_FALSE(rule.ask_anew()) << "one is on its way";
    const operator_rule::step old = rule.read(nothing_asked, false);
    EXPECT_TRUE(old.ask_again);
    EXPECT_FALSE(old.go_on) << "a pause may have come before what arrived";
    EXPECT_TRUE(rule.is_unread());
    const operator_rule::step fresh = rule.read(pause, false);
    EXPECT_TRUE(fresh.pause && fresh.go_on);
    EXPECT_FALSE(fresh.ask_again);
}

TEST_F(operator_rule_test, arrival_while_nothing_is_on_its_way_asks_once) {
    EXPECT_TRUE(rule.ask_anew());
    EXPECT_FALSE(rule.read(nothing_asked, false).ask_again);
}

TEST_F(operator_rule_test, database_that_cannot_be_read_holds_what_waits) {
    const operator_rule::step next = read(std::nullopt);
    EXPECT_FALSE(next.go_on || next.ask_again);
    EXPECT_TRUE(rule.ask()) << "the next tick";
}

} // namespace
} // namespace hubspool
