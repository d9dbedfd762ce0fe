#include "core/sending/send_gate.hpp"
#include "support/printing.hpp"
#include "support/start_time.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

constexpr gate_facts nothing_under_way{};

class send_gate_test : public ::testing::Test {
protected:
    static moment at(milliseconds after) {
        return {start + after, wall_time(start.time_since_epoch() + after), 0.5};
    }
    void park_for(park_reason reason) { gate.park({reason, "words", {}}, at(0ms)); }
    void open_the_breaker() {
        breaker.doubt();
        gate.failed(at(0ms), "down");
        ASSERT_EQ(breaker.state(), breaker_state::open);
    }
    boot_time asked_at(boot_time now = start) { return gate.ask(now, nothing_under_way).at; }
    void end(const send_gate::passage& passed, exchange_end how = exchange_end::answered) {
        gate.end(passed, how, exchange_kind::other, start);
    }

    request_slots slots{{.requests = 2}, {}};
    circuit_breaker breaker{{}};
    park_list parks;
    common_hold hold;
    send_gate gate{slots, breaker, parks, hold, {1s, 60s}};
};

TEST_F(send_gate_test, nothing_in_the_way_lets_everything_go_now) {
    const gate_answer answer = gate.ask(start, nothing_under_way);
    EXPECT_EQ(answer.at, start);
    EXPECT_FALSE(answer.probe_only);
}

TEST_F(send_gate_test, each_closure_shuts_it_until_it_is_taken_back) {
    for (const closure why : {closure::stopping, closure::operators, closure::frontier,
                              closure::credential, closure::outcomes}) {
        gate.set(why, true);
        EXPECT_EQ(asked_at(), never) << static_cast<int>(why);
        gate.set(why, false);
        EXPECT_EQ(asked_at(), start) << static_cast<int>(why);
    }
}

TEST_F(send_gate_test, account_check_goes_before_the_frontier_and_without_a_proved_credential) {
    for (const closure why : {closure::frontier, closure::credential, closure::outcomes}) {
        gate.set(why, true);
        EXPECT_EQ(gate.account_check_at(start, start), start) << static_cast<int>(why);
    }
    for (const closure why : {closure::stopping, closure::operators}) {
        gate.set(why, true);
        EXPECT_EQ(gate.account_check_at(start, start), never) << static_cast<int>(why);
        gate.set(why, false);
    }
    EXPECT_EQ(gate.account_check_at(never, start), never) << "none is wanted";
}

TEST_F(send_gate_test, so_many_requests_of_any_kind_may_go_and_one_that_did_not_counts_not) {
    request_slots many{{.requests = 100}, {}};
    send_gate counted{many, breaker, parks, hold, {1s, 60s, 3}};
    counted.pass_account_check(start);
    counted.turn_back(counted.pass(start), start);
    counted.pass(start);
    EXPECT_FALSE(counted.is_spent());
    EXPECT_EQ(counted.ask(start, nothing_under_way).at, start);
    counted.end(counted.pass(start), exchange_end::answered, exchange_kind::other, start);
    EXPECT_TRUE(counted.is_spent());
    EXPECT_EQ(counted.ask(start + 1h, nothing_under_way).at, never);
    EXPECT_EQ(counted.account_check_at(start, start + 1h), never);
}

TEST_F(send_gate_test, hold_is_waited_for_by_batches_and_account_checks) {
    hold.extend(start + 7s, hold_cause::retry_after);
    hold.extend(start + 3s, hold_cause::backoff);
    EXPECT_EQ(asked_at(), start + 7s);
    EXPECT_EQ(gate.account_check_at(start, start), start + 7s);
    EXPECT_EQ(hold.cause(), hold_cause::retry_after);
}

TEST_F(send_gate_test, asked_again_by_an_operator_it_waits_only_for_what_protects_a_promise) {
    for (const hold_cause asked :
         {hold_cause::backoff, hold_cause::retry_after, hold_cause::rate_limited}) {
        for (const hold_cause needed :
             {hold_cause::restart, hold_cause::may_land, hold_cause::not_noted}) {
            hold = {};
            hold.extend(start + 2s, needed);
            hold.extend(start + 24h, asked);
            EXPECT_EQ(asked_at(), start + 24h);
            EXPECT_EQ(hold.cause(), asked);
            gate.ask_again(start);
            EXPECT_EQ(asked_at(), start + 2s);
            EXPECT_EQ(hold.cause(), needed);
        }
    }
}

TEST_F(send_gate_test, requests_beyond_the_limit_wait_for_a_slot_to_be_free) {
    const send_gate::passage first = gate.pass(start);
    gate.pass(start);
    EXPECT_EQ(asked_at(), never) << "only an answer tells when";
    end(first, exchange_end::not_sent);
    EXPECT_EQ(asked_at(), start);
}

TEST_F(send_gate_test, as_many_as_the_breaker_allows_are_under_way_together) {
    EXPECT_EQ(gate.ask(start, {.in_flight = 3}).at, start);
    EXPECT_EQ(gate.ask(start, {.in_flight = 4}).at, never);
    breaker.start_gently();
    EXPECT_EQ(gate.ask(start, {.in_flight = 1}).at, never);
}

TEST_F(send_gate_test, park_lets_a_probe_go_at_its_time_and_nothing_beside_it) {
    park_for(park_reason::unauthorized);
    const gate_answer answer = gate.ask(start, nothing_under_way);
    EXPECT_TRUE(answer.probe_only);
    EXPECT_EQ(answer.at, start + 1min);
    const send_gate::passage probe = gate.pass(start + 1min);
    EXPECT_TRUE(probe.asks_parks);
    EXPECT_FALSE(probe.asks_breaker);
    EXPECT_EQ(asked_at(start + 1h), never);
    EXPECT_EQ(gate.account_check_at(start, start + 1h), never);
    end(probe);
    EXPECT_EQ(asked_at(start + 1h), start + 1h);
}

TEST_F(send_gate_test, probe_that_is_turned_back_makes_way_for_the_next) {
    park_for(park_reason::unauthorized);
    gate.turn_back(gate.pass(start + 1min), start + 1min);
    EXPECT_EQ(asked_at(start + 1min), start + 1min);
    EXPECT_EQ(slots.window().used({}).in_flight, 0U);
}

TEST_F(send_gate_test, wrong_portal_is_asked_by_account_checks_only) {
    park_for(park_reason::wrong_portal);
    EXPECT_EQ(asked_at(start + 1h), never);
    EXPECT_EQ(gate.account_check_at(start, start), start);
}

TEST_F(send_gate_test, account_check_waits_for_a_quota_and_a_migration_but_for_no_other_park) {
    park_for(park_reason::unauthorized);
    EXPECT_EQ(gate.account_check_at(start, start), start);
    for (const park_reason reason : {park_reason::quota, park_reason::migration}) {
        park_for(reason);
        EXPECT_EQ(gate.account_check_at(start, start), start + 1min);
        parks.end(reason);
    }
}

TEST_F(send_gate_test, outage_lets_one_probe_go_at_the_breakers_time) {
    open_the_breaker();
    const gate_answer answer = gate.ask(start, nothing_under_way);
    EXPECT_TRUE(answer.probe_only);
    EXPECT_EQ(answer.at, breaker.probe_at());
    EXPECT_EQ(gate.account_check_at(start, start), breaker.probe_at());
    const send_gate::passage probe = gate.pass(answer.at);
    EXPECT_TRUE(probe.asks_breaker);
    EXPECT_EQ(breaker.state(), breaker_state::probing);
    EXPECT_EQ(asked_at(start + 1h), never);
}

TEST_F(send_gate_test, outage_that_only_suspects_told_of_is_asked_at_once_by_a_fresh_object) {
    breaker.doubt();
    breaker.failed(at(0ms), "down", true);
    EXPECT_EQ(asked_at(), breaker.probe_at());
    ASSERT_GT(breaker.probe_at(), start);
    EXPECT_EQ(gate.ask(start, {.fresh_ready = true}).at, start);
}

TEST_F(send_gate_test, failure_before_the_breaker_opens_holds_all_for_a_backoff) {
    gate.failed(at(0ms), "down");
    EXPECT_EQ(asked_at(), start + 500ms);
    EXPECT_EQ(hold.cause(), hold_cause::backoff);
    open_the_breaker();
    EXPECT_GE(asked_at(), breaker.probe_at());
}

class send_gate_day_test : public send_gate_test {
protected:
    send_gate_day_test() { tell_the_day(start + 10h); }
    void tell_the_day(boot_time ends) {
        few.day().set_day({wall_time(ends.time_since_epoch()), ends}, at(0ms));
    }
    void send(int requests) {
        for (int i = 0; i < requests; ++i) daily.pass(start);
    }

    request_slots few{{.requests = 100}, {.requests = 10}};
    send_gate daily{few, breaker, parks, hold, {}};
};

TEST_F(send_gate_day_test, spent_day_parks_once_until_it_ends) {
    send(7);
    EXPECT_FALSE(daily.park_when_spent(at(0ms)));
    send(1);
    EXPECT_TRUE(daily.park_when_spent(at(0ms)));
    EXPECT_TRUE(parks.has(park_reason::quota));
    EXPECT_EQ(daily.ask(start, nothing_under_way).at, start + 10h);
    EXPECT_FALSE(daily.park_when_spent(at(0ms))) << "it is parked already";
}

TEST_F(send_gate_day_test, asking_again_probes_other_parks_now_and_a_spent_day_at_its_end) {
    park_for(park_reason::forbidden);
    daily.ask_again(start);
    EXPECT_EQ(daily.ask(start, nothing_under_way).at, start);
    send(8);
    daily.park_when_spent(at(0ms));
    daily.ask_again(start);
    EXPECT_EQ(parks.probe_at(park_reason::quota), start + 10h);
}

TEST_F(send_gate_day_test, quota_park_right_after_midnight_asks_again_in_a_minute) {
    const boot_time midnight = start + 10h;
    few.day().set_day({wall_time(midnight.time_since_epoch()) + 24h, midnight + 24h}, at(10h));
    daily.park({park_reason::quota, "DAILY", midnight + 24h}, at(10h + 1s));
    EXPECT_EQ(parks.probe_at(), midnight + 1s + 1min);
}

} // namespace
} // namespace hubspool
