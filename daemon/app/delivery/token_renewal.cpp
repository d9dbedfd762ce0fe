// OAuth: access tokens are asked for ahead of their end, one request at a time.
#include "api/credential/kept_token.hpp"
#include "api/http/form_post.hpp"
#include "app/delivery/credential_keeper.hpp"
#include "app/moment_now.hpp"
#include "base/clocks.hpp"
#include "base/log.hpp"
#include "config/hubspot_paths.hpp"

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

// With copies: it runs on another thread, and the caller may have been given up by then.
asio::awaitable<result<void>> keep_there(std::string file, std::string configured,
                                         std::string token) {
    co_return keep_token(file, configured, token);
}

park_request park_for(const token_answer& answer, boot_time next_try) {
    // Two kinds of refusal, because different people mend them: the account's owner re-installs the
    // app, the operator corrects the client.
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
    // First what is over: a token past its end must not be sent while the next one is asked for.
    let_expire();
    renew_when_due();
    if (stopping_) return;
    const boot_time now = boot_now();
    // At least once an hour, since a timer of the loop stands still while the machine sleeps.
    boot_time at = std::min(schedule_.due(), now + alarm_max);
    // And at the token's end, to stop sending with it.
    if (schedule_.usable(now)) at = std::min(at, schedule_.usable_until());
    // At least a millisecond on, so that a due time in the past cannot make this spin.
    alarm_.expires_after(std::max(milliseconds(1), at - now));
    alarm_.async_wait([this](boost::system::error_code ec) {
        if (!ec) tend_tokens();
    });
}

void credential_keeper::renew_when_due() {
    if (stopping_ || schedule_.due() > boot_now()) return;
    // Before the first wait: a second tick would begin another request.
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
    // Else the files changed while HubSpot was asked: the answer belongs to a grant that is no
    // longer used.
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
    // From here until it is on the disk the process must not end: HubSpot may void the old one as
    // soon as it answers.
    being_given_ = true;
    const api_response response =
        co_await post_form(on, oauth_token_path(of_.options.api.version), of_.token->refresh_form(),
                           of_.token->secrets());
    std::optional<token_answer> answer = judge_token_answer(response);
    // HubSpot usually repeats the same one, and then nothing is written.
    const std::string replaced = answer->refresh_token;
    // Also when the client's files have changed meanwhile: HubSpot may have voided the one before.
    const bool is_ours = configured == of_.token->configured_refresh_token();
    if (is_ours && !replaced.empty() && replaced != of_.token->refresh_token()) {
        const bool kept = co_await keep(replaced);
        // No answer at all: the access token must not be used, see keep().
        if (!kept) answer.reset();
    }
    being_given_ = false;
    rest_.cancel();
    co_return answer;
}

asio::awaitable<void> credential_keeper::at_rest() {
    while (being_given_ && !given_up_) {
        // No deadline of its own: give_up() or the end of the request wakes it.
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
        // On a thread of its own: fsync can take seconds, and the loop must go on answering.
        const result<void> kept = co_await asio::co_spawn(
            disk_->get_executor(),
            keep_there(kept_token_file(of_.options), configured, refresh_token),
            asio::use_awaitable);
        if (kept) {
            // The files may have changed while it was written; then the new ones hold.
            if (configured == of_.token->configured_refresh_token())
                of_.token->replace_refresh_token(refresh_token);
            co_return true;
        }
        // A full disk stays full for long: said when it begins, and when its reason changes.
        if (said != kept.error().message)
            log::error(kept.error().message + "; it is tried again every second");
        said = kept.error().message;
        // At a stop one attempt must do. The next start begins with the token in the file.
        if (stopping_) co_return false;
        pause_.expires_after(keep_retry);
        co_await pause_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

void credential_keeper::take(const token_answer& answer) {
    // HubSpot may have replaced the token, and the kept one been lost or be of an old copy. The
    // configured one is the last that can be tried.
    if (answer.what == token_answer::dead_grant && of_.token->fall_back()) {
        log::warning("HubSpot does not accept the refresh token that it gave (" + answer.words +
                     "); the one in api.oauth.refresh_token_file is tried");
        return schedule_.start_anew(boot_now());
    }
    // Before what follows: both branches read the times that it sets.
    schedule_.ended(answer, moment_now());
    answer.what == token_answer::granted ? take_token(answer) : take_refusal(answer);
}

void credential_keeper::take_token(const token_answer& answer) {
    renewal_trouble_.clear();
    refusal_.reset();
    of_.token->offer(answer.access_token);
    log::info("a new access token came", {{"good_for_s", answer.life.count() / 1000}});
    // An answer need not name its portal; then nothing speaks against it.
    const bool same_portal = !answer.portal_id || !portal_ || answer.portal_id == portal_;
    // Of a grant whose account is known, each further token is good as it is.
    if (proved_grant_ == grant_ && core_.is_credential_proved() && same_portal)
        return use_offered();
    // A new grant, or another portal: first HubSpot is asked whose account that is.
    prove(answer.portal_id);
}

void credential_keeper::take_refusal(const token_answer& answer) {
    std::string words = "no new access token: " + answer.words;
    // What is not transient is a person's to mend. It parks only once the last token is over.
    if (answer.what != token_answer::transient) {
        refusal_ = park_for(answer, schedule_.due());
        words = refusal_->words;
    }
    // As long as the old token serves, nothing stops; the log tells how long that is.
    if (const boot_time now = boot_now(); schedule_.usable(now)) {
        const auto left = (schedule_.usable_until() - now).count() / 1000;
        return warn_once(
            renewal_trouble_, words,
            fmt::format(". Sending goes on for {} s with the token that is there", left));
    }
    warn_once(renewal_trouble_, words);
    // No token is left. Either a person is needed (a park), or HubSpot cannot be reached (the
    // breaker's business).
    if (refusal_) {
        core_.park_for_credential(*refusal_, moment_now());
        events_.parked();
    } else {
        core_.on_connect_failed(answer.words, moment_now());
        events_.changed();
    }
}

void credential_keeper::let_expire() {
    // Nothing to do while it serves, or when it was dropped before.
    if (offered().empty() || schedule_.usable(boot_now())) return;
    // Both: a batch must not carry it, and the account check must not either.
    of_.token->drop();
    of_.token->offer({});
    // The engine holds all sending from here on, until another one is proved.
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
