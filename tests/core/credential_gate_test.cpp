// The account check by itself; with batches beside it: dispatcher_portal_test.
#include "core/dispatch/credential_gate.hpp"
#include "core/pending/block_merge.hpp"
#include "record_block.hpp"
#include "support/api_answer.hpp"
#include "support/printing.hpp"
#include "support/start_time.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

class credential_gate_test : public ::testing::Test {
protected:
    credential_gate_test() : parts(options_for("111"), 0), credential(parts) {}

    static engine_options options_for(const std::string& portal) {
        engine_options options;
        options.portal_id = portal;
        return options;
    }
    static moment at_start() { return {start, wall_time(start.time_since_epoch()), 0.5}; }
    account_effect ask(const api_response& response) {
        EXPECT_LE(credential.due(start), start);
        credential.sent(start);
        return credential.weigh(response, at_start());
    }
    bool batches_may_go() { return parts.gate.ask(start, {}).at == start; }

    const api_response ours = testing::account_answer(111);
    const api_response anothers = testing::account_answer(222);
    engine_parts parts;
    credential_gate credential;
};

TEST_F(credential_gate_test, without_a_word_it_is_proved_and_nothing_is_asked) {
    EXPECT_TRUE(credential.is_proved());
    EXPECT_TRUE(batches_may_go());
    EXPECT_EQ(credential.due(start), never);
    EXPECT_FALSE(credential.may_come_due());
}

TEST_F(credential_gate_test, first_credential_keeps_batches_back_until_its_account_is_known) {
    credential.prove(true, {}, start);
    EXPECT_FALSE(batches_may_go());
    EXPECT_TRUE(ask(ours).proved);
    EXPECT_TRUE(batches_may_go());
    EXPECT_EQ(credential.due(start), never);
}

TEST_F(credential_gate_test, missing_credential_asks_nothing_and_sends_nothing) {
    credential.missing();
    EXPECT_FALSE(batches_may_go());
    EXPECT_EQ(credential.due(start), never);
    credential.prove(false, {}, start);
    EXPECT_EQ(credential.state(), credential_state::unproved) << "though nothing said: before all";
}

// A control of another account must not go to this one.
class controls_account_test : public credential_gate_test {
protected:
    // Any account is right.
    engine_parts any{options_for(""), 0};
    credential_gate gate{any};

    void prove_with(const api_response& response) {
        gate.prove(false, {}, start);
        gate.sent(start);
        ASSERT_TRUE(gate.weigh(response, at_start()).proved);
    }
    void deliver_one(boot_time sent) {
        testing::record_block block;
        block.record("5", {{"eventName", "1"}});
        block_merge merge(any.pending, block.block());
        bool is_new = false;
        const object_index index = merge.add(0, start, is_new);
        std::vector<charge> told;
        any.blame.delivered(any.pending.at(index), true, sent, at_start(), told);
        any.pending.drop_head(index);
    }
    bool has_control() { return any.blame.controls().find(any.pending, start) != nullptr; }
};

TEST_F(controls_account_test, controls_are_kept_while_the_account_is_the_same) {
    prove_with(ours);
    deliver_one(start + 1ms);
    prove_with(ours);
    EXPECT_TRUE(has_control());
    prove_with(anothers);
    EXPECT_FALSE(has_control());
}

TEST_F(controls_account_test, controls_are_dropped_when_the_account_is_not_told) {
    prove_with(ours);
    deliver_one(start + 1ms);
    prove_with(testing::api_answer(404, R"({"category":"NOT_FOUND","message":"no"})"));
    EXPECT_FALSE(has_control());
}

TEST_F(controls_account_test, what_went_to_the_account_of_before_is_no_control) {
    prove_with(ours);
    prove_with(anothers);
    deliver_one(start - 1ms);
    EXPECT_FALSE(has_control());
}

TEST_F(credential_gate_test, another_accounts_credential_is_refused_beside_a_proved_one) {
    credential.prove(false, {}, start);
    EXPECT_TRUE(batches_may_go()) << "with the one before";
    const account_effect effect = ask(anothers);
    EXPECT_TRUE(effect.refused);
    EXPECT_FALSE(effect.parked);
    EXPECT_TRUE(batches_may_go());
}

TEST_F(credential_gate_test, another_accounts_first_credential_parks) {
    credential.prove(true, {}, start);
    EXPECT_TRUE(ask(anothers).parked);
    EXPECT_TRUE(parts.parks.has(park_reason::wrong_portal));
    EXPECT_EQ(credential.due(start), start + 1min);
}

TEST_F(credential_gate_test, answer_to_a_check_of_the_credential_before_counts_no_more) {
    credential.prove(true, {}, start);
    credential.sent(start);
    credential.prove(true, {}, start);
    EXPECT_FALSE(credential.weigh(ours, at_start()).proved);
    EXPECT_FALSE(batches_may_go());
    EXPECT_TRUE(ask(ours).proved);
}

TEST_F(credential_gate_test, check_that_did_not_go_out_is_due_again_and_took_no_slot) {
    credential.prove(true, {}, start);
    credential.sent(start);
    EXPECT_EQ(parts.slots.day().count().used, 1U);
    credential.take_back(start);
    EXPECT_EQ(parts.slots.day().count().used, 0U);
    EXPECT_EQ(credential.due(start), start);
}

TEST_F(credential_gate_test, park_for_another_reason_takes_the_place_of_the_one_before) {
    credential.missing();
    credential.park({park_reason::unauthorized, "revoked", {}}, at_start());
    credential.park({park_reason::misconfigured, "no such client", {}}, at_start());
    EXPECT_FALSE(parts.parks.has(park_reason::unauthorized));
    credential.prove(true, {}, start);
    ask(ours);
    EXPECT_FALSE(parts.parks.any()) << "a proved one ends it";
}

} // namespace
} // namespace hubspool
