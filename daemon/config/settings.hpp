// Everything an operator can set, with its defaults. Plain values; config/settings_yaml reads them.
#pragma once

#include "core/rows/csv_options.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

using std::chrono::milliseconds;

struct queue_settings {
    std::string directory = "/var/spool/hubspool";
    milliseconds retention = std::chrono::hours(24 * 7); // of done/; 0: deleted at once
    milliseconds quiet_period = std::chrono::seconds(2);
    milliseconds scan_interval = std::chrono::seconds(5);
    std::vector<std::string> ignore; // patterns of names in new/ and bulk/ to leave alone, too
    std::uint64_t reserve_bytes = 1ULL << 30; // free space to leave to others; warned of
    std::uint64_t max_record_bytes = 1ULL << 20;
    std::uint64_t max_unpacked_bytes = 64ULL << 30; // of the text of a compressed file
    std::uint32_t max_unpacked_ratio = 200;         // of it to the file; from 64 MiB of text on
};

struct record_settings {
    bool refuse_unknown_fields = false; // unknown_fields: pass | dead_letter
    bool name_value_only = false;       // custom_properties: pass | name_value
    bool skip_unchanged = false;        // unchanged: send | skip
    milliseconds unchanged_max_age = std::chrono::hours(24 * 7);
};

struct batch_settings {
    std::uint32_t max_inputs = 100;
    std::uint64_t max_bytes = 1ULL << 20;
    milliseconds linger = std::chrono::seconds(1);
};

struct lane_settings {
    double bulk_min_share = 0.2;
};

enum class echo_check : std::uint8_t { off, warn, dead_letter };

struct oauth_settings {
    std::string client_id_file, client_secret_file, refresh_token_file; // all or none

    bool is_set() const { return !refresh_token_file.empty(); }
};

struct api_settings {
    std::string url = "https://api.hubapi.com";
    std::string version = "v3"; // v3, or a dated one such as 2026-03
    std::string portal_id;      // the only one that is sent to; empty: the credential's
    std::string token_file = "/etc/hubspool/token";
    oauth_settings oauth;         // instead of token_file, when it is set
    std::string ca_file;          // empty: the system's store
    std::string client_cert_file; // both of them, or none
    std::string client_key_file;
    std::string tls_min = "1.2";
    std::string proxy;                  // http://HOST:PORT; empty: none
    std::string proxy_credentials_file; // USER:PASSWORD; empty: none
    std::string no_proxy;               // hosts that are reached without it, with commas
    milliseconds connect_timeout = std::chrono::seconds(10);
    milliseconds request_timeout = std::chrono::seconds(60);
    milliseconds late = std::chrono::seconds(120);
    std::uint32_t connections = 4;
    echo_check verify_echo = echo_check::warn;
};

struct rate_limit_settings {
    std::optional<std::uint32_t> requests; // nothing: auto
    double share = 0.9;                    // of auto
    milliseconds window = std::chrono::seconds(10);
    milliseconds jitter_margin{50};
    std::optional<std::uint32_t> daily; // the account's requests a day; nothing: auto
    double daily_reserve = 0.2;         // of it, left to others
    std::string time_zone = "auto";     // in which the daily quota is reset; auto: the account's
};

struct retry_settings {
    milliseconds initial = std::chrono::seconds(1);
    milliseconds max = std::chrono::minutes(5);
    std::uint32_t max_attempts = 10;
    std::uint32_t breaker_failures = 5;
    milliseconds breaker_probe_max = std::chrono::seconds(60);
};

struct brake_settings {
    std::uint32_t count = 50;
    double share = 0.05;
};

struct pending_settings {
    std::uint64_t max_bytes = 128ULL << 20;
};

struct state_settings {
    std::string directory = "/var/lib/hubspool";
    milliseconds history = std::chrono::hours(24 * 90);
};

enum class log_level : std::uint8_t { debug, info, warning, error };
enum class log_format : std::uint8_t { automatic, text, json, journald };

struct log_settings {
    log_level level = log_level::info;
    log_format format = log_format::automatic;
};

struct control_settings {
    std::string socket; // its path; empty: control.sock in the queue's directory; "off": none
};

struct metrics_settings {
    std::string listen; // 127.0.0.1:PORT, [::1]:PORT, or the path of a Unix socket; empty: off
    milliseconds ready_age_max = std::chrono::hours(1); // of the oldest pending change
};

// Who is told when sending stands still.
struct notify_settings {
    std::string command;  // the path of an executable; empty: none
    std::string url_file; // that holds the https://HOST/PATH of a webhook; empty: none
    milliseconds least_pause = std::chrono::minutes(15); // between two notices of one kind
    milliseconds age_max = std::chrono::hours(1);        // of the oldest pending change
};

struct settings {
    queue_settings queue;
    record_settings records;
    csv_options csv;
    batch_settings batch;
    lane_settings lanes;
    api_settings api;
    rate_limit_settings rate_limit;
    retry_settings retry;
    brake_settings brake;
    pending_settings pending;
    state_settings state;
    log_settings log;
    control_settings control;
    metrics_settings metrics;
    notify_settings notify;
};

} // namespace hubspool
