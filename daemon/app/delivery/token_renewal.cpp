// OAuth: access tokens are asked for ahead of their end, one request at a time.
#include "api/credential/kept_token.hpp"
#include "api/http/form_post.hpp"
#include "app/delivery/credential_keeper.hpp"
#include "app/moment_now.hpp"
#include "base/clocks.hpp"
#include "base/log.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace hubspool {

namespace asio = boost::asio;

namespace {

constexpr milliseconds keep_retry{1000};
constexpr milliseconds alarm_max = std::chrono::hours(1);

asio::awaitable<result<void>> keep_there(std::string file, std::string configured,
                                         std::string token) {
    co_return keep_token(file, configured, token);
}

park_request park_for(const token_answer& answer, boot_time next_try) {
    if (answer.what == token_answer::dead_grant)
        return {park_reason::unauthorized,
                fmt::format("HubSpot does not accept the app's refresh token any more ({}). "
                            "Re-install the app in the account and put the new refresh token into "
                            "api.oauth.refresh_token_file; the file is watched",
                            answer.words),
                next_try};
    return {park_reason::misconfigured,
            fmt::format("HubSpot refused the OAuth client ({}). Check what is in "
                        "api.oauth.client_id_file and api.oauth.client_secret_file, and "
                        "api.version; the files are watched",
                        answer.words),
            next_try};
}

} // namespace

void credential_keeper::tend_tokens() {
    let_expire();
    renew_when_due();
    if (stopping_) return;
    const boot_time now = boot_now();
    boot_time at = std::min(schedule_.due(), now + alarm_max);
    if (schedule_.usable(now)) at = std::min(at, schedule_.usable_until());
    alarm_.expires_after(std::max(milliseconds(1), at - now));
    alarm_.async_wait([this](boost::system::error_code ec) {
        if (!ec) tend_tokens();
    });
}

void credential_keeper::renew_when_due() {
    if (stopping_ || schedule_.due() > boot_now()) return;
    schedule_.begun(boot_now());
    asio::co_spawn(loop_, renew(grant_), asio::detached);
}

asio::awaitable<void> credential_keeper::renew(std::uint64_t grant) {
    const auto connection = co_await api_.connect();
    if (stopping_) co_return;
    std::optional<token_answer> answer;
    if (connection)
        answer = co_await ask_for_token(**connection);
    else
        answer = judge_token_answer(not_connected(connection.error().message));
    if (stopping_ || !answer) co_return;
    if (grant == grant_) {
        take(*answer);
    } else {
        schedule_.start_anew(boot_now());
    }
    tend_tokens();
}

// Nothing when a refresh token came and could not be kept.
asio::awaitable<std::optional<token_answer>> credential_keeper::ask_for_token(api_connection& on) {
    const std::string configured = of_.token->configured_refresh_token();
    being_given_ = true;
    const api_response response =
        co_await post_form(on, oauth_token_path(of_.options.api.version), of_.token->refresh_form(),
                           of_.token->secrets());
    std::optional<token_answer> answer = judge_token_answer(response);
    const std::string replaced = answer->refresh_token;
    // Also when the client's files have changed meanwhile: HubSpot may have voided the one before.
    const bool is_ours = configured == of_.token->configured_refresh_token();
    if (is_ours && !replaced.empty() && replaced != of_.token->refresh_token()) {
        const bool kept = co_await keep(replaced);
        if (!kept) answer.reset();
    }
    being_given_ = false;
    rest_.cancel();
    co_return answer;
}

asio::awaitable<void> credential_keeper::at_rest() {
    while (being_given_ && !given_up_) {
        rest_.expires_at(asio::steady_timer::time_point::max());
        co_await rest_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

// Until it is on the disk, the access token that came with it is not used: after a crash the one
// before might be good for nothing.
asio::awaitable<bool> credential_keeper::keep(const std::string& refresh_token) {
    std::string said;
    const std::string configured = of_.token->configured_refresh_token();
    while (true) {
        const result<void> kept = co_await asio::co_spawn(
            disk_->get_executor(),
            keep_there(kept_token_file(of_.options), configured, refresh_token),
            asio::use_awaitable);
        if (kept) {
            if (configured == of_.token->configured_refresh_token())
                of_.token->replace_refresh_token(refresh_token);
            co_return true;
        }
        if (said != kept.error().message)
            log::error(kept.error().message + "; it is tried again every second");
        said = kept.error().message;
        if (stopping_) co_return false;
        pause_.expires_after(keep_retry);
        co_await pause_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

void credential_keeper::take(const token_answer& answer) {
    if (answer.what == token_answer::dead_grant && of_.token->fall_back()) {
        log::warning("HubSpot does not accept the refresh token that it gave (" + answer.words +
                     "); the one in api.oauth.refresh_token_file is tried");
        return schedule_.start_anew(boot_now());
    }
    schedule_.ended(answer, moment_now());
    answer.what == token_answer::granted ? take_token(answer) : take_refusal(answer);
}

void credential_keeper::take_token(const token_answer& answer) {
    renewal_trouble_.clear();
    refusal_.reset();
    of_.token->offer(answer.access_token);
    log::info("a new access token came", {{"good_for_s", answer.life.count() / 1000}});
    const bool same_portal = !answer.portal_id || !portal_ || answer.portal_id == portal_;
    // Of a grant whose account is known, each further token is good as it is.
    if (proved_grant_ == grant_ && core_.is_credential_proved() && same_portal)
        return use_offered();
    prove(answer.portal_id);
}

void credential_keeper::take_refusal(const token_answer& answer) {
    std::string words = "no new access token: " + answer.words;
    if (answer.what != token_answer::transient) {
        refusal_ = park_for(answer, schedule_.due());
        words = refusal_->words;
    }
    if (const boot_time now = boot_now(); schedule_.usable(now)) {
        const auto left = (schedule_.usable_until() - now).count() / 1000;
        return warn_once(
            renewal_trouble_, words,
            fmt::format(". Sending goes on for {} s with the token that is there", left));
    }
    warn_once(renewal_trouble_, words);
    if (refusal_) {
        core_.park_for_credential(*refusal_, moment_now());
        events_.parked();
    } else {
        core_.on_connect_failed(answer.words, moment_now());
        events_.changed();
    }
}

void credential_keeper::let_expire() {
    if (offered().empty() || schedule_.usable(boot_now())) return;
    of_.token->drop();
    of_.token->offer({});
    core_.credential_missing();
    if (refusal_) {
        core_.park_for_credential(*refusal_, moment_now());
        events_.parked();
    } else if (!renewal_trouble_.empty()) {
        // Sending stops now: status must not wait for the next try to say why.
        core_.on_connect_failed(renewal_trouble_, moment_now());
        events_.changed();
    }
}

} // namespace hubspool
