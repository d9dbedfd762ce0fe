#include "core/sending/circuit_breaker.hpp"
#include "support/start_time.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace hubspool {
namespace {

moment at(milliseconds after, double jitter = 0.5) {
    return {start + after, wall_time(milliseconds(1'700'000'000'000) + after), jitter};
}

circuit_breaker_options four_connections() {
    circuit_breaker_options options;
    options.failures = 3;
    options.probe_max = milliseconds(8000);
    options.connections = 4;
    return options;
}

void fail(circuit_breaker& breaker, int times) {
    for (int i = 0; i < times; ++i) breaker.failed(at(milliseconds(i)), "refused");
}

TEST(circuit_breaker, few_failures_halve_what_may_be_in_flight_and_leave_it_closed) {
    circuit_breaker breaker(four_connections());
    EXPECT_EQ(breaker.allowed(), 4U);
    fail(breaker, 1);
    EXPECT_EQ(breaker.allowed(), 2U);
    fail(breaker, 1);
    EXPECT_EQ(breaker.allowed(), 1U);
    EXPECT_EQ(breaker.state(), breaker_state::closed);
}

TEST(circuit_breaker, enough_failures_in_a_row_open_it_until_a_probe) {
    circuit_breaker breaker(four_connections());
    fail(breaker, 3);
    EXPECT_EQ(breaker.state(), breaker_state::open);
    EXPECT_GT(breaker.probe_at(), start + milliseconds(2));
    EXPECT_LE(breaker.probe_at(), start + milliseconds(1002));
    breaker.probe_sent();
    EXPECT_EQ(breaker.state(), breaker_state::probing);
}

TEST(circuit_breaker, success_between_failures_starts_the_count_anew) {
    circuit_breaker breaker(four_connections());
    fail(breaker, 2);
    breaker.succeeded();
    EXPECT_EQ(breaker.streak().length(), 0U);
    fail(breaker, 2);
    EXPECT_EQ(breaker.state(), breaker_state::closed);
}

TEST(circuit_breaker, failed_probe_opens_again_for_longer_up_to_the_maximum) {
    circuit_breaker breaker(four_connections());
    fail(breaker, 3);
    std::vector<milliseconds> waits;
    for (int i = 0; i < 6; ++i) {
        breaker.probe_sent();
        breaker.failed(at(milliseconds(0), 0.999), "refused");
        EXPECT_EQ(breaker.state(), breaker_state::open);
        waits.push_back(breaker.probe_at() - start);
    }
    const auto full = milliseconds(7992);
    EXPECT_THAT(waits, ::testing::ElementsAre(milliseconds(1998), milliseconds(3996), full, full,
                                              full, full));
}

TEST(circuit_breaker, jitter_is_full_but_no_probe_goes_at_once) {
    circuit_breaker breaker(four_connections());
    fail(breaker, 3);
    for (int i = 0; i < 3; ++i) {
        breaker.probe_sent();
        breaker.failed(at(milliseconds(0), 0.5), "refused");
    }
    EXPECT_EQ(breaker.probe_at(), start + milliseconds(4000)); // half of the ceiling
    breaker.probe_sent();
    breaker.failed(at(milliseconds(0), 0.0), "refused");
    EXPECT_EQ(breaker.probe_at(), start + milliseconds(1000));
}

TEST(circuit_breaker, failures_of_requests_under_way_when_it_opened_lengthen_nothing) {
    circuit_breaker breaker(four_connections());
    fail(breaker, 3);
    const boot_time probe_at = breaker.probe_at();
    breaker.failed(at(milliseconds(10), 0.9), "reset");
    EXPECT_EQ(breaker.probe_at(), probe_at);
    EXPECT_EQ(breaker.streak().last(), "reset");
    // A connection that could not be made for the probe is the probe's failure.
    breaker.failed({probe_at, {}, 0.999}, "refused");
    EXPECT_EQ(breaker.probe_at(), probe_at + milliseconds(1998));
}

TEST(circuit_breaker, answered_probe_closes_and_ramps_up_by_doubling) {
    circuit_breaker breaker(four_connections());
    fail(breaker, 3);
    breaker.probe_sent();
    breaker.succeeded();
    EXPECT_EQ(breaker.state(), breaker_state::closed);
    EXPECT_EQ(breaker.allowed(), 1U);
    breaker.succeeded();
    EXPECT_EQ(breaker.allowed(), 2U);
    breaker.succeeded();
    breaker.succeeded();
    EXPECT_EQ(breaker.allowed(), 4U);
}

TEST(circuit_breaker, forgotten_wait_probes_at_once_but_does_not_close) {
    circuit_breaker breaker(four_connections());
    fail(breaker, 3);
    breaker.forget();
    EXPECT_LE(breaker.probe_at(), start);
    EXPECT_EQ(breaker.state(), breaker_state::open);
}

TEST(circuit_breaker, trouble_is_told_since_its_first_failure_with_its_last_words) {
    circuit_breaker breaker(four_connections());
    breaker.failed(at(milliseconds(10)), "refused");
    breaker.failed(at(milliseconds(20)), "timed out");
    EXPECT_EQ(breaker.streak().since(), at(milliseconds(10)).wall);
    EXPECT_EQ(breaker.streak().last(), "timed out");
    breaker.succeeded();
    breaker.failed(at(milliseconds(30)), "reset");
    EXPECT_EQ(breaker.streak().since(), at(milliseconds(30)).wall);
}

} // namespace
} // namespace hubspool
