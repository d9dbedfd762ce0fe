#include "app/online_check.hpp"

#include "api/http/form_post.hpp"
#include "app/online/hubspot_questions.hpp"
#include "app/online/property_questions.hpp"
#include "app/quota_clock.hpp"
#include "base/clocks.hpp"
#include "base/log.hpp"
#include "config/hubspot_paths.hpp"
#include "core/answers/answer_text.hpp"
#include "core/answers/response_mapper.hpp"
#include "core/answers/token_answer.hpp"
#include "core/json/json_lookup.hpp"
#include "core/sending/account_check.hpp"

#include <boost/asio/awaitable.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace hubspool {

namespace {

namespace asio = boost::asio;

constexpr const char* write_scope = "crm.objects.marketing_events.write";
constexpr int bad_request = 400;

class online_check {
public:
    online_check(const settings& options, const api_maker& make_api)
        : options_(options), make_api_(make_api), hubspot_(options) {}

    std::vector<finding> run();

private:
    asio::awaitable<void> check();
    asio::awaitable<bool> connect();
    asio::awaitable<void> check_token();
    asio::awaitable<bool> check_scope();
    asio::awaitable<void> check_account();
    asio::awaitable<void> check_usage();
    asio::awaitable<void> check_grant();
    void look_at_portal(std::uint64_t portal, const std::string& time_zone);
    void look_at_limits(const api_response& response);
    void look_at_scopes(const std::vector<std::string>& scopes);
    std::string words_of(const api_response& response) const;

    void say(finding::severity level, const char* subject, std::string_view words) {
        found_.push_back({level, subject, clean_text(words, 2 * words_bytes_max)});
    }

    const settings& options_;
    const api_maker& make_api_;
    hubspot_questions hubspot_;
    std::vector<finding> found_;
};

std::vector<finding> online_check::run() {
    hubspot_.run([this] { return check(); });
    return std::move(found_);
}

asio::awaitable<void> online_check::check() {
    const bool connected = co_await connect();
    if (!connected) co_return;
    // Only now, so that a wrong file does not keep the network from being looked at.
    if (const auto read = hubspot_.read_credential(); !read) {
        say(finding::error, "credential", "not tried: " + read.error().message);
    } else if (hubspot_.authorised_by().is_oauth()) {
        co_await check_grant();
    } else {
        co_await check_token();
    }
}

asio::awaitable<bool> online_check::connect() {
    const auto connected = co_await hubspot_.connect(make_api_);
    if (!connected) {
        say(finding::error, "network", connected.error().message);
        co_return false;
    }
    const peer_facts& peer = *connected;
    say(finding::good, "network",
        fmt::format("connected to {} for {}, {}", peer.address, options_.api.url, peer.tls));
    // A warning two weeks ahead: by then a new certificate should have been in place.
    const auto days =
        std::chrono::duration_cast<std::chrono::hours>(peer.expires - wall_now()).count() / 24;
    constexpr int soon_days = 14;
    say(days < soon_days ? finding::warning : finding::good, "server",
        fmt::format("the certificate of {} is from {} and good until {} ({} days)",
                    options_.api.url, clean_text(peer.issuer, name_bytes_max * 2),
                    iso_time(peer.expires), days));
    co_return true;
}

asio::awaitable<void> online_check::check_token() {
    const bool accepted = co_await check_scope();
    if (!accepted) co_return;
    co_await check_account();
    co_await check_usage();
    told_properties told = co_await ask_for_properties(hubspot_, options_.api.version);
    std::move(told.found.begin(), told.found.end(), std::back_inserter(found_));
}

// False when the credential is of no use, or HubSpot none.
asio::awaitable<bool> online_check::check_scope() {
    // A batch that cannot be read changes nothing, and HubSpot answers 400 to it only after it has
    // looked at token and scope.
    const std::string path = batch_update_path(options_.api.version);
    const api_request unreadable{"POST", path, {}, "application/json", "{"};
    const api_response response = co_await hubspot_.ask(unreadable);
    const bool answered = response.end == exchange_end::answered;
    // A proxy or a login page may answer 400 too, but not with a JSON object.
    if (answered && response.status == bad_request && is_json_object(response.body)) {
        say(finding::good, "credential", "HubSpot accepts the token");
        say(finding::good, "scope", fmt::format("it has {}", write_scope));
        look_at_limits(response);
        co_return true;
    }
    const response_verdict v = map_response(response, {}, {}, boot_now());
    // 403 says that the token is known, and what it lacks. The account is still worth asking for.
    if (v.park && v.park->reason == park_reason::forbidden) {
        say(finding::good, "credential", "HubSpot accepts the token");
        say(finding::error, "scope", v.park->words);
        co_return true;
    }
    say(finding::error, "credential", words_of(response));
    co_return false;
}

asio::awaitable<void> online_check::check_account() {
    const std::string path = account_details_path(options_.api.version);
    const api_response response = co_await hubspot_.get(path);
    if (const auto account = read_account_details(response)) {
        look_at_portal(account->portal_id, account->time_zone);
    } else if (options_.api.portal_id.empty()) {
        // Without a portal to compare with, sending goes on, and so this is no error.
        say(finding::warning, "portal",
            "HubSpot does not tell whose account it is: " + words_of(response));
    } else {
        say(finding::error, "portal",
            fmt::format("api.portal_id is {}, but HubSpot does not tell whose account it is, so "
                        "nothing would be sent: {}",
                        options_.api.portal_id, words_of(response)));
    }
}

asio::awaitable<void> online_check::check_usage() {
    const std::string path = daily_usage_path(options_.api.version);
    // Not as limits of the answer's header: those speak of the window, this of the day as HubSpot
    // counts it.
    const api_response response = co_await hubspot_.get(path);
    const auto limit = json_number_at(response.body, "/results/0/usageLimit");
    const auto used = json_number_at(response.body, "/results/0/currentUsage");
    if (response.end != exchange_end::answered || !limit || !used) {
        say(finding::warning, "usage",
            "HubSpot does not tell the day's usage: " + words_of(response));
        co_return;
    }
    const auto reset = json_text_at(response.body, "/results/0/resetsAt").value_or("midnight");
    // All used is no fault of the setting: the daemon waits for the reset too.
    const bool spent = *used >= *limit;
    say(spent ? finding::warning : finding::good, "usage",
        fmt::format("{} of the day's {} requests are used{}; they are given back at {}", *used,
                    *limit, spent ? ", so sending waits" : "", clean_text(reset, name_bytes_max)));
}

// Access tokens are the daemon's to ask for; what they would tell is left out.
asio::awaitable<void> online_check::check_grant() {
    // Introspection takes no new token: HubSpot may replace the refresh token whenever it gives
    // one, and `check` has nowhere to keep it.
    const oauth_grant& grant = hubspot_.authorised_by().oauth();
    const api_response response =
        co_await post_form(hubspot_.api(), oauth_token_path(options_.api.version) + "/introspect",
                           grant.introspection_form(), grant.secrets());
    const bool success = response.end == exchange_end::answered && response.status / 100 == 2;
    const auto facts = success ? read_introspection(response.body) : std::nullopt;
    if (!facts) {
        // The same words as the daemon would use for the same answer.
        const token_answer refusal = judge_token_answer(response);
        say(finding::error, "credential",
            refusal.what == token_answer::transient
                ? "HubSpot could not be asked: " + refusal.words
                : fmt::format("HubSpot refused the OAuth client ({}): check what is in "
                              "api.oauth.client_id_file and api.oauth.client_secret_file, and "
                              "api.version",
                              refusal.words));
        co_return;
    }
    if (!facts->active) {
        say(finding::error, "credential",
            "HubSpot does not accept the app's refresh token any more: re-install the app in the "
            "account and put the new refresh token into api.oauth.refresh_token_file");
        co_return;
    }
    say(finding::good, "credential", "HubSpot accepts the app's client and its refresh token");
    look_at_scopes(facts->scopes);
    if (facts->portal_id) look_at_portal(*facts->portal_id, {});
    // Only an access token is told the limits, and none was asked for.
    say(finding::good, "limits", "an OAuth app's are told with the first batch");
}

void online_check::look_at_scopes(const std::vector<std::string>& scopes) {
    if (scopes.empty()) {
        say(finding::warning, "scope", "HubSpot does not tell the app's scopes");
    } else if (std::find(scopes.begin(), scopes.end(), write_scope) == scopes.end()) {
        say(finding::error, "scope",
            fmt::format("the app lacks {}: add it to the app, and install it anew", write_scope));
    } else {
        say(finding::good, "scope", fmt::format("it has {}", write_scope));
    }
}

void online_check::look_at_portal(std::uint64_t portal, const std::string& time_zone) {
    const std::string& expected = options_.api.portal_id;
    const std::string zone = time_zone.empty() ? "" : ", time zone " + time_zone;
    // Told here, because the daemon would fall back to UTC with a line in the log only.
    if (options_.rate_limit.time_zone == "auto" && !time_zone.empty())
        if (const auto clock = quota_clock::in(time_zone); !clock)
            say(finding::warning, "time zone",
                "the daily quota's reset is reckoned in UTC: " + clock.error().message);
    if (expected.empty()) {
        say(finding::warning, "portal",
            fmt::format("{}{}; write it into api.portal_id, so that no other account's token can "
                        "take its place",
                        portal, zone));
    } else if (expected == std::to_string(portal)) {
        say(finding::good, "portal", fmt::format("{}, as api.portal_id says{}", portal, zone));
    } else {
        say(finding::error, "portal",
            fmt::format("the credential opens portal {}, but api.portal_id is {}, so nothing would "
                        "be sent: put a credential of portal {} in place, or correct the setting",
                        portal, expected, expected));
    }
}

void online_check::look_at_limits(const api_response& response) {
    if (response.limit_max.empty()) {
        say(finding::warning, "limits",
            "HubSpot's answer does not tell them; 100 requests are assumed until one does");
        return;
    }
    std::string words = fmt::format("{} requests a window, {} left in this one",
                                    clean_text(response.limit_max, name_bytes_max),
                                    clean_text(response.limit_remaining, name_bytes_max));
    if (!response.daily_limit.empty())
        words +=
            fmt::format("; {} a day, {} left", clean_text(response.daily_limit, name_bytes_max),
                        clean_text(response.daily_remaining, name_bytes_max));
    say(finding::good, "limits", words);
}

// Why it is no success, with what to do.
std::string online_check::words_of(const api_response& response) const {
    const response_verdict v = map_response(response, {}, {}, boot_now());
    if (v.park) return v.park->words;
    if (v.park_if_common) return v.park_if_common->words; // there is no record to blame
    return v.words.empty() ? "the answer is not understood" : v.words;
}

} // namespace

std::vector<finding> check_online(const settings& options, const api_maker& make_api) {
    return online_check(options, make_api).run();
}

} // namespace hubspool
