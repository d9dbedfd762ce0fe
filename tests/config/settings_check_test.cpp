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

// What lies just on the safe side of each bound.
TEST(settings_check, settings_on_the_safe_side_of_each_bound_are_not_told) {
    const std::vector<std::function<void(settings&)>> changes{
        [](settings& v) { v.api.late = 100s; },
        [](settings& v) { v.api.request_timeout = v.api.late; },
        [](settings& v) { v.api.verify_echo = echo_check::dead_letter; },
        [](settings& v) { v.retry.max_attempts = 2; },
        [](settings& v) { v.rate_limit.share = 0.99; },
        [](settings& v) { v.rate_limit.daily_reserve = 0.01; },
        [](settings& v) { v.rate_limit.jitter_margin = 1ms; },
        [](settings& v) { v.brake.share = 0.99; },
        [](settings& v) { v.lanes.bulk_min_share = 0.01; },
        [](settings& v) { v.lanes.bulk_min_share = 0.99; },
        [](settings& v) { v.queue.quiet_period = 1ms; },
        [](settings& v) { v.queue.reserve_bytes = 1; },
        [](settings& v) { v.queue.retention = 1ms; },
        [](settings& v) { v.queue.retention = v.state.history; },
    };
    for (std::size_t i = 0; i < changes.size(); ++i) {
        settings values;
        changes[i](values);
        EXPECT_TRUE(unsafe_combinations(values).empty()) << "change " << i;
    }
}

TEST(settings_check, late_below_the_timeout_is_told_in_place_of_late_below_a_hundred_seconds) {
    settings values;
    values.api.late = 10s;
    values.api.request_timeout = 11s;
    EXPECT_EQ(unsafe_combinations(values),
              std::vector<std::string>{
                  "api.late (10s) is below api.request_timeout (11s): a request that timed out may "
                  "be applied after a newer change of its object; set api.late to at least 100s, "
                  "and above api.request_timeout"});
}

TEST(settings_check, whole_daily_quota_without_a_reserve_is_told) {
    settings values;
    values.rate_limit.daily_reserve = 0;
    ASSERT_EQ(unsafe_combinations(values).size(), 1U);
    EXPECT_THAT(unsafe_combinations(values)[0], HasSubstr("rate_limit.daily_reserve is 0"));
}

TEST(settings_check, all_that_is_unsafe_is_told_at_once) {
    settings values;
    values.api.verify_echo = echo_check::off;
    values.brake.share = 1;
    values.queue.retention = 0ms;
    EXPECT_EQ(unsafe_combinations(values).size(), 3U);
}

TEST(settings_check, settings_on_their_bounds_do_not_contradict_each_other) {
    settings values;
    values.retry.max = values.retry.initial;
    values.rate_limit.jitter_margin = values.rate_limit.window - 1ms;
    values.queue.max_record_bytes = values.pending.max_bytes / 4;
    values.state.directory = values.queue.directory + "/state";
    EXPECT_TRUE(contradictions(values).empty());
}

TEST(settings_check, record_of_a_byte_more_than_a_quarter_of_the_memory_is_a_contradiction) {
    settings values;
    values.queue.max_record_bytes = values.pending.max_bytes / 4 + 1;
    const auto found = contradictions(values);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].key, "queue.max_record_bytes");
    EXPECT_EQ(found[0].message, "33554433B is above a quarter of pending.max_bytes (128MiB): "
                                "write at most 32MiB, or raise pending.max_bytes");
}

TEST(settings_check, directories_that_are_the_same_but_for_how_they_are_written_contradict) {
    for (const char* const same : {"/var/spool/hubspool", "/var/spool/hubspool/",
                                   "/var//spool/hubspool", "/var/lib/../spool/hubspool"}) {
        settings values;
        values.state.directory = same;
        ASSERT_EQ(contradictions(values).size(), 1U) << same;
        EXPECT_EQ(contradictions(values)[0].key, "state.directory");
    }
}

// Of each of the eight ways to have these three files or not.
TEST(settings_check, each_file_of_oauth_that_is_missing_beside_another_is_told) {
    for (unsigned given = 0; given < 8; ++given) {
        settings values;
        std::vector<std::string_view> missing;
        const auto put = [&](unsigned bit, std::string& file, std::string_view key) {
            if ((given & bit) != 0)
                file = "/f";
            else if (given != 0)
                missing.push_back(key);
        };
        put(1, values.api.oauth.client_id_file, "api.oauth.client_id_file");
        put(2, values.api.oauth.client_secret_file, "api.oauth.client_secret_file");
        put(4, values.api.oauth.refresh_token_file, "api.oauth.refresh_token_file");
        std::vector<std::string_view> told;
        for (const contradiction& c : contradictions(values)) told.push_back(c.key);
        EXPECT_EQ(told, missing) << given;
    }
}

} // namespace
} // namespace hubspool
