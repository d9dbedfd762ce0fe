#include "cli/status/hold_text.hpp"

#include <gtest/gtest.h>

namespace hubspool {

namespace {
constexpr wall_time noon{std::chrono::hours(12)};
const daemon_status::hold restart{"restart", "it may land",
                                  noon + std::chrono::hours(6) + std::chrono::seconds(20)};
} // namespace

TEST(hold_text, end_of_today_is_told_without_its_day) {
    EXPECT_EQ(hold_text(restart, noon), "it may land, until 18:00:20Z");
}

TEST(hold_text, end_of_another_day_is_told_with_it) {
    EXPECT_EQ(hold_text(restart, noon + std::chrono::hours(24)),
              "it may land, until 1970-01-01 18:00:20Z");
}

TEST(hold_text, without_an_end_it_is_the_reason) {
    EXPECT_EQ(hold_text({"reading", "all that is queued is read first", {}}, noon),
              "all that is queued is read first");
}

TEST(hold_text, reason_cannot_steer_a_terminal) {
    EXPECT_EQ(hold_text({"outage", "refused\x1b[2J\nby", {}}, noon).find_first_of("\x1b\n"),
              std::string::npos);
}

} // namespace hubspool
