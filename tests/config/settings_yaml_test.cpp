#include "config/hubspot_paths.hpp"
#include "config/settings_yaml.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::vector<std::string> errors_of(const std::string& yaml) {
    std::vector<std::string> messages;
    for (const auto& e : parse_settings(yaml, "f.yaml").errors) messages.push_back(e.message);
    return messages;
}

std::string only_error_of(const std::string& yaml) {
    const auto messages = errors_of(yaml);
    EXPECT_EQ(messages.size(), 1U) << yaml << ::testing::PrintToString(messages);
    return messages.empty() ? "" : messages.front();
}

TEST(settings_yaml, empty_file_is_all_defaults) {
    for (const char* yaml : {"", "\n", "# nothing\n", "---\n", "~\n", "queue:\napi:\n"}) {
        const auto loaded = parse_settings(yaml, "f.yaml");
        EXPECT_TRUE(loaded.errors.empty()) << yaml << loaded.errors[0].message;
        EXPECT_EQ(to_yaml(loaded.values), to_yaml(settings{})) << yaml;
    }
}

TEST(settings_yaml, given_values_are_taken_and_others_keep_their_defaults) {
    const auto loaded = parse_settings("queue: {directory: /q, retention: 0}\n"
                                       "rate_limit:\n  requests: 190\n  share: 1\n"
                                       "retry:\n  breaker:\n    failures: 7\n"
                                       "api:\n  url: 'https://127.0.0.1:8080'\n  tls_min: 1.3\n"
                                       "records:\n  unknown_fields: dead_letter\n"
                                       "log: {level: warning, format: json}\n",
                                       "f.yaml");
    ASSERT_TRUE(loaded.errors.empty()) << loaded.errors[0].message;
    EXPECT_EQ(loaded.values.queue.directory, "/q");
    EXPECT_EQ(loaded.values.queue.retention, 0ms);
    EXPECT_EQ(loaded.values.queue.quiet_period, 2s);
    EXPECT_EQ(loaded.values.rate_limit.requests, 190U);
    EXPECT_EQ(loaded.values.rate_limit.share, 1);
    EXPECT_EQ(loaded.values.retry.breaker_failures, 7U);
    EXPECT_EQ(loaded.values.api.url, "https://127.0.0.1:8080");
    EXPECT_EQ(loaded.values.api.tls_min, "1.3");
    EXPECT_TRUE(loaded.values.records.refuse_unknown_fields);
    EXPECT_EQ(loaded.values.log.level, log_level::warning);
    EXPECT_EQ(loaded.values.log.format, log_format::json);
}

TEST(settings_yaml, unknown_key_is_told_with_its_place_and_the_nearest_key) {
    EXPECT_EQ(only_error_of("batch:\n  lingre: 1s\n"),
              "f.yaml:2:3: batch.lingre: unknown key; did you mean batch.linger?");
    EXPECT_EQ(only_error_of("bacth:\n  linger: 1s\n"),
              "f.yaml:1:1: bacth: unknown key; did you mean batch?");
    EXPECT_EQ(only_error_of("colour_of_the_sky: blue\n"),
              "f.yaml:1:1: colour_of_the_sky: unknown key; remove it");
}

TEST(settings_yaml, missing_unit_is_told) {
    EXPECT_EQ(
        only_error_of("batch:\n  linger: 10\n"),
        "f.yaml:2:11: batch.linger: '10' has no unit: add ms, s, m, h or d, as in 500ms or 10s");
    EXPECT_THAT(only_error_of("batch:\n  max_bytes: 1048576\n"),
                HasSubstr("has no unit: add B, KiB"));
}

TEST(settings_yaml, wrong_type_is_told_with_its_place) {
    EXPECT_THAT(only_error_of("queue: 5\n"),
                AllOf(StartsWith("f.yaml:1:8: queue:"), HasSubstr("must hold keys of its own")));
    EXPECT_THAT(only_error_of("batch:\n  linger: [1s]\n"), HasSubstr("must be a single value"));
    EXPECT_THAT(only_error_of("batch:\n  linger:\n"),
                HasSubstr("has no value; write one, or remove the key for the default, 1s"));
    EXPECT_THAT(only_error_of("batch:\n  max_inputs: many\n"), HasSubstr("is no whole number"));
    EXPECT_THAT(only_error_of("batch:\n  max_inputs: 1.5\n"), HasSubstr("is no whole number"));
    EXPECT_THAT(only_error_of("brake:\n  share: 5%\n"), HasSubstr("is no number"));
    EXPECT_THAT(only_error_of("log:\n  level: loud\n"),
                HasSubstr("'loud' is not one of: debug, info, warning, error"));
    EXPECT_THAT(only_error_of("- a\n- b\n"), HasSubstr("the file must hold keys"));
    EXPECT_THAT(only_error_of("[a]: 1\n"), HasSubstr("a key must be a plain word"));
}

TEST(settings_yaml, list_is_read_in_both_forms) {
    using ::testing::ElementsAre;
    for (const char* yaml :
         {"queue:\n  ignore: ['*.bak', old-*]\n", "queue:\n  ignore:\n  - '*.bak'\n  - old-*\n"}) {
        const auto loaded = parse_settings(yaml, "f.yaml");
        ASSERT_TRUE(loaded.errors.empty()) << loaded.errors[0].message;
        EXPECT_THAT(loaded.values.queue.ignore, ElementsAre("*.bak", "old-*"));
        const auto again = parse_settings(to_yaml(loaded.values), "effective");
        EXPECT_EQ(again.values.queue.ignore, loaded.values.queue.ignore);
    }
}

TEST(settings_yaml, bad_entry_of_a_list_is_told_with_its_place) {
    EXPECT_THAT(only_error_of("queue:\n  ignore:\n  - '*.bak'\n  - 'new/*.bak'\n"),
                AllOf(StartsWith("f.yaml:4:5: queue.ignore: "), HasSubstr("holds a /")));
    EXPECT_THAT(only_error_of("queue:\n  ignore: ['*']\n"),
                AllOf(StartsWith("f.yaml:2:12:"), HasSubstr("every file alone")));
    EXPECT_THAT(only_error_of("queue:\n  ignore: ['']\n"), HasSubstr("is empty"));
    EXPECT_THAT(only_error_of("queue:\n  ignore: ['a[b']\n"), HasSubstr("[ that is not closed"));
    EXPECT_THAT(only_error_of("queue:\n  ignore: [[a]]\n"), HasSubstr("a single text"));
    EXPECT_THAT(only_error_of("queue:\n  ignore: '*.bak'\n"), HasSubstr("must be a list"));
    EXPECT_THAT(only_error_of("queue:\n  ignore:\n"), HasSubstr("must be a list"));
    EXPECT_THAT(only_error_of("queue:\n  ignore: [*.bak]\n"),
                AllOf(StartsWith("f.yaml:2:"), HasSubstr("needs quotes")));
}

TEST(settings_yaml, map_is_read_in_both_forms) {
    using ::testing::ElementsAre;
    using ::testing::Pair;
    for (const char* yaml : {"csv:\n  columns: {id: objectId, 'A: \"b\"': custom:x}\n",
                             "csv:\n  columns:\n    id: objectId\n    'A: \"b\"': custom:x\n"}) {
        const auto loaded = parse_settings(yaml, "f.yaml");
        ASSERT_TRUE(loaded.errors.empty()) << loaded.errors[0].message;
        EXPECT_THAT(loaded.values.csv.columns,
                    ElementsAre(Pair("id", "objectId"), Pair("A: \"b\"", "custom:x")));
        const auto again = parse_settings(to_yaml(loaded.values), "effective");
        EXPECT_EQ(again.values.csv.columns, loaded.values.csv.columns);
    }
}

TEST(settings_yaml, bad_entry_of_a_map_is_told_with_its_place) {
    EXPECT_THAT(only_error_of("csv:\n  columns:\n    id: objectId\n    name: eventNam\n"),
                AllOf(StartsWith("f.yaml:4:5: csv.columns: 'eventNam' of column 'name' is none of "
                                 "HubSpot's fields (did you mean eventName?)"),
                      HasSubstr("custom:NAME")));
    EXPECT_THAT(only_error_of("csv:\n  columns: {id: objectId, id: ignore}\n"),
                HasSubstr("id is there already, in line 2"));
    EXPECT_THAT(only_error_of("csv:\n  columns: {'': objectId}\n"), HasSubstr("is empty"));
    EXPECT_THAT(only_error_of("csv:\n  columns: [id]\n"), HasSubstr("must hold names"));
    EXPECT_THAT(only_error_of("csv:\n  columns: {id: [objectId]}\n"), HasSubstr("a single text"));
    EXPECT_THAT(only_error_of("csv:\n  columns: {\"a\\tb\": objectId}\n"), HasSubstr("no tab"));
    EXPECT_THAT(only_error_of("csv:\n  constants: {eventCancelled: maybe}\n"),
                HasSubstr("'maybe' of 'eventCancelled' is neither true nor false"));
    EXPECT_THAT(only_error_of("csv:\n  constants: {startDateTime: 2026-11-30}\n"),
                HasSubstr("has no zone"));
    EXPECT_THAT(only_error_of("csv:\n  dates: ['%Y-%Q']\n"), HasSubstr("'%Y-%Q' must be as in"));
    EXPECT_THAT(only_error_of("csv:\n  dates: ['%H:%M']\n"),
                HasSubstr("a day, a month and a year"));
    EXPECT_THAT(only_error_of("csv:\n  dates: ['%d.%m. %H:%M']\n"), HasSubstr("and a year"));
    EXPECT_THAT(only_error_of("csv:\n  dates: ['%d.%m.%Y %I:%M']\n"), HasSubstr("%p, AM or PM"));
    EXPECT_THAT(only_error_of("csv:\n  time_zone: auto\n"), HasSubstr("Europe/Berlin, or empty"));
    EXPECT_THAT(only_error_of("csv:\n  constants: {ignore: x}\n"), HasSubstr("none of HubSpot's"));
    EXPECT_THAT(only_error_of("csv:\n  constants: {eventUrl: ''}\n"), HasSubstr("has no value"));
    EXPECT_THAT(only_error_of("csv:\n  delimiter: ','\n"),
                HasSubstr("is not one of: auto, comma, semicolon, tab, pipe"));
}

TEST(settings_yaml, value_out_of_range_is_told_with_the_range) {
    EXPECT_EQ(only_error_of("batch:\n  max_inputs: 101\n"),
              "f.yaml:2:15: batch.max_inputs: '101' is out of range: write 1 to 100");
    EXPECT_THAT(only_error_of("batch:\n  max_inputs: 99999999999999999999\n"),
                HasSubstr("out of range"));
    EXPECT_THAT(only_error_of("rate_limit:\n  requests: 0\n"),
                HasSubstr("write auto, or 1 to 10000000"));
    EXPECT_THAT(only_error_of("brake:\n  share: nan\n"), HasSubstr("write 0 to 1"));
    EXPECT_THAT(only_error_of("brake:\n  share: -0.1\n"), HasSubstr("write 0 to 1"));
    EXPECT_THAT(only_error_of("rate_limit:\n  window: 999ms\n"), HasSubstr("write 1s to 1h"));
    EXPECT_THAT(only_error_of("pending:\n  max_bytes: 1MiB\n"), HasSubstr("write 8MiB to 64GiB"));
}

TEST(settings_yaml, key_given_twice_is_told_with_both_lines) {
    EXPECT_EQ(only_error_of("batch:\n  linger: 1s\n  linger: 2s\n"),
              "f.yaml:3:3: batch.linger: is there already, in line 2: remove one of them");
    EXPECT_EQ(only_error_of("batch:\n  linger: 1s\nbatch:\n  max_inputs: 1\n"),
              "f.yaml:3:1: batch: is there already, in line 1: remove one of them");
}

TEST(settings_yaml, all_errors_are_told_at_once) {
    const auto messages = errors_of("batch:\n  lingre: 1s\n  max_inputs: 0\napi:\n  version: 2\n");
    ASSERT_EQ(messages.size(), 3U);
    EXPECT_THAT(messages[0], StartsWith("f.yaml:2:3:"));
    EXPECT_THAT(messages[1], StartsWith("f.yaml:3:15:"));
    EXPECT_THAT(messages[2], StartsWith("f.yaml:5:12:"));
}

TEST(settings_yaml, broken_yaml_is_told_with_its_place) {
    EXPECT_THAT(only_error_of("queue:\n\tdirectory: /q\n"), StartsWith("f.yaml:2:"));
    EXPECT_THAT(only_error_of("queue: [a\n"), HasSubstr("this is no YAML"));
    EXPECT_THAT(only_error_of("queue: *nowhere\n"), HasSubstr("this is no YAML"));
}

// The parser would take the rest of the file for a part of the text.
TEST(settings_yaml, quote_that_nobody_closed_is_told) {
    EXPECT_EQ(only_error_of("queue:\n  directory: \"/q\nbatch:\n  linger: 1s\n"),
              "f.yaml:2:14: queue.directory: the quote is not closed on its line");
}

TEST(settings_yaml, second_document_is_told) {
    EXPECT_THAT(only_error_of("batch:\n  linger: 1s\n---\nbatch:\n  linger: 2s\n"),
                AllOf(StartsWith("f.yaml:3:1:"), HasSubstr("apart from the rest of the file")));
}

// For the parser, what follows the stray character is another document: nothing of it would be
// read.
TEST(settings_yaml, stray_character_does_not_hide_what_follows) {
    for (const char* yaml : {",\nbatch:\n  linger: 2s\n", "]\nbatch:\n  linger: 2s\n",
                             "batch: {linger: 2s}}\nlog: {level: error}\n",
                             "batch: {linger: 2s},\nlog: {level: error}\n"})
        EXPECT_EQ(errors_of(yaml).size(), 1U) << yaml;
}

TEST(settings_yaml, token_written_into_the_file_is_not_shown) {
    for (const char* yaml :
         {"api:\n  token_file: pat-na1-secret\n", "api:\n  token: pat-na1-secret\n",
          "api:\n  url: https://me:secret@host\n", "api:\n  proxy: http://me:secret@host:3128\n"})
        EXPECT_THAT(only_error_of(yaml), ::testing::Not(HasSubstr("secret")));
}

TEST(settings_yaml, plain_http_is_refused_here_and_not_at_each_start) {
    EXPECT_THAT(only_error_of("api:\n  url: http://127.0.0.1:1\n"), HasSubstr("is plain http"));
}

TEST(settings_yaml, texts_are_held_against_their_rules) {
    for (const char* good : {"https://api.hubapi.com", "https://h:8443/", "https://127.0.0.1:1",
                             "https://[::1]:8443", "https://[::1]"})
        EXPECT_TRUE(errors_of(std::string("api:\n  url: '") + good + "'\n").empty()) << good;
    for (const char* bad :
         {"", "api.hubapi.com", "ftp://h", "https://", "https://h/path", "https://h?q",
          "https://h:", "https://h:0", "https://h:65536", "https://h:x", "https://[::1",
          "https://a b", "https://u@h", "https://[::1]x", "https://::1"})
        EXPECT_FALSE(errors_of(std::string("api:\n  url: '") + bad + "'\n").empty()) << bad;
    for (const char* good : {"", "http://proxy:3128", "http://10.1.2.3:8080/", "http://[::1]:3128"})
        EXPECT_TRUE(errors_of(std::string("api:\n  proxy: '") + good + "'\n").empty()) << good;
    for (const char* bad : {"proxy:3128", "https://proxy:3128", "http://proxy", "http://[::1]",
                            "http://u:p@proxy:3128", "http://proxy:0", "http://proxy:3128/x"})
        EXPECT_FALSE(errors_of(std::string("api:\n  proxy: '") + bad + "'\n").empty()) << bad;
    for (const char* good : {"", "*", "localhost, .example.com,10.0.0.0/8,[::1],fd00::/8"})
        EXPECT_TRUE(errors_of(std::string("api:\n  no_proxy: '") + good + "'\n").empty()) << good;
    for (const char* bad : {"http://u@h", "a;b", "\\t"})
        EXPECT_FALSE(errors_of(std::string("api:\n  no_proxy: '") + bad + "'\n").empty()) << bad;
    for (const char* bad :
         {"v4", "2026", "2026-00", "2026-13", "2026-3", "../../x", "''", "2026x03"})
        EXPECT_FALSE(errors_of(std::string("api:\n  version: ") + bad + "\n").empty()) << bad;
    for (const char* bad : {"relative/path", "/", "//", "/../", "''", "\"/a\\nb\""})
        EXPECT_FALSE(errors_of(std::string("queue:\n  directory: ") + bad + "\n").empty()) << bad;
    for (const char* bad : {"Mars/Olympus", "../../etc/passwd", "/etc/passwd", "''", "Europe"})
        EXPECT_FALSE(errors_of(std::string("rate_limit:\n  time_zone: ") + bad + "\n").empty())
            << bad;
    EXPECT_TRUE(errors_of("rate_limit:\n  time_zone: UTC\n").empty());
    EXPECT_TRUE(errors_of("rate_limit:\n  time_zone: auto\n").empty());
    for (const char* bad : {"-1", "0", "012", "1e3", "12 3", "my-portal", "12345678901234567890"})
        EXPECT_FALSE(errors_of(std::string("api:\n  portal_id: ") + bad + "\n").empty()) << bad;
    EXPECT_TRUE(errors_of("api:\n  portal_id: 62515\n").empty());
}

TEST(settings_yaml, path_follows_the_version) {
    EXPECT_EQ(batch_update_path("v3"), "/marketing/v3/marketing-events/batch/update");
    EXPECT_EQ(batch_update_path("2026-03"), "/marketing/marketing-events/2026-03/batch/update");
    EXPECT_EQ(event_path("v3", "7"), "/marketing/v3/marketing-events/7");
    EXPECT_EQ(event_path("2026-03", "a/b?"), "/marketing/marketing-events/2026-03/a%2Fb%3F");
    EXPECT_EQ(account_details_path("v3"), "/account-info/v3/details");
    EXPECT_EQ(daily_usage_path("2026-09"), "/account-info/2026-09/api-usage/daily/private-apps");
    EXPECT_EQ(oauth_token_path("v3"), "/oauth/v3/token");
    // 2025-09 knows the events, but not these.
    EXPECT_EQ(oauth_token_path("2025-09"), "/oauth/2026-03/token");
}

} // namespace
} // namespace hubspool
