#include "app/delivery/delivery_loop.hpp"

#include "app/moment_now.hpp"
#include "base/clocks.hpp"
#include "base/log.hpp"
#include "config/hubspot_paths.hpp"
#include "config/settings.hpp"
#include "core/words/object_hash.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace hubspool {

namespace asio = boost::asio;

namespace {
// While there is anything to do, no wait is longer, so that a missed wake-up costs little.
constexpr milliseconds wait_max = std::chrono::seconds(30);
constexpr milliseconds sending_retry_every{1000};
} // namespace

struct delivery_loop::line {
    std::unique_ptr<api_connection> connection;
    bool busy = false;
};

struct delivery_loop::departure {
    outgoing_request request;
    std::size_t slot; // of `sending`
};

delivery_loop::delivery_loop(asio::any_io_executor loop, dispatcher& core, api_client& api,
                             credential_keeper& credential, const std::string& version,
                             sending_file& sending, delivery_events events)
    : loop_(loop), core_(core), api_(api), credential_(credential),
      update_path_(batch_update_path(version)), account_path_(account_details_path(version)),
      sending_(sending), events_(std::move(events)), timer_(loop) {
}

delivery_loop::~delivery_loop() = default;

asio::awaitable<void> delivery_loop::run() {
    while (!finishing_ || busy_ > 0) {
        drop_closed();
        const boot_time now = boot_now();
        const boot_time due = finishing_ || held_ ? boot_time::max() : core_.next(now);
        if (due > now) {
            co_await wait_until(due);
            continue;
        }
        if (const std::shared_ptr<line> ready = idle_line()) {
            core_.question_due(now) <= now ? ask_on(ready) : send_on(ready);
        } else if (!connecting_) {
            connecting_ = true;
            asio::co_spawn(loop_, connect(), asio::detached);
        } else {
            co_await wait_until(boot_time::max());
        }
    }
    lines_.clear();
}

void delivery_loop::wake() {
    woken_ = true;
    timer_.cancel();
}

void delivery_loop::finish() {
    finishing_ = true;
    core_.stop();
    wake();
}

void delivery_loop::abort() {
    for (const std::shared_ptr<line>& l : lines_) l->connection->abort();
    wake();
}

asio::awaitable<void> delivery_loop::wait_until(boot_time at) {
    if (!std::exchange(woken_, false)) {
        const boot_time now = boot_now();
        if (at == boot_time::max() && core_.at_rest(now))
            timer_.expires_at(asio::steady_timer::time_point::max());
        else
            timer_.expires_after(at < now + wait_max ? std::max(at - now, milliseconds(0))
                                                     : wait_max);
        co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
        woken_ = false;
    }
}

std::shared_ptr<delivery_loop::line> delivery_loop::idle_line() {
    for (const std::shared_ptr<line>& l : lines_)
        if (!l->busy && l->connection->is_open()) return l;
    return nullptr;
}

void delivery_loop::drop_closed() {
    std::erase_if(lines_, [](const std::shared_ptr<line>& l) {
        return !l->busy && !l->connection->is_open();
    });
}

void delivery_loop::send_on(const std::shared_ptr<line>& on) {
    std::optional<departure> first = depart();
    if (!first) return;
    on->busy = true;
    ++busy_;
    asio::co_spawn(loop_, exchange(on, std::move(*first)), asio::detached);
}

// The next batch, noted as sent; nothing when none is due.
std::optional<delivery_loop::departure> delivery_loop::depart() {
    const moment now = moment_now();
    std::optional<outgoing_request> request = core_.begin_request(now);
    if (!request) return std::nullopt;
    std::vector<std::uint64_t> hashes;
    hashes.reserve(request->object_ids.size());
    for (const std::string_view id : request->object_ids) hashes.push_back(object_id_hash(id));
    if (const std::optional<std::size_t> slot = note(now.boot, hashes))
        return departure{std::move(*request), *slot};
    core_.cancel_request(request->batch, now.boot);
    return std::nullopt;
}

void delivery_loop::ask_on(const std::shared_ptr<line>& on) {
    const boot_time now = boot_now();
    core_.question_sent(now);
    const std::optional<std::size_t> slot = note(now, {});
    if (!slot) return core_.question_cancelled(now);
    on->busy = true;
    ++busy_;
    asio::co_spawn(loop_, ask(on, *slot), asio::detached);
}

// What is not noted must not go out: after a crash nobody would know of it.
std::optional<std::size_t> delivery_loop::note(boot_time now,
                                               const std::vector<std::uint64_t>& hashes) {
    const result<std::size_t> slot = sending_.sent(now, hashes);
    if (slot) {
        sending_trouble_.clear();
        return *slot;
    }
    if (sending_trouble_ != slot.error().message)
        log::error("sending holds: " + slot.error().message);
    sending_trouble_ = slot.error().message;
    core_.hold_all(now + sending_retry_every, hold_cause::not_noted);
    return std::nullopt;
}

// And the exchanges that follow on the same connection: the next request goes before other
// answers are weighed that came with this one, so that HubSpot is not left without work meanwhile.
asio::awaitable<void> delivery_loop::exchange(std::shared_ptr<line> on, departure first) {
    std::optional<departure> sent = std::move(first);
    while (sent) {
        const std::string token = credential_.token();
        const api_request asked{"POST", update_path_, token, "application/json",
                                sent->request.body};
        api_response response = co_await on->connection->exchange(asked);
        response.credential_changed = credential_changed(response, token);
        response.quota_reset = core_.quota_reset();
        response_effect effect = core_.on_response(sent->request.batch, response, moment_now());
        if (effect.close_connection) on->connection->abort();
        note_answer(sent->slot, effect.slot_release, effect.conclusive);
        events_.record(std::move(effect));
        sent.reset();
        if (may_follow(*on)) sent = depart();
        on->busy = sent.has_value();
        if (!sent) --busy_;
        wake(); // others may go, too
    }
}

bool delivery_loop::may_follow(const line& on) {
    const boot_time now = boot_now();
    return !finishing_ && !held_ && on.connection->is_quiet() && core_.question_due(now) > now;
}

asio::awaitable<void> delivery_loop::ask(std::shared_ptr<line> on, std::size_t slot) {
    const std::string token = credential_.offered();
    const api_request asked{"GET", account_path_, token, {}, {}};
    api_response response = co_await on->connection->exchange(asked);
    response.credential_changed = credential_changed(response, token);
    response.quota_reset = core_.quota_reset();
    const account_effect effect = core_.on_portal_answer(response, moment_now());
    on->busy = false;
    --busy_;
    note_answer(slot, effect.slot_release, true);
    events_.asked(token, effect);
    wake();
}

bool delivery_loop::credential_changed(const api_response& response, const std::string& sent_with) {
    constexpr int unauthorized = 401;
    return response.end == exchange_end::answered && response.status == unauthorized &&
           credential_.refused(sent_with);
}

void delivery_loop::note_answer(std::size_t slot, boot_time release, bool conclusive) {
    if (const auto noted = sending_.answered(slot, release, conclusive); !noted)
        log::error("an answer could not be noted: " + noted.error().message);
}

asio::awaitable<void> delivery_loop::connect() {
    result<std::unique_ptr<api_connection>> made = co_await api_.connect();
    connecting_ = false;
    if (made) {
        auto l = std::make_shared<line>();
        l->connection = std::move(*made);
        l->connection->on_close([this] { wake(); });
        lines_.push_back(std::move(l));
    } else if (!finishing_) {
        core_.on_connect_failed(made.error().message, moment_now());
        log::warning("no connection: " + made.error().message);
    }
    wake();
}

} // namespace hubspool
