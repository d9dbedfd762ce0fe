#include "config/settings_check.hpp"

#include "config/units.hpp"

#include <fmt/core.h>

#include <chrono>
#include <filesystem>
#include <utility>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

// HubSpot's proxy gives up on a request after 100 s (524): until then it may still be applied.
constexpr milliseconds hubspot_gives_up = 100s;

std::filesystem::path normal(const std::string& path) {
    // With a trailing slash, lexically_normal ends in an empty name.
    auto result = std::filesystem::path(path).lexically_normal();
    return result.has_filename() ? result : result.parent_path();
}

void check_sending(const settings& v, std::vector<std::string>& found) {
    // Between the two a request that was given up may still be applied.
    if (v.api.late < v.api.request_timeout)
        found.push_back(fmt::format(
            "api.late ({}) is below api.request_timeout ({}): a request that timed out may be "
            "applied "
            "after a newer change of its object; set api.late to at least 100s, and above "
            "api.request_timeout",
            exact_duration(v.api.late), exact_duration(v.api.request_timeout)));
    else if (v.api.late < hubspot_gives_up)
        found.push_back(fmt::format("api.late ({}) is below 100s, the time after which HubSpot's "
                                    "proxy gives up on a request: "
                                    "one without an answer may be applied after a newer change of "
                                    "its object; set api.late to "
                                    "120s",
                                    exact_duration(v.api.late)));
    if (v.api.verify_echo == echo_check::off)
        found.push_back(
            "api.verify_echo is off: a custom property that HubSpot accepts and does not "
            "store goes unnoticed; set it to warn");
    if (v.api.proxy.empty() && !v.api.proxy_credentials_file.empty())
        found.push_back(
            "api.proxy_credentials_file is set without api.proxy: requests go straight to HubSpot; "
            "write the proxy, or remove its credentials");
    // A single failure of the network would look like the record's own.
    if (v.retry.max_attempts == 1)
        found.push_back(
            "retry.max_attempts is 1: a change is dead-lettered on its first failure that "
            "HubSpot does not explain; set it to 3 or more");
}

void check_limits(const settings& v, std::vector<std::string>& found) {
    // The limit belongs to the app, and other programs may send with it.
    if (!v.rate_limit.requests && v.rate_limit.share >= 1)
        found.push_back(
            "rate_limit.share is 1: nothing is left for whatever else uses this token's "
            "limit, and HubSpot answers 429 to both; set it to 0.9 or less");
    // HubSpot's header states the limit of its own window; another window would stretch it.
    if (!v.rate_limit.requests && v.rate_limit.window != 10s)
        found.push_back(fmt::format("rate_limit.window is {} while rate_limit.requests is auto: "
                                    "HubSpot states its limit for "
                                    "10s; set the window to 10s, or write the number of requests",
                                    exact_duration(v.rate_limit.window)));
    if (v.rate_limit.daily_reserve <= 0)
        found.push_back("rate_limit.daily_reserve is 0: a large backlog spends the account's whole "
                        "daily quota, "
                        "and its other apps are refused until midnight; set it to 0.2");
    if (v.rate_limit.jitter_margin == 0ms)
        found.push_back(
            "rate_limit.jitter_margin is 0: requests that the network holds up and lets go "
            "together may exceed the limit as HubSpot counts it; set it to 50ms");
    if (v.brake.share >= 1)
        found.push_back(
            "brake.share is 1: the brake never stops sending, and a wrong portal's token "
            "or a broken export may dead-letter the whole queue; set it to 0.05");
    if (v.lanes.bulk_min_share <= 0)
        found.push_back("lanes.bulk_min_share is 0: while live changes keep coming, bulk ones are "
                        "never sent; set it to 0.2");
    if (v.lanes.bulk_min_share >= 1)
        found.push_back("lanes.bulk_min_share is 1: while bulk changes wait, live ones are never "
                        "preferred; set it to 0.2");
}

void check_keeping(const settings& v, std::vector<std::string>& found) {
    if (v.queue.quiet_period == 0ms)
        found.push_back(
            "queue.quiet_period is 0: a file that a producer writes straight into new/ is "
            "claimed half written; set it to 2s");
    if (v.queue.reserve_bytes == 0)
        found.push_back("queue.reserve is 0: nobody is warned before the disk is full, and a full "
                        "disk stops producers and the state store alike; set it to 1GiB");
    if (v.queue.retention == 0ms)
        found.push_back("queue.retention is 0: settled files are deleted at once and cannot be "
                        "replayed; set it to 7d");
    if (v.queue.retention > v.state.history)
        found.push_back(fmt::format(
            "queue.retention ({}) is above state.history ({}): files are kept whose outcomes are "
            "forgotten; set state.history to at least {}",
            exact_duration(v.queue.retention), exact_duration(v.state.history),
            exact_duration(v.queue.retention)));
}

} // namespace

std::vector<std::string> unsafe_combinations(const settings& values) {
    std::vector<std::string> found;
    check_sending(values, found);
    check_limits(values, found);
    check_keeping(values, found);
    return found;
}

std::vector<contradiction> contradictions(const settings& v) {
    std::vector<contradiction> found;
    // Backoff cannot begin above its own end.
    if (v.retry.max < v.retry.initial)
        found.push_back(
            {"retry.max",
             fmt::format("{} is below retry.initial ({}): write at least that",
                         exact_duration(v.retry.max), exact_duration(v.retry.initial))});
    if (v.rate_limit.jitter_margin >= v.rate_limit.window)
        found.push_back({"rate_limit.jitter_margin",
                         fmt::format("{} is not below rate_limit.window ({}): write 50ms",
                                     exact_duration(v.rate_limit.jitter_margin),
                                     exact_duration(v.rate_limit.window))});
    // All three files or none: two of them authorise nothing.
    const oauth_settings& oauth = v.api.oauth;
    for (const auto& [key, file] :
         {std::pair{"api.oauth.client_id_file", &oauth.client_id_file},
          std::pair{"api.oauth.client_secret_file", &oauth.client_secret_file},
          std::pair{"api.oauth.refresh_token_file", &oauth.refresh_token_file}})
        if (file->empty() && !(oauth.client_id_file.empty() && oauth.client_secret_file.empty() &&
                               oauth.refresh_token_file.empty()))
            found.push_back({key, "is missing: OAuth needs all three files, or none for the token "
                                  "in api.token_file"});
    // One record must always find room, or reading would wait for ever.
    if (v.queue.max_record_bytes > v.pending.max_bytes / 4)
        found.push_back(
            {"queue.max_record_bytes",
             fmt::format(
                 "{} is above a quarter of pending.max_bytes ({}): write at most {}, or raise "
                 "pending.max_bytes",
                 exact_size(v.queue.max_record_bytes), exact_size(v.pending.max_bytes),
                 exact_size(v.pending.max_bytes / 4))});
    // One directory would mix the producers' files with what they must not read.
    if (normal(v.state.directory) == normal(v.queue.directory))
        found.push_back({"state.directory",
                         "is the same as queue.directory: write a directory of its "
                         "own, such as /var/lib/hubspool"});
    return found;
}

} // namespace hubspool
