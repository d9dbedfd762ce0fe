#include "app/delivery/token_renewal.hpp"

#include "api/http/form_post.hpp"
#include "app/moment_now.hpp"
#include "base/clocks.hpp"
#include "base/log.hpp"
#include "config/hubspot_paths.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace hubspool {

namespace asio = boost::asio;

namespace {

constexpr milliseconds alarm_max = std::chrono::hours(1);

} // namespace

token_renewal::token_renewal(asio::any_io_executor loop, instance& running, engine& core,
                             api_client& api, renewal_events events)
    : loop_(loop), running_(running), core_(core), api_(api), events_(std::move(events)),
      kept_(loop, kept_token_file(running.options)), alarm_(loop), rest_(loop) {
}

void token_renewal::tend() {
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
        if (!ec) tend();
    });
}

void token_renewal::files_changed() {
    schedule_.grant_changed(boot_now());
    tend();
}

bool token_renewal::refused() {
    return schedule_.refused(boot_now());
}

void token_renewal::stop() {
    stopping_ = true;
    alarm_.cancel();
    kept_.stop();
}

void token_renewal::give_up() {
    given_up_ = true;
    rest_.cancel();
}

asio::awaitable<void> token_renewal::at_rest() {
    while (being_given_ && !given_up_) {
        // No deadline of its own: give_up() or the end of the request wakes it.
        rest_.expires_at(asio::steady_timer::time_point::max());
        co_await rest_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

void token_renewal::let_expire() {
    // Nothing to do while it serves, or when it was dropped before.
    if (running_.token->offered().empty() || schedule_.usable(boot_now())) return;
    // Both: a batch must not carry it, and the account check must not either.
    running_.token->drop();
    running_.token->offer({});
    // The engine holds all sending from here on, until another one is proved.
    core_.handle(event::credential_missing{}, moment_now());
    act(trouble_.expired());
}

void token_renewal::renew_when_due() {
    if (stopping_ || schedule_.due() > boot_now()) return;
    // Before the first wait: a second tick would begin another request.
    schedule_.begun(boot_now());
    asio::co_spawn(loop_, renew(), asio::detached);
}

asio::awaitable<void> token_renewal::renew() {
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
    if (!schedule_.discard_outdated(boot_now())) take(*answer);
    tend();
}

// Nothing when a refresh token came and could not be kept.
asio::awaitable<std::optional<token_answer>> token_renewal::ask_for_token(api_connection& on) {
    const std::string configured = running_.token->oauth().configured_refresh_token();
    // From here until it is on the disk the process must not end: HubSpot may void the old one as
    // soon as it answers.
    being_given_ = true;
    const api_response response = co_await post_form(
        on, oauth_token_path(running_.options.api.version), running_.token->oauth().refresh_form(),
        running_.token->oauth().secrets());
    std::optional<token_answer> answer = judge_token_answer(response);
    // Until it is on the disk, the access token that came with it is not used: after a crash the
    // one before might be good for nothing.
    const bool kept = co_await keep_replaced(*answer, configured);
    if (!kept) answer.reset();
    being_given_ = false;
    rest_.cancel();
    co_return answer;
}

asio::awaitable<bool> token_renewal::keep_replaced(const token_answer& answer,
                                                   std::string configured) {
    const std::string replaced = answer.refresh_token;
    // Also when the client's files have changed meanwhile: HubSpot may have voided the one before.
    const bool is_ours = configured == running_.token->oauth().configured_refresh_token();
    // HubSpot usually repeats the same one, and then nothing is written.
    if (!is_ours || replaced.empty() || replaced == running_.token->oauth().refresh_token())
        co_return true;
    const bool kept = co_await kept_.keep(configured, replaced);
    // The files may have changed while it was written; then the new ones hold.
    if (kept && configured == running_.token->oauth().configured_refresh_token())
        running_.token->oauth().replace_refresh_token(replaced);
    co_return kept;
}

void token_renewal::take(const token_answer& answer) {
    // HubSpot may have replaced the token, and the kept one been lost or be of an old copy. The
    // configured one is the last that can be tried.
    if (answer.what == token_answer::dead_grant && running_.token->oauth().fall_back()) {
        log::warning("HubSpot does not accept the refresh token that it gave (" + answer.words +
                     "); the one in api.oauth.refresh_token_file is tried");
        return schedule_.start_anew(boot_now());
    }
    // Before what follows, which reads the times that it sets.
    schedule_.ended(answer, moment_now());
    if (answer.what == token_answer::granted) {
        trouble_.over();
        running_.token->offer(answer.access_token);
        log::info("a new access token came", {{"good_for_s", answer.life.count() / 1000}});
        return events_.granted(answer);
    }
    act(trouble_.refused(answer, schedule_.due(), schedule_.left(boot_now())));
}

void token_renewal::act(const renewal_trouble::step& next) {
    if (!next.warning.empty()) log::warning(next.warning);
    // No token is left. Either a person is needed (a park), or HubSpot cannot be reached (the
    // breaker's business).
    if (next.park) {
        core_.handle(event::credential_refused{*next.park}, moment_now());
        events_.parked();
    } else if (next.failure) {
        core_.handle(event::token_not_had{*next.failure}, moment_now());
        events_.changed();
    }
}

} // namespace hubspool
