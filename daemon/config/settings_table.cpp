#include "config/settings_table.hpp"

#include "config/text_rules.hpp"
#include "core/rows/header_columns.hpp"

#include <chrono>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kib = 1ULL << 10, mib = 1ULL << 20, gib = 1ULL << 30, tib = 1ULL << 40;
constexpr milliseconds day = 24h;

std::vector<setting_key> queue_keys() {
    return {
        {"queue.directory",
         text_key{[](settings& v) -> std::string& { return v.queue.directory; }, directory_fault}},
        {"queue.retention",
         duration_key{[](settings& v) -> milliseconds& { return v.queue.retention; }, 0ms,
                      3650 * day}},
        {"queue.quiet_period",
         duration_key{[](settings& v) -> milliseconds& { return v.queue.quiet_period; }, 0ms, 1h}},
        {"queue.scan_interval",
         duration_key{[](settings& v) -> milliseconds& { return v.queue.scan_interval; }, 10ms,
                      1h}},
        {"queue.ignore",
         list_key{[](settings& v) -> std::vector<std::string>& { return v.queue.ignore; },
                  name_pattern_fault, 100}},
        {"queue.reserve",
         size_key{[](settings& v) -> std::uint64_t& { return v.queue.reserve_bytes; }, 0,
                  64 * tib}},
        {"queue.max_record_bytes",
         size_key{[](settings& v) -> std::uint64_t& { return v.queue.max_record_bytes; }, kib,
                  64 * mib}},
        {"queue.max_unpacked_bytes",
         size_key{[](settings& v) -> std::uint64_t& { return v.queue.max_unpacked_bytes; }, mib,
                  64 * tib}},
        {"queue.max_unpacked_ratio",
         count_key{[](settings& v) -> std::uint32_t& { return v.queue.max_unpacked_ratio; }, 1,
                   1'000'000}},
    };
}

std::vector<setting_key> record_keys() {
    return {
        {"records.unknown_fields",
         choice_key{
             {"pass", "dead_letter"},
             [](settings& v) -> std::size_t { return v.records.refuse_unknown_fields ? 1 : 0; },
             [](settings& v, std::size_t i) { v.records.refuse_unknown_fields = i == 1; }}},
        {"records.custom_properties",
         choice_key{{"pass", "name_value"},
                    [](settings& v) -> std::size_t { return v.records.name_value_only ? 1 : 0; },
                    [](settings& v, std::size_t i) { v.records.name_value_only = i == 1; }}},
        {"records.unchanged",
         choice_key{{"send", "skip"},
                    [](settings& v) -> std::size_t { return v.records.skip_unchanged ? 1 : 0; },
                    [](settings& v, std::size_t i) { v.records.skip_unchanged = i == 1; }}},
        {"records.unchanged_max_age",
         duration_key{[](settings& v) -> milliseconds& { return v.records.unchanged_max_age; }, 1s,
                      3650 * day}},
    };
}

std::vector<setting_key> csv_keys() {
    return {
        {"csv.columns", map_key{[](settings& v) -> named_texts& { return v.csv.columns; },
                                csv_column_fault, columns_max}},
        {"csv.constants", map_key{[](settings& v) -> named_texts& { return v.csv.constants; },
                                  csv_constant_fault, columns_max}},
        {"csv.delimiter",
         choice_key{
             {"auto", "comma", "semicolon", "tab", "pipe"},
             [](settings& v) { return std::string_view("\0,;\t|", 5).find(v.csv.delimiter); },
             [](settings& v, std::size_t i) { v.csv.delimiter = "\0,;\t|"[i]; }}},
        {"csv.quote",
         choice_key{{"double", "single", "none"},
                    [](settings& v) { return std::string_view("\"'\0", 3).find(v.csv.quote); },
                    [](settings& v, std::size_t i) { v.csv.quote = "\"'\0"[i]; }}},
        {"csv.encoding",
         choice_key{
             {"utf-8", "windows-1252"},
             [](settings& v) { return static_cast<std::size_t>(v.csv.encoding); },
             [](settings& v, std::size_t i) { v.csv.encoding = static_cast<table_encoding>(i); }}},
        {"csv.dates", list_key{[](settings& v) -> std::vector<std::string>& { return v.csv.dates; },
                               csv_date_fault, 20}},
        {"csv.time_zone",
         text_key{[](settings& v) -> std::string& { return v.csv.time_zone; }, csv_zone_fault}},
        {"csv.empty_cell",
         choice_key{{"leave_out", "set_null", "empty_string"},
                    [](settings& v) { return static_cast<std::size_t>(v.csv.empty); },
                    [](settings& v, std::size_t i) { v.csv.empty = static_cast<empty_cell>(i); }}},
    };
}

std::vector<setting_key> batch_keys() {
    return {
        {"batch.max_inputs",
         count_key{[](settings& v) -> std::uint32_t& { return v.batch.max_inputs; }, 1, 100}},
        {"batch.max_bytes",
         size_key{[](settings& v) -> std::uint64_t& { return v.batch.max_bytes; }, 4 * kib,
                  64 * mib}},
        {"batch.linger",
         duration_key{[](settings& v) -> milliseconds& { return v.batch.linger; }, 0ms, 1min}},
        {"lanes.bulk_min_share",
         share_key{[](settings& v) -> double& { return v.lanes.bulk_min_share; }, 0, 1}},
    };
}

std::vector<setting_key> api_keys() {
    return {
        {"api.url", text_key{[](settings& v) -> std::string& { return v.api.url; }, url_fault}},
        {"api.version",
         text_key{[](settings& v) -> std::string& { return v.api.version; }, version_fault}},
        {"api.portal_id",
         text_key{[](settings& v) -> std::string& { return v.api.portal_id; }, portal_id_fault}},
        {"api.token_file",
         text_key{[](settings& v) -> std::string& { return v.api.token_file; }, path_fault}},
    };
}

std::vector<setting_key> oauth_keys() {
    return {
        {"api.oauth.client_id_file",
         text_key{[](settings& v) -> std::string& { return v.api.oauth.client_id_file; },
                  optional_path_fault}},
        {"api.oauth.client_secret_file",
         text_key{[](settings& v) -> std::string& { return v.api.oauth.client_secret_file; },
                  optional_path_fault}},
        {"api.oauth.refresh_token_file",
         text_key{[](settings& v) -> std::string& { return v.api.oauth.refresh_token_file; },
                  optional_path_fault}},
    };
}

// How the API is reached.
std::vector<setting_key> network_keys() {
    return {
        {"api.ca_file",
         text_key{[](settings& v) -> std::string& { return v.api.ca_file; }, optional_path_fault}},
        {"api.client_cert_file",
         text_key{[](settings& v) -> std::string& { return v.api.client_cert_file; },
                  optional_path_fault}},
        {"api.client_key_file",
         text_key{[](settings& v) -> std::string& { return v.api.client_key_file; },
                  optional_path_fault}},
        {"api.tls_min",
         choice_key{{"1.2", "1.3"},
                    [](settings& v) -> std::size_t { return v.api.tls_min == "1.3" ? 1 : 0; },
                    [](settings& v, std::size_t i) { v.api.tls_min = i == 1 ? "1.3" : "1.2"; }}},
        {"api.proxy",
         text_key{[](settings& v) -> std::string& { return v.api.proxy; }, proxy_fault}},
        {"api.proxy_credentials_file",
         text_key{[](settings& v) -> std::string& { return v.api.proxy_credentials_file; },
                  optional_path_fault}},
        {"api.no_proxy",
         text_key{[](settings& v) -> std::string& { return v.api.no_proxy; }, no_proxy_fault}},
    };
}

std::vector<setting_key> exchange_keys() {
    return {
        {"api.connect_timeout",
         duration_key{[](settings& v) -> milliseconds& { return v.api.connect_timeout; }, 100ms,
                      5min}},
        {"api.request_timeout",
         duration_key{[](settings& v) -> milliseconds& { return v.api.request_timeout; }, 100ms,
                      10min}},
        {"api.late",
         duration_key{[](settings& v) -> milliseconds& { return v.api.late; }, 0ms, 1h}},
        {"api.connections",
         count_key{[](settings& v) -> std::uint32_t& { return v.api.connections; }, 1, 64}},
        {"api.verify_echo",
         choice_key{
             {"off", "warn", "dead_letter"},
             [](settings& v) { return static_cast<std::size_t>(v.api.verify_echo); },
             [](settings& v, std::size_t i) { v.api.verify_echo = static_cast<echo_check>(i); }}},
    };
}

std::vector<setting_key> limit_keys() {
    return {
        {"rate_limit.requests", auto_count_key{[](settings& v) -> std::optional<std::uint32_t>& {
                                                   return v.rate_limit.requests;
                                               },
                                               1, 10'000'000}},
        // Not down to 0: a share of nothing would stop the queue for ever.
        {"rate_limit.share",
         share_key{[](settings& v) -> double& { return v.rate_limit.share; }, 0.01, 1}},
        {"rate_limit.window",
         duration_key{[](settings& v) -> milliseconds& { return v.rate_limit.window; }, 1s, 1h}},
        {"rate_limit.jitter_margin",
         duration_key{[](settings& v) -> milliseconds& { return v.rate_limit.jitter_margin; }, 0ms,
                      10s}},
        {"rate_limit.daily", auto_count_key{[](settings& v) -> std::optional<std::uint32_t>& {
                                                return v.rate_limit.daily;
                                            },
                                            1, 100'000'000}},
        // Not up to 1: with everything left to others the queue would stop for ever.
        {"rate_limit.daily_reserve",
         share_key{[](settings& v) -> double& { return v.rate_limit.daily_reserve; }, 0, 0.99}},
        {"rate_limit.time_zone",
         text_key{[](settings& v) -> std::string& { return v.rate_limit.time_zone; },
                  time_zone_fault}},
    };
}

std::vector<setting_key> retry_keys() {
    return {
        {"retry.initial",
         duration_key{[](settings& v) -> milliseconds& { return v.retry.initial; }, 10ms, 1h}},
        {"retry.max",
         duration_key{[](settings& v) -> milliseconds& { return v.retry.max; }, 10ms, day}},
        {"retry.max_attempts",
         count_key{[](settings& v) -> std::uint32_t& { return v.retry.max_attempts; }, 1, 1000}},
        {"retry.breaker.failures",
         count_key{[](settings& v) -> std::uint32_t& { return v.retry.breaker_failures; }, 1,
                   1000}},
        {"retry.breaker.probe_max",
         duration_key{[](settings& v) -> milliseconds& { return v.retry.breaker_probe_max; }, 10ms,
                      1h}},
        {"brake.count",
         count_key{[](settings& v) -> std::uint32_t& { return v.brake.count; }, 1, 1'000'000}},
        {"brake.share", share_key{[](settings& v) -> double& { return v.brake.share; }, 0, 1}},
    };
}

std::vector<setting_key> keeping_keys() {
    return {
        {"pending.max_bytes",
         size_key{[](settings& v) -> std::uint64_t& { return v.pending.max_bytes; }, 8 * mib,
                  64 * gib}},
        {"state.directory",
         text_key{[](settings& v) -> std::string& { return v.state.directory; }, directory_fault}},
        {"state.history", duration_key{[](settings& v) -> milliseconds& { return v.state.history; },
                                       1h, 3650 * day}},
        {"log.level",
         choice_key{{"debug", "info", "warning", "error"},
                    [](settings& v) { return static_cast<std::size_t>(v.log.level); },
                    [](settings& v, std::size_t i) { v.log.level = static_cast<log_level>(i); }}},
        {"log.format",
         choice_key{{"auto", "text", "json", "journald"},
                    [](settings& v) { return static_cast<std::size_t>(v.log.format); },
                    [](settings& v, std::size_t i) { v.log.format = static_cast<log_format>(i); }}},
    };
}

std::vector<setting_key> telling_keys() {
    return {
        {"control.socket", text_key{[](settings& v) -> std::string& { return v.control.socket; },
                                    control_socket_fault}},
        {"metrics.listen",
         text_key{[](settings& v) -> std::string& { return v.metrics.listen; }, listen_fault}},
        {"metrics.ready_age_max",
         duration_key{[](settings& v) -> milliseconds& { return v.metrics.ready_age_max; }, 1s,
                      3650 * day}},
    };
}

std::vector<setting_key> notify_keys() {
    return {
        {"notify.command",
         text_key{[](settings& v) -> std::string& { return v.notify.command; }, executable_fault}},
        {"notify.url_file", text_key{[](settings& v) -> std::string& { return v.notify.url_file; },
                                     optional_path_fault}},
        {"notify.least_pause",
         duration_key{[](settings& v) -> milliseconds& { return v.notify.least_pause; }, 1s,
                      30 * day}},
        {"notify.age_max",
         duration_key{[](settings& v) -> milliseconds& { return v.notify.age_max; }, 1s,
                      3650 * day}},
    };
}

} // namespace

const std::vector<setting_key>& setting_table() {
    static const std::vector<setting_key> table = [] {
        // The order is that of the shipped file.
        std::vector<setting_key> all;
        for (const auto& part : {queue_keys(), record_keys(), csv_keys(), batch_keys(), api_keys(),
                                 oauth_keys(), network_keys(), exchange_keys(), limit_keys(),
                                 retry_keys(), keeping_keys(), telling_keys(), notify_keys()})
            all.insert(all.end(), part.begin(), part.end());
        return all;
    }();
    return table;
}

} // namespace hubspool
