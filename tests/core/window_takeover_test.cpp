#include "core/limits/window_takeover.hpp"
#include "support/start_time.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

constexpr milliseconds window = 10s;

use_mark own(boot_time written, boot_time waits_until = {}) {
    return {true, true, written, waits_until};
}
use_mark of_another(boot_time written) {
    return {false, false, written, {}};
}
use_mark cut_short() {
    return {};
}
use_mark pretended(boot_time written) {
    return {true, false, written, {}};
}

struct takeover_case {
    const char* label;
    std::vector<use_mark> marks;
    std::optional<milliseconds> wait = std::nullopt; // from now on

    friend std::ostream& operator<<(std::ostream& out, const takeover_case& c) {
        return out << c.label;
    }
};

const boot_time an_hour_before = start - 1h;
const takeover_case takeovers[] = {
    {"no_mark", {}},
    {"own_mark_alone", {own(an_hour_before)}},
    {"another_alone", {of_another(an_hour_before)}, window},
    {"another_before_own", {of_another(an_hour_before - 1ms), own(an_hour_before)}},
    {"another_after_own", {own(an_hour_before), of_another(an_hour_before + 1ms)}, window},
    {"another_at_the_same_time", {own(an_hour_before), of_another(an_hour_before)}, window},
    {"newest_of_several_others",
     {of_another(an_hour_before + 2ms), own(an_hour_before + 1ms), of_another(an_hour_before)},
     window},
    {"newest_own_of_several",
     {own(an_hour_before), of_another(an_hour_before + 1ms), own(an_hour_before + 2ms)}},
    {"own_run_that_waits_still", {own(start - 3s, start + 7s)}, 7s},
    {"older_own_wait_is_over", {own(start - 3s, start + 7s), own(start - 1s)}},
    {"own_wait_that_is_too_long", {own(start - 3s, start + 24h)}, window},
    {"cut_short_may_be_of_now", {own(start - 1ms), cut_short()}, window},
    {"time_to_come_counts_as_now", {own(start), of_another(start + 24h)}, window},
    {"own_time_to_come_hides_nothing", {own(start + 24h), of_another(start)}, window},
    {"who_claims_to_be_this_hides_no_other",
     {own(an_hour_before), of_another(an_hour_before + 1ms), pretended(an_hour_before + 2ms)},
     window},
    {"who_claims_to_be_this_is_no_other", {own(an_hour_before), pretended(an_hour_before + 1ms)}},
};

class window_takeover_test : public ::testing::TestWithParam<takeover_case> {};

TEST_P(window_takeover_test, tells_the_wait) {
    const boot_time until = window_taken_until(GetParam().marks, window, start);
    if (GetParam().wait)
        EXPECT_EQ(until, start + *GetParam().wait);
    else
        EXPECT_LE(until, start);
}

INSTANTIATE_TEST_SUITE_P(marks, window_takeover_test, ::testing::ValuesIn(takeovers),
                         [](const auto& of) { return std::string(of.param.label); });

} // namespace
} // namespace hubspool
