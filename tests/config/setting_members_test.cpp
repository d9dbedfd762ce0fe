// Each key and the member of `settings` that it sets: two keys whose members are exchanged, or two
// words of a choice, read and write as if nothing were wrong.
#include "config/one_key_file.hpp"
#include "support/row_name.hpp"

#include <gtest/gtest.h>

#include <set>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

struct member_row {
    const char* path;
    const char* text; // never the default
    bool (*is_set)(const settings&);
};

const member_row member_rows[] = {
    {"queue.directory", "/q", [](const settings& v) { return v.queue.directory == "/q"; }},
    {"queue.retention", "3d", [](const settings& v) { return v.queue.retention == 72h; }},
    {"queue.quiet_period", "3s", [](const settings& v) { return v.queue.quiet_period == 3s; }},
    {"queue.scan_interval", "3s", [](const settings& v) { return v.queue.scan_interval == 3s; }},
    {"queue.ignore", "a\nb",
     [](const settings& v) { return v.queue.ignore == std::vector<std::string>{"a", "b"}; }},
    {"queue.reserve", "3KiB", [](const settings& v) { return v.queue.reserve_bytes == 3072; }},
    {"queue.max_record_bytes", "3KiB",
     [](const settings& v) { return v.queue.max_record_bytes == 3072; }},
    {"queue.max_unpacked_bytes", "3MiB",
     [](const settings& v) { return v.queue.max_unpacked_bytes == 3U << 20; }},
    {"queue.max_unpacked_ratio", "3",
     [](const settings& v) { return v.queue.max_unpacked_ratio == 3; }},
    {"records.unknown_fields", "dead_letter",
     [](const settings& v) { return v.records.refuse_unknown_fields; }},
    {"records.custom_properties", "name_value",
     [](const settings& v) { return v.records.name_value_only; }},
    {"records.unchanged", "skip", [](const settings& v) { return v.records.skip_unchanged; }},
    {"records.unchanged_max_age", "3s",
     [](const settings& v) { return v.records.unchanged_max_age == 3s; }},
    {"csv.columns", "A\teventName",
     [](const settings& v) { return v.csv.columns == named_texts{{"A", "eventName"}}; }},
    {"csv.constants", "eventName\tA",
     [](const settings& v) { return v.csv.constants == named_texts{{"eventName", "A"}}; }},
    {"csv.delimiter", "comma", [](const settings& v) { return v.csv.delimiter == ','; }},
    {"csv.delimiter", "semicolon", [](const settings& v) { return v.csv.delimiter == ';'; }},
    {"csv.delimiter", "tab", [](const settings& v) { return v.csv.delimiter == '\t'; }},
    {"csv.delimiter", "pipe", [](const settings& v) { return v.csv.delimiter == '|'; }},
    {"csv.quote", "single", [](const settings& v) { return v.csv.quote == '\''; }},
    {"csv.quote", "none", [](const settings& v) { return v.csv.quote == '\0'; }},
    {"csv.encoding", "windows-1252",
     [](const settings& v) { return v.csv.encoding == table_encoding::windows_1252; }},
    {"csv.dates", "%d.%m.%Y",
     [](const settings& v) { return v.csv.dates == std::vector<std::string>{"%d.%m.%Y"}; }},
    {"csv.time_zone", "UTC", [](const settings& v) { return v.csv.time_zone == "UTC"; }},
    {"csv.empty_cell", "set_null",
     [](const settings& v) { return v.csv.empty == empty_cell::null; }},
    {"csv.empty_cell", "empty_string",
     [](const settings& v) { return v.csv.empty == empty_cell::empty_string; }},
    {"batch.max_inputs", "3", [](const settings& v) { return v.batch.max_inputs == 3; }},
    {"batch.max_bytes", "5KiB", [](const settings& v) { return v.batch.max_bytes == 5120; }},
    {"batch.linger", "3s", [](const settings& v) { return v.batch.linger == 3s; }},
    {"lanes.bulk_min_share", "0.25",
     [](const settings& v) { return v.lanes.bulk_min_share == 0.25; }},
    {"api.url", "https://h", [](const settings& v) { return v.api.url == "https://h"; }},
    {"api.version", "2026-03", [](const settings& v) { return v.api.version == "2026-03"; }},
    {"api.portal_id", "3", [](const settings& v) { return v.api.portal_id == "3"; }},
    {"api.token_file", "/t", [](const settings& v) { return v.api.token_file == "/t"; }},
    {"api.oauth.client_id_file", "/i",
     [](const settings& v) { return v.api.oauth.client_id_file == "/i"; }},
    {"api.oauth.client_secret_file", "/s",
     [](const settings& v) { return v.api.oauth.client_secret_file == "/s"; }},
    {"api.oauth.refresh_token_file", "/r",
     [](const settings& v) { return v.api.oauth.refresh_token_file == "/r"; }},
    {"api.ca_file", "/ca", [](const settings& v) { return v.api.ca_file == "/ca"; }},
    {"api.client_cert_file", "/c",
     [](const settings& v) { return v.api.client_cert_file == "/c"; }},
    {"api.client_key_file", "/k", [](const settings& v) { return v.api.client_key_file == "/k"; }},
    {"api.tls_min", "1.3", [](const settings& v) { return v.api.tls_min == "1.3"; }},
    {"api.proxy", "http://p:1", [](const settings& v) { return v.api.proxy == "http://p:1"; }},
    {"api.proxy_credentials_file", "/p",
     [](const settings& v) { return v.api.proxy_credentials_file == "/p"; }},
    {"api.no_proxy", "n", [](const settings& v) { return v.api.no_proxy == "n"; }},
    {"api.connect_timeout", "3s", [](const settings& v) { return v.api.connect_timeout == 3s; }},
    {"api.request_timeout", "3s", [](const settings& v) { return v.api.request_timeout == 3s; }},
    {"api.late", "3s", [](const settings& v) { return v.api.late == 3s; }},
    {"api.connections", "3", [](const settings& v) { return v.api.connections == 3; }},
    {"api.verify_echo", "off",
     [](const settings& v) { return v.api.verify_echo == echo_check::off; }},
    {"api.verify_echo", "dead_letter",
     [](const settings& v) { return v.api.verify_echo == echo_check::dead_letter; }},
    {"rate_limit.requests", "3", [](const settings& v) { return v.rate_limit.requests == 3U; }},
    {"rate_limit.share", "0.25", [](const settings& v) { return v.rate_limit.share == 0.25; }},
    {"rate_limit.window", "3s", [](const settings& v) { return v.rate_limit.window == 3s; }},
    {"rate_limit.jitter_margin", "3ms",
     [](const settings& v) { return v.rate_limit.jitter_margin == 3ms; }},
    {"rate_limit.daily", "3", [](const settings& v) { return v.rate_limit.daily == 3U; }},
    {"rate_limit.daily_reserve", "0.25",
     [](const settings& v) { return v.rate_limit.daily_reserve == 0.25; }},
    {"rate_limit.time_zone", "UTC",
     [](const settings& v) { return v.rate_limit.time_zone == "UTC"; }},
    {"retry.initial", "3s", [](const settings& v) { return v.retry.initial == 3s; }},
    {"retry.max", "3s", [](const settings& v) { return v.retry.max == 3s; }},
    {"retry.max_attempts", "3", [](const settings& v) { return v.retry.max_attempts == 3; }},
    {"retry.breaker.failures", "3",
     [](const settings& v) { return v.retry.breaker_failures == 3; }},
    {"retry.breaker.probe_max", "3s",
     [](const settings& v) { return v.retry.breaker_probe_max == 3s; }},
    {"brake.count", "3", [](const settings& v) { return v.brake.count == 3; }},
    {"brake.share", "0.25", [](const settings& v) { return v.brake.share == 0.25; }},
    {"pending.max_bytes", "9MiB",
     [](const settings& v) { return v.pending.max_bytes == 9U << 20; }},
    {"state.directory", "/s", [](const settings& v) { return v.state.directory == "/s"; }},
    {"state.history", "3d", [](const settings& v) { return v.state.history == 72h; }},
    {"log.level", "debug", [](const settings& v) { return v.log.level == log_level::debug; }},
    {"log.level", "warning", [](const settings& v) { return v.log.level == log_level::warning; }},
    {"log.level", "error", [](const settings& v) { return v.log.level == log_level::error; }},
    {"log.format", "text", [](const settings& v) { return v.log.format == log_format::text; }},
    {"log.format", "journald",
     [](const settings& v) { return v.log.format == log_format::journald; }},
    {"log.format", "json", [](const settings& v) { return v.log.format == log_format::json; }},
    {"control.socket", "/c", [](const settings& v) { return v.control.socket == "/c"; }},
    {"control.socket", "off", [](const settings& v) { return v.control.socket == "off"; }},
    {"metrics.listen", "/m", [](const settings& v) { return v.metrics.listen == "/m"; }},
    {"metrics.ready_age_max", "3s",
     [](const settings& v) { return v.metrics.ready_age_max == 3s; }},
    {"notify.command", "/n", [](const settings& v) { return v.notify.command == "/n"; }},
    {"notify.url_file", "/u", [](const settings& v) { return v.notify.url_file == "/u"; }},
    {"notify.least_pause", "3s", [](const settings& v) { return v.notify.least_pause == 3s; }},
    {"notify.age_max", "3s", [](const settings& v) { return v.notify.age_max == 3s; }},
};

class setting_member : public ::testing::TestWithParam<member_row> {};

TEST_P(setting_member, is_the_one_that_its_key_sets) {
    settings values;
    ASSERT_FALSE(GetParam().is_set(values)) << "this row must tell something from the default";
    ASSERT_EQ(set_value(testing::table_key(GetParam().path), GetParam().text, values),
              std::nullopt);
    EXPECT_TRUE(GetParam().is_set(values));
}

TEST_P(setting_member, is_the_one_that_its_key_shows) {
    settings values;
    ASSERT_EQ(set_value(testing::table_key(GetParam().path), GetParam().text, values),
              std::nullopt);
    EXPECT_EQ(value_text(testing::table_key(GetParam().path), values), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(keys, setting_member, ::testing::ValuesIn(member_rows),
                         [](const auto& row) {
                             return testing::row_name(std::string(row.param.path) + ' ' +
                                                      row.param.text);
                         });

TEST(setting_members, are_held_against_every_key_of_the_table) {
    std::set<std::string_view> with_a_row;
    for (const member_row& row : member_rows) with_a_row.insert(row.path);
    for (const setting_key& key : setting_table())
        EXPECT_TRUE(with_a_row.contains(key.path)) << key.path << ": add a row";
}

// A choice has a row for each word that is not the default.
TEST(setting_members, are_held_against_every_word_of_a_choice) {
    for (const setting_key& key : setting_table()) {
        const auto* const choice = std::get_if<choice_key>(&key.kind);
        if (choice == nullptr) continue;
        std::set<std::string> words{value_text(key, settings{})};
        for (const member_row& row : member_rows)
            if (row.path == key.path) words.insert(row.text);
        EXPECT_EQ(words.size(), choice->words.size()) << key.path;
    }
}

} // namespace
} // namespace hubspool
