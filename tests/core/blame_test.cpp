// Blame by itself: what is charged, by which signs, and how long it waits.
#include "core/pending/block_merge.hpp"
#include "core/sending/blame.hpp"
#include "record_block.hpp"
#include "support/start_time.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class blame_test : public ::testing::Test {
protected:
    static blame_options three_attempts() {
        blame_options options;
        options.attempts_max = 3;
        return options;
    }
    object_index add(std::string_view id) {
        testing::record_block block(1, lane::live, next_++);
        block.record(id, {{"eventName", "\"x\""}});
        bool is_new = false;
        return block_merge(set, block.block()).add(0, start, is_new);
    }
    // No chance: a jitter that asks once more only where the rule wants it.
    moment now(double jitter = 0.9) const { return {at, wall_time(at.time_since_epoch()), jitter}; }
    bool fails(object_index index, bool alone = true, bool doubtful = false) {
        told.clear();
        at += 1s;
        return judge.failed(set.at(index), alone, doubtful, now(), told);
    }
    void another_is_delivered(bool keep = true) {
        const object_index other = add("other");
        std::vector<charge> charges;
        judge.delivered(set.at(other), keep, at, now(), charges);
        set.drop_head(other);
    }
    // Until it is charged or dead; each attempt with a delivery before it.
    bool fails_with_controls(object_index index, int attempts) {
        bool dead = false;
        for (int attempt = 0; attempt < attempts && !dead; ++attempt) {
            another_is_delivered();
            dead = fails(index);
        }
        return dead;
    }

    pending_set set{10'000};
    batch_planner planner{set, {}};
    blame judge{three_attempts(), set, planner};
    boot_time at = start;
    std::vector<charge> told;

private:
    std::uint64_t next_ = 0;
};

TEST_F(blame_test, in_company_nobody_is_charged) {
    const object_index x = add("x");
    for (int attempt = 0; attempt < 50; ++attempt) {
        another_is_delivered();
        EXPECT_FALSE(fails(x, false));
    }
    EXPECT_EQ(set.at(x).failures->charged, 0U);
    EXPECT_THAT(told, IsEmpty());
    EXPECT_FALSE(blame::is_isolated(set.at(x)));
}

TEST_F(blame_test, without_a_delivery_in_between_no_failure_is_its_fault) {
    const object_index x = add("x");
    add("y");
    for (int attempt = 0; attempt < 50; ++attempt) EXPECT_FALSE(fails(x));
    EXPECT_EQ(set.at(x).failures->charged, 0U);
    EXPECT_TRUE(judge.is_in_vain(set.at(x)));
    EXPECT_TRUE(judge.lacks_control(set.at(x)));
}

TEST_F(blame_test, with_a_delivery_before_each_it_is_charged_up_to_its_death) {
    const object_index x = add("x");
    EXPECT_FALSE(fails(x)) << "the first says nothing";
    EXPECT_TRUE(fails_with_controls(x, 20));
    EXPECT_EQ(set.at(x).failures->charged, 3U);
}

TEST_F(blame_test, every_other_charge_takes_two_failures_in_a_row) {
    const object_index x = add("x");
    fails(x);
    another_is_delivered();
    EXPECT_FALSE(fails(x));
    EXPECT_TRUE(set.at(x).failures->once_more) << "it may have met the one broken server";
    EXPECT_EQ(set.at(x).failures->charged, 0U);
    EXPECT_FALSE(judge.lacks_control(set.at(x))) << "the second goes at once";
    EXPECT_FALSE(fails(x));
    EXPECT_EQ(set.at(x).failures->charged, 1U);
    ASSERT_THAT(told, SizeIs(1));
    EXPECT_EQ(told[0].object_id, "x");
    EXPECT_EQ(told[0].attempts, 1U);
}

TEST_F(blame_test, chance_may_ask_for_one_more_at_any_time) {
    const object_index x = add("x");
    fails(x);
    another_is_delivered();
    std::vector<charge> charges;
    EXPECT_FALSE(judge.failed(set.at(x), true, false, now(0.1), charges));
    EXPECT_TRUE(set.at(x).failures->once_more);
    EXPECT_FALSE(judge.failed(set.at(x), true, false, now(0.1), charges));
    EXPECT_TRUE(set.at(x).failures->once_more);
    EXPECT_THAT(charges, IsEmpty());
}

TEST_F(blame_test, control_that_failed_too_makes_it_an_outage_and_takes_a_charge_back) {
    const object_index x = add("x");
    fails(x);
    another_is_delivered();
    fails(x);
    fails(x);
    ASSERT_EQ(set.at(x).failures->charged, 1U);
    judge.control_failed();
    EXPECT_FALSE(fails(x, true, true));
    EXPECT_EQ(set.at(x).failures->charged, 0U);
    ASSERT_THAT(told, SizeIs(1)) << "the state forgets it, too";
    EXPECT_EQ(told[0].attempts, 0U);
    EXPECT_FALSE(fails(x, true, true));
    EXPECT_EQ(set.at(x).failures->charged, 0U) << "and it never goes below none";
}

TEST_F(blame_test, lone_object_is_charged_once_an_hour_by_hubspots_own_clear_word) {
    const object_index x = add("x");
    fails(x);
    for (int hours = 1; hours <= 2; ++hours) {
        at += 61min;
        EXPECT_FALSE(fails(x));
        EXPECT_EQ(set.at(x).failures->charged, static_cast<unsigned>(hours));
        EXPECT_FALSE(fails(x)) << "not twice within the hour";
        EXPECT_EQ(set.at(x).failures->charged, static_cast<unsigned>(hours));
    }
    at += 61min;
    EXPECT_FALSE(fails(x, true, true)) << "nor by an answer in doubt";
    EXPECT_EQ(set.at(x).failures->charged, 2U);
    at += 61min;
    EXPECT_TRUE(fails(x));
}

TEST_F(blame_test, charge_of_the_run_before_is_recalled_once_and_sends_it_alone) {
    judge.restore({"x", 2, {}}, start - 1h);
    const object_index x = add("x");
    EXPECT_TRUE(judge.recall(set.at(x)));
    EXPECT_EQ(set.at(x).batch_cap, 1U);
    EXPECT_EQ(set.at(x).failures->charged, 2U);
    EXPECT_EQ(planner.suspects_open(), 1);
    EXPECT_FALSE(judge.recall(set.at(x)));
    EXPECT_FALSE(judge.recall(set.at(add("y")))) << "nothing is known of others";
    // It must fail by itself once before it is compared.
    another_is_delivered();
    EXPECT_FALSE(fails(x));
    EXPECT_TRUE(fails_with_controls(x, 4));
}

TEST_F(blame_test, object_that_was_sent_already_recalls_nothing) {
    judge.restore({"x", 2, {}}, start);
    const object_index x = add("x");
    set.at(x).tries = 1;
    EXPECT_FALSE(judge.recall(set.at(x)));
}

TEST_F(blame_test, delivery_and_death_take_what_is_recorded_out_of_the_state) {
    const object_index x = add("x");
    fails(x);
    another_is_delivered();
    fails(x);
    fails(x);
    ASSERT_TRUE(set.at(x).failures->is_recorded);
    std::vector<charge> charges;
    judge.delivered(set.at(x), true, at, now(), charges);
    ASSERT_THAT(charges, SizeIs(1));
    EXPECT_EQ(charges[0].attempts, 0U);
    judge.died(set.at(x), now(), charges);
    EXPECT_THAT(charges, SizeIs(2));
    judge.died(set.at(add("y")), now(), charges);
    EXPECT_THAT(charges, SizeIs(2)) << "of others nothing is recorded";
}

TEST_F(blame_test, cap_is_halved_down_to_one_and_counts_suspects_once) {
    const object_index x = add("x");
    std::vector<std::uint32_t> caps;
    for (int i = 0; i < 9; ++i) {
        judge.halve_batch_cap(set.at(x));
        caps.push_back(set.at(x).batch_cap);
    }
    EXPECT_THAT(caps, ::testing::ElementsAre(50, 25, 13, 7, 4, 2, 1, 1, 1));
    EXPECT_EQ(planner.suspects_open(), 1);
    judge.set_batch_cap(set.at(x), batch_cap_max);
    EXPECT_EQ(planner.suspects_open(), 0);
}

TEST_F(blame_test, waits_grow_alone_and_not_in_company) {
    const object_index x = add("x");
    add("y");
    EXPECT_LE(judge.wait(set.at(x), false, false, now()), 1s);
    milliseconds before{0};
    for (int attempt = 0; attempt < 6; ++attempt) {
        fails(x);
        const milliseconds wait = judge.wait(set.at(x), true, false, now());
        EXPECT_GE(wait, before);
        before = wait;
    }
    EXPECT_GT(before, 10s);
    EXPECT_LE(judge.wait(set.at(x), false, false, now()), 1s);
}

TEST_F(blame_test, next_attempt_comes_while_its_control_lasts) {
    const object_index x = add("x");
    add("y");
    for (int attempt = 0; attempt < 12; ++attempt) fails(x);
    EXPECT_GT(judge.wait(set.at(x), true, false, now(0.99)), 4min);
    another_is_delivered();
    const milliseconds wait = judge.wait(set.at(x), true, false, now(0.99));
    EXPECT_LE(wait, 5min - 10s) << "ten seconds before it is too old, at the latest";
}

TEST_F(blame_test, drain_hurries_with_a_control_at_hand_but_for_what_passes) {
    blame_options options = three_attempts();
    options.hurried = true;
    blame hurried(options, set, planner);
    const object_index x = add("x");
    add("y");
    std::vector<charge> charges;
    for (int attempt = 0; attempt < 8; ++attempt)
        (void)hurried.failed(set.at(x), true, false, now(), charges);
    const object_index other = add("other");
    hurried.delivered(set.at(other), true, at, now(), charges);
    set.drop_head(other);
    EXPECT_LE(hurried.wait(set.at(x), true, false, now()), 1s);
    EXPECT_GE(hurried.wait(set.at(x), true, true, now()), 24s)
        << "it says itself that it takes time";
    EXPECT_LE(hurried.wait(set.at(x), true, true, now()), 48s);
}

} // namespace
} // namespace hubspool
