#include "app/delivery/delivery_loop.hpp"

#include "app/delivery/action_kinds.hpp"
#include "base/log.hpp"
#include "config/hubspot_paths.hpp"
#include "core/words/object_hash.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <utility>

namespace hubspool {

namespace asio = boost::asio;

struct delivery_loop::line {
    std::unique_ptr<api_connection> connection;
    bool busy = false;
};

struct delivery_loop::under_way {
    std::size_t slot = 0; // of `sending`
    ready_line on;
};

delivery_loop::delivery_loop(asio::any_io_executor loop, std::unique_ptr<alarm_clock> clock,
                             const delivery_links& to, const std::string& version,
                             std::function<void(action::any&)> others)
    : loop_(std::move(loop)), clock_(std::move(clock)), links_(to),
      update_path_(batch_update_path(version)), account_path_(account_details_path(version)),
      others_(std::move(others)) {
}

delivery_loop::~delivery_loop() = default;

asio::awaitable<void> delivery_loop::run() {
    while (true) {
        drop_closed();
        const ready_line ready = idle_line();
        action::any next = links_.core.next(clock_->now(), ready != nullptr);
        if (std::holds_alternative<action::close_books>(next)) break;
        if (const auto* wait = std::get_if<action::wait_until>(&next))
            co_await wait_for(*wait);
        else
            carry_out(next, ready);
    }
    lines_.clear();
}

void delivery_loop::wake() {
    woken_ = true;
    clock_->ring();
}

void delivery_loop::abort() {
    for (const ready_line& l : lines_) l->connection->abort();
    wake();
}

asio::awaitable<void> delivery_loop::wait_for(action::wait_until wanted) {
    // What was told since the engine said so asks it anew.
    if (std::exchange(woken_, false)) co_return;
    if (wanted.at == boot_time::max())
        co_await clock_->wait(milliseconds::max());
    else
        co_await clock_->wait(std::max(wanted.at - clock_->now().boot, milliseconds(0)));
    woken_ = false;
}

delivery_loop::ready_line delivery_loop::idle_line() {
    for (const ready_line& l : lines_)
        if (!l->busy && l->connection->is_open()) return l;
    return nullptr;
}

void delivery_loop::drop_closed() {
    std::erase_if(lines_,
                  [](const ready_line& l) { return !l->busy && !l->connection->is_open(); });
}

template <>
void delivery_loop::act(action::send_request& a, const ready_line& on) {
    if (!note(a.request, on)) return;
    asio::co_spawn(loop_, exchange(on, std::move(a.request)), asio::detached);
}

template <>
void delivery_loop::act(action::ask_account&, const ready_line& on) {
    if (note(0, on, {})) asio::co_spawn(loop_, ask(on), asio::detached);
}

template <>
void delivery_loop::act(action::connect&, const ready_line&) {
    asio::co_spawn(loop_, connect(), asio::detached);
}

template <>
void delivery_loop::act(action::end_request& a, const ready_line&) {
    const auto ended = under_way_.extract(a.batch);
    if (a.close_connection) ended.mapped().on->connection->abort();
    if (const auto noted =
            links_.requests.answered(ended.mapped().slot, a.slot_release, a.conclusive);
        !noted)
        log::error("an answer could not be noted: " + noted.error().message);
}

template <>
void delivery_loop::act(action::judge_credential& a, const ready_line&) {
    links_.credential.answered(asked_with_, a.effect);
}

template <>
void delivery_loop::act(action::cut_connections&, const ready_line&) {
    abort();
}

template <>
void delivery_loop::act(action::log_warning& a, const ready_line&) {
    if (a.batch)
        log::warning(a.words, {{"batch", *a.batch}});
    else
        log::warning(a.words);
}

void delivery_loop::carry_out(action::any& next, const ready_line& on) {
    std::visit(
        [&]<class Action>(Action& a) {
            if constexpr (is_of_network<Action>)
                act(a, on);
            else
                others_(next);
        },
        next);
}

bool delivery_loop::note(const outgoing_request& request, const ready_line& on) {
    std::vector<std::uint64_t> hashes;
    hashes.reserve(request.object_ids.size());
    for (const std::string_view id : request.object_ids) hashes.push_back(object_id_hash(id));
    return note(request.batch, on, hashes);
}

// What is not noted must not go out: after a crash nobody would know of it.
bool delivery_loop::note(std::uint64_t batch, const ready_line& on,
                         const std::vector<std::uint64_t>& hashes) {
    const result<std::size_t> slot = links_.requests.sent(clock_->now().boot, hashes);
    if (!slot) {
        if (sending_trouble_ != slot.error().message)
            log::error("sending holds: " + slot.error().message);
        sending_trouble_ = slot.error().message;
        links_.core.handle(event::not_noted{batch}, clock_->now());
        return false;
    }
    sending_trouble_.clear();
    under_way_.insert_or_assign(batch, under_way{*slot, on});
    on->busy = true;
    return true;
}

// And the exchanges that follow on the same connection.
asio::awaitable<void> delivery_loop::exchange(ready_line on, outgoing_request first) {
    std::optional<outgoing_request> sent = std::move(first);
    while (sent) {
        const std::string token = links_.credential.token();
        const api_request asked{"POST", update_path_, token, "application/json", sent->body};
        api_response response = co_await on->connection->exchange(asked);
        response.credential_changed = credential_changed(response, token);
        response.quota_reset = links_.core.quota_reset();
        links_.core.handle(event::answer_came{sent->batch, response}, clock_->now());
        on->busy = false;
        sent = follow(on);
        wake(); // others may go, too
    }
}

// The next request goes before other answers are weighed that came with this one, so that HubSpot
// is not left without work meanwhile.
std::optional<outgoing_request> delivery_loop::follow(const ready_line& on) {
    while (!on->busy && on->connection->is_quiet()) {
        action::any next = links_.core.next(clock_->now(), true);
        // run() hears the same, and waits or ends.
        if (std::holds_alternative<action::wait_until>(next)) break;
        if (std::holds_alternative<action::close_books>(next)) break;
        if (auto* const send = std::get_if<action::send_request>(&next)) {
            if (note(send->request, on)) return std::move(send->request);
        } else {
            carry_out(next, on);
        }
    }
    return std::nullopt;
}

asio::awaitable<void> delivery_loop::ask(ready_line on) {
    asked_with_ = links_.credential.offered();
    const api_request asked{"GET", account_path_, asked_with_, {}, {}};
    api_response response = co_await on->connection->exchange(asked);
    response.credential_changed = credential_changed(response, asked_with_);
    response.quota_reset = links_.core.quota_reset();
    links_.core.handle(event::account_answered{response}, clock_->now());
    on->busy = false;
    wake();
}

bool delivery_loop::credential_changed(const api_response& response, const std::string& sent_with) {
    constexpr int unauthorized = 401;
    return response.end == exchange_end::answered && response.status == unauthorized &&
           links_.credential.refused(sent_with);
}

asio::awaitable<void> delivery_loop::connect() {
    result<std::unique_ptr<api_connection>> made = co_await links_.api.connect();
    if (made) {
        auto l = std::make_shared<line>();
        l->connection = std::move(*made);
        l->connection->on_close([this] { wake(); });
        lines_.push_back(std::move(l));
        links_.core.handle(event::connection_made{}, clock_->now());
    } else {
        links_.core.handle(event::connection_failed{made.error().message}, clock_->now());
    }
    wake();
}

} // namespace hubspool
