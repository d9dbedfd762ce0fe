#include "app/metrics/health_findings.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr wall_time asked_at{std::chrono::seconds(2'000'000)};

std::vector<std::string> codes_of(const daemon_status& told, const age_limits& limits = {}) {
    std::vector<std::string> codes;
    for (const health_finding& one : find_trouble(told, limits, asked_at))
        codes.push_back(one.code);
    return codes;
}

TEST(health_findings_test, daemon_that_sends_is_as_it_should_be) {
    daemon_status told;
    told.pending.records = 7;
    told.pending.oldest = asked_at - 24h;
    told.breaker = breaker_state::doubtful;
    told.run.sent.answered = told.run.sent.refused = 1000;
    EXPECT_THAT(codes_of(told), IsEmpty()) << "no share of errors, and no age without a limit";
}

TEST(health_findings_test, park_is_told_with_its_words_and_how_long_it_lasts) {
    daemon_status told;
    told.parks = {{park_reason::unauthorized, asked_at - 90s, "HubSpot refuses the token", {}}};
    const auto found = find_trouble(told, {}, asked_at);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].code, "parked");
    EXPECT_EQ(found[0].words, "parked (unauthorized) for 1m 30s: HubSpot refuses the token");
    EXPECT_TRUE(found[0].is_critical);
}

TEST(health_findings_test, outage_is_told_with_what_failed_last) {
    daemon_status told;
    told.breaker = breaker_state::open;
    told.failing = {3, asked_at - 5s, "connection refused", {}};
    const auto found = find_trouble(told, {}, asked_at);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].words, "HubSpot cannot be reached for 5s: connection refused");
}

TEST(health_findings_test, what_a_person_must_end_before_anything_is_sent_is_told) {
    daemon_status told;
    told.holds = {{"backoff", "it passes", {}}, {"outcomes", "is the disk full?", {}}};
    const auto found = find_trouble(told, {}, asked_at);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].code, "held");
    EXPECT_EQ(found[0].words, "is the disk full?");
}

TEST(health_findings_test, age_counts_from_above_its_limit) {
    const age_limits limits{1min, 1h};
    EXPECT_FALSE(judge_age(std::nullopt, limits, asked_at));
    EXPECT_FALSE(judge_age(asked_at - 1min, limits, asked_at));
    const auto older = judge_age(asked_at - 61s, limits, asked_at);
    ASSERT_TRUE(older);
    EXPECT_FALSE(older->is_critical);
    EXPECT_EQ(older->words, "the oldest pending change waits for 1m 1s, longer than 1m");
    EXPECT_FALSE(judge_age(asked_at - 1h, limits, asked_at)->is_critical);
    EXPECT_TRUE(judge_age(asked_at - 1h - 1ms, limits, asked_at)->is_critical);
    EXPECT_FALSE(judge_age(asked_at + 1h, limits, asked_at)) << "the clock was set back";
}

TEST(health_findings_test, critical_ones_come_first) {
    daemon_status told;
    told.recovering = true;
    told.stopping = true;
    told.parks = {{park_reason::paused, asked_at, "", {}}};
    told.pending.oldest = asked_at - 2h;
    EXPECT_THAT(codes_of(told, {{}, 1h}), ElementsAre("parked", "old", "recovering", "stopping"));
    EXPECT_THAT(codes_of(told, {1h, {}}), ElementsAre("parked", "old", "recovering", "stopping"));
}

} // namespace
} // namespace hubspool
