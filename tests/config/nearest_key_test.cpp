#include "config/nearest_key.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

TEST(nearest_key, misspelt_name_finds_the_key) {
    EXPECT_EQ(nearest_key("batch.lingre"), "batch.linger");
    EXPECT_EQ(nearest_key("queue.quietperiod"), "queue.quiet_period");
    EXPECT_EQ(nearest_key("retry.breaker.failure"), "retry.breaker.failures");
    EXPECT_EQ(nearest_key("api.token"), "api.token_file") << "the name's beginning is near enough";
}

TEST(nearest_key, misspelt_section_finds_the_section) {
    EXPECT_EQ(nearest_key("quue"), "queue");
    EXPECT_EQ(nearest_key("rate-limit"), "rate_limit");
    EXPECT_EQ(nearest_key("retry.braeker"), "retry.breaker");
}

TEST(nearest_key, right_name_in_the_wrong_section_finds_the_key) {
    EXPECT_EQ(nearest_key("batch.quiet_period"), "queue.quiet_period");
    EXPECT_EQ(nearest_key("max_attempts"), "retry.max_attempts");
}

TEST(nearest_key, of_equal_names_the_one_of_the_same_section_is_found) {
    EXPECT_EQ(nearest_key("pending.max_byte"), "pending.max_bytes");
    EXPECT_EQ(nearest_key("batch.max_byte"), "batch.max_bytes");
    EXPECT_EQ(nearest_key("state.dirctory"), "state.directory");
}

TEST(nearest_key, what_resembles_nothing_finds_nothing) {
    EXPECT_EQ(nearest_key("queue.colour_of_the_sky"), "");
    EXPECT_EQ(nearest_key("queue.sca"), "") << "three letters are the beginning of too much";
    EXPECT_EQ(nearest_key(""), "");
    EXPECT_EQ(nearest_key(std::string(100'000, 'x')), "");
}

} // namespace
} // namespace hubspool
