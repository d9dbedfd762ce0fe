// What the state's parks mean for who waits, through the one rule of waiting.
#include "cli/drain/state_facts.hpp"
#include "support/start_time.hpp"

#include <gtest/gtest.h>

namespace hubspool {

namespace {

std::optional<drain_end> looked(std::vector<park_row> parks) {
    meta known;
    known.parks = std::move(parks);
    return drain_rule({}, start).look(facts_of(known), start);
}

} // namespace

TEST(facts_of, parks_that_end_by_themselves_are_waited_for) {
    EXPECT_FALSE(looked({{park_reason::quota, {}, "", {}}, {park_reason::migration, {}, "", {}}}));
}

TEST(facts_of, every_other_park_ends_the_wait_with_its_words) {
    for (const park_reason reason :
         {park_reason::paused, park_reason::unauthorized, park_reason::forbidden,
          park_reason::wrong_portal, park_reason::misconfigured, park_reason::suspect_data}) {
        const auto end = looked({{park_reason::quota, {}, "spent", {}}, {reason, {}, "why", {}}});
        ASSERT_TRUE(end) << to_string(reason);
        EXPECT_EQ(end->words, "sending is parked (" + std::string(to_string(reason)) + "): why");
        EXPECT_EQ(end->exit_code, 4);
    }
}

TEST(facts_of, delivered_records_are_those_of_the_totals) {
    meta known;
    known.totals.delivered = 7;
    known.totals.superseded = 8;
    EXPECT_EQ(facts_of(known).delivered, 7U);
}

} // namespace hubspool
