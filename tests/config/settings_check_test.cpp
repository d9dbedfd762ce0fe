#include "config/settings_check.hpp"
#include "config/settings_yaml.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(settings_check, defaults_are_safe) {
    EXPECT_TRUE(unsafe_combinations(settings{}).empty());
}

TEST(settings_check, each_unsafe_setting_is_told_once) {
    const std::vector<std::pair<std::function<void(settings&)>, std::string>> cases{
        {[](settings& v) { v.api.late = 59s; }, "below api.request_timeout"},
        {[](settings& v) { v.api.late = 99s; }, "below 100s"},
        {[](settings& v) { v.api.verify_echo = echo_check::off; }, "api.verify_echo is off"},
        {[](settings& v) { v.api.proxy_credentials_file = "/x"; }, "is set without api.proxy"},
        {[](settings& v) { v.retry.max_attempts = 1; }, "retry.max_attempts is 1"},
        {[](settings& v) { v.rate_limit.share = 1; }, "rate_limit.share is 1"},
        {[](settings& v) { v.rate_limit.window = 5s; }, "rate_limit.window is 5s"},
        {[](settings& v) { v.rate_limit.jitter_margin = 0ms; }, "rate_limit.jitter_margin is 0"},
        {[](settings& v) { v.brake.share = 1; }, "brake.share is 1"},
        {[](settings& v) { v.lanes.bulk_min_share = 0; }, "lanes.bulk_min_share is 0"},
        {[](settings& v) { v.lanes.bulk_min_share = 1; }, "lanes.bulk_min_share is 1"},
        {[](settings& v) { v.queue.quiet_period = 0ms; }, "queue.quiet_period is 0"},
        {[](settings& v) { v.queue.reserve_bytes = 0; }, "queue.reserve is 0"},
        {[](settings& v) { v.queue.retention = 0ms; }, "queue.retention is 0"},
        {[](settings& v) { v.state.history = 1h; }, "above state.history"},
    };
    for (const auto& [change, expected] : cases) {
        settings values;
        change(values);
        const auto found = unsafe_combinations(values);
        ASSERT_EQ(found.size(), 1U) << expected << ::testing::PrintToString(found);
        EXPECT_THAT(found[0], HasSubstr(expected));
    }
}

// With a number given, share and window are the operator's own business.
TEST(settings_check, share_and_window_beside_a_given_number_are_not_told) {
    settings values;
    values.rate_limit.requests = 50;
    values.rate_limit.share = 1;
    values.rate_limit.window = 1s;
    EXPECT_TRUE(unsafe_combinations(values).empty());
}

TEST(settings_check, contradictions_are_errors_at_the_key_that_was_given) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"retry:\n  max: 500ms\n", "f.yaml:2:3: retry.max: 500ms is below retry.initial (1s)"},
        {"retry:\n  initial: 1h\n", "f.yaml: retry.max: 5m is below retry.initial (1h)"},
        {"rate_limit:\n  window: 1s\n  jitter_margin: 1s\n",
         "f.yaml:3:3: rate_limit.jitter_margin: 1s"},
        {"queue:\n  max_record_bytes: 64MiB\n",
         "f.yaml:2:3: queue.max_record_bytes: 64MiB is above"},
        {"api:\n  oauth:\n    client_id_file: /x\n    client_secret_file: /y\n",
         "f.yaml: api.oauth.refresh_token_file: is missing: OAuth needs all three files"},
        {"state:\n  directory: /var/spool/./hubspool/\n", "is the same as queue.directory"},
    };
    for (const auto& [yaml, expected] : cases) {
        const auto errors = parse_settings(yaml, "f.yaml").errors;
        ASSERT_EQ(errors.size(), 1U) << yaml;
        EXPECT_THAT(errors[0].message, HasSubstr(expected));
    }
}

} // namespace
} // namespace hubspool
