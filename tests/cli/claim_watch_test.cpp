#include "cli/drain/claim_watch.hpp"

#include <gtest/gtest.h>

namespace hubspool {

namespace {
constexpr milliseconds patience{3000};
constexpr boot_time called{milliseconds(500000)};
} // namespace

TEST(claim_watch, with_nothing_queued_it_ends_at_once) {
    EXPECT_TRUE(claim_watch(0, patience, called).has_ended(0, called));
}

TEST(claim_watch, files_that_wait_are_waited_for_as_long_as_the_patience) {
    claim_watch claims(2, patience, called);
    EXPECT_FALSE(claims.has_ended(2, called));
    EXPECT_FALSE(claims.has_ended(2, called + patience - milliseconds(1)));
    EXPECT_TRUE(claims.has_ended(2, called + patience)) << "they are stepped over";
    EXPECT_EQ(claims.waiting(), 2U);
}

TEST(claim_watch, each_claim_begins_the_patience_anew) {
    claim_watch claims(3, patience, called);
    EXPECT_FALSE(claims.has_ended(2, called + patience));
    EXPECT_FALSE(claims.has_ended(2, called + patience + patience - milliseconds(1)));
    EXPECT_TRUE(claims.has_ended(2, called + patience + patience));
}

TEST(claim_watch, last_claim_ends_it) {
    claim_watch claims(1, patience, called);
    EXPECT_FALSE(claims.has_ended(1, called));
    EXPECT_TRUE(claims.has_ended(0, called + milliseconds(1)));
}

} // namespace hubspool
