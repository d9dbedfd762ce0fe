#include "cli/hold_text.hpp"

#include <gtest/gtest.h>

namespace hubspool {

const std::string live =
    R"({"holds":[)"
    R"({"kind":"restart","reason":"it may land","until":"1970-01-01T18:20:11.000Z"},)"
    R"({"kind":"reading","reason":"all that is queued is read first"}]})";

TEST(hold_at, says_reason_and_end_and_the_day_only_when_it_is_another) {
    const wall_time noon{std::chrono::hours(12)};
    EXPECT_EQ(hold_at(live, 0, noon)->text, "it may land, until 18:20:11Z");
    EXPECT_EQ(hold_at(live, 0, noon + std::chrono::hours(24))->text,
              "it may land, until 1970-01-01 18:20:11Z");
    EXPECT_EQ(hold_at(live, 0, noon)->kind, "restart");
    EXPECT_EQ(hold_at(live, 1, noon)->text, "all that is queued is read first");
}

TEST(hold_at, behind_the_last_or_without_any_there_is_none) {
    EXPECT_FALSE(hold_at(live, 2, {}));
    EXPECT_FALSE(hold_at("{}", 0, {}));
    EXPECT_FALSE(hold_at("", 0, {}));
}

} // namespace hubspool
