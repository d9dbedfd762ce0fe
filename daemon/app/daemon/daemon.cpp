#include "app/daemon/daemon.hpp"

#include "app/moment_now.hpp"
#include "app/options.hpp"
#include "app/settle/outcome_log.hpp"
#include "base/clocks.hpp"
#include "base/log.hpp"
#include "base/status_json.hpp"
#include "os/credential_mark.hpp"
#include "spool/queue_source.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <unistd.h>

#include <utility>

namespace hubspool {

namespace asio = boost::asio;

namespace {

std::optional<drain_patience> patience_of(const std::optional<drain_options>& drain) {
    if (!drain) return std::nullopt;
    return drain_patience::until(drain->deadline);
}

// How full the window is, only the state directory knows that used the credential last.
void take_over_window(const instance& running, const std::string& state_id, boot_time now,
                      sending_leftovers& left) {
    // More than any limit.
    constexpr std::uint32_t all = 1'000'000;
    const rate_limit_settings& limit = running.options.rate_limit;
    for (const auto& [identity, lock] : running.locks) {
        const auto until =
            take_over_credential(identity, state_id, limit.window + limit.jitter_margin, now);
        if (!until) continue;
        left.released_at.emplace_back(*until, all);
        log::info("sending waits until a window of the rate limit is over: another state directory "
                  "used this credential last",
                  {{"seconds", (*until - now).count() / 1000}});
    }
}

} // namespace

daemon::daemon(instance& running, const std::optional<drain_options>& drain)
    : running_(running), end_(patience_of(drain), boot_now()),
      stop_(loop_, drain.has_value(), [this] {
          if (end_.stop(facts(), boot_now())) begin_stop();
      }) {
}

result<void> daemon::open(bool tells_each_batch) {
    // What the settings have wrong is told before anything is changed.
    const auto clock = quota_keeper::first_clock(running_.options.rate_limit.time_zone);
    if (!clock) return clock.error();
    auto found = recover(*running_.queue, *running_.store, *running_.store);
    if (!found) return found.error();
    if (found->database_lost)
        log::warning("everything in cur/ is read before anything is sent: " +
                     *found->database_lost);
    const boot_time now = boot_now();
    sending_leftovers left;
    auto opened = sender::open(loop_, running_, found->run_before, now, left);
    if (!opened) return opened.error();
    sender_ = std::move(*opened);
    take_over_window(running_, found->mark.state_id, now, left);
    auto source = queue_source::open(*running_.queue, make_reader_options(running_.options));
    if (!source) return source.error();

    set_up_engine(*found, left, *clock);
    for (auto& [number, file] : found->files.open) state_->restore(std::move(file));
    if (!tells_each_batch) state_->log_clean_batches_at(log::level::debug);
    set_up_intake(*found, left, std::move(*source));
    sender_->set_up(*core_, make_keeper_events(), make_delivery_events());
    ticker_.emplace(loop_.get_executor(), end_.is_drain(), files_of_others(running_.options),
                    make_ticker_events());
    if (left.hold_all_until && *left.hold_all_until > now)
        log::info(
            "sending waits: requests of before a restart of the machine may still be under way",
            {{"seconds", (*left.hold_all_until - now).count() / 1000}});
    return {};
}

void daemon::set_up_engine(const recovered& found, const sending_leftovers& left,
                           quota_clock clock) {
    engine_options options = make_engine_options(running_.options, end_.is_drain());
    options.memory = &memory_;
    core_.emplace(std::move(options), found.meta.last_batch);
    state_.emplace(loop_, running_, found.meta.totals, found.mark, make_state_events());
    recorder_.emplace(state_->box());
    status_.emplace(state_->box());
    operator_.emplace(found.resumes, *core_, state_->box());
    // Nothing is sent in a day whose end the engine does not know, and recovery counts in it.
    day_.emplace(running_.options.rate_limit.time_zone, clock, *core_);
    const moment now = moment_now();
    day_->look(now);
    core_->handle(left_by_run_before(found, left, now), now);
    if (end_.is_drain())
        core_->handle(event::ask_again_wanted{}, now); // what stood in the way last time
}

void daemon::set_up_intake(recovered& found, const sending_leftovers& left,
                           std::unique_ptr<record_source> source) {
    found.intake.crash = left.decode;
    found.intake.undecodable = {left.undecodable.begin(), left.undecodable.end()};
    intake_.emplace(loop_, running_, std::move(source), sender_->sending(), state_->box(),
                    std::move(found.intake), end_.is_drain(), make_intake_events());
}

run_result daemon::run() {
    begin();
    // Past here an exception would meet threads that still run, and its cause be lost.
    [this]() noexcept { loop_.run(); }();
    finish();
    const drain_end end = end_.conclude({.dead_lettered = recorder_->totals().dead_lettered,
                                         .rejected_files = state_->files_rejected(),
                                         .files_left = state_->files_left()});
    return {end.exit_code,
            end.words,
            recorder_->totals(),
            recorder_->totals().requests,
            boot_now() - end_.started(),
            state_->files_rejected()};
}

void daemon::begin() {
    state_->start();
    intake_->start();
    sender_->credential().start();
    stop_.start();
    operator_->ask();
    asio::co_spawn(loop_, ticker_->run(), asio::detached);
    asio::co_spawn(loop_, deliver(), asio::detached);
}

void daemon::finish() {
    stop_.close(); // nothing is lost by a signal that comes now
    intake_->stop();
    // The intake may be waiting to tell the state thread something.
    intake_->join();
    // What was not sent is given back.
    state_->box().post_now(day_counted{core_->requests_today()});
    state_->finish();
    loop_.restart();
    loop_.poll(); // what the threads told last
    state_->write_last_status(status_json(status()));
}

asio::awaitable<void> daemon::deliver() {
    co_await sender_->run();
    stop_.cancel();
    ticker_->stop();
    loop_.stop(); // a connection that is being made is not waited for
}

state_events daemon::make_state_events() {
    state_events told;
    told.committed = [this](std::uint64_t batch) { tell(event::outcome_stored{batch}); };
    told.all_committed = [this](std::size_t bytes) {
        recorder_->became_durable(bytes);
        intake_->held_changed();
        look_at_end();
    };
    told.frontier_durable = [this](position upto) { tell(event::frontier_stored{upto}); };
    told.budget_durable = [this](day_count count) { tell(event::day_count_stored{count}); };
    told.files_held = [this](std::size_t bytes) {
        tell(event::files_open_changed{bytes});
        intake_->held_changed();
    };
    told.request = [this](const std::optional<operator_request>& found) { request_read(found); };
    told.fatal = [this](const std::string& why) { fail(why); };
    return told;
}

intake_thread_events daemon::make_intake_events() {
    intake_thread_events told;
    told.held_bytes = [this] { return held_bytes(); };
    told.read = [this](const read_parts& parts) { take(parts); };
    told.passed_frontier = [this] { tell(event::frontier_passed{}); };
    told.reading = [this](bool reading) {
        came();
        tell(event::reading_changed{reading});
    };
    told.read_everything = [this](const std::string& trouble) {
        end_.read_everything(trouble.empty() ? "" : "not all files could be claimed: " + trouble);
        tell(event::everything_read{});
        look_at_end();
    };
    told.others_wrote = [this] { came(); };
    return told;
}

keeper_events daemon::make_keeper_events() {
    keeper_events told;
    told.changed = [this] {
        came();
        sender_->delivery().wake();
    };
    told.parked = [this] {
        came();
        sender_->delivery().wake();
    };
    told.account = [this](const account_details& account) {
        log::info("HubSpot accepts the credential",
                  {{"portal", account.portal_id}, {"time_zone", account.time_zone}});
        if (day_->zone_told(account.time_zone)) look_at_day();
    };
    told.fatal = [this](const std::string& why) { fail(why); };
    return told;
}

delivery_events daemon::make_delivery_events() {
    delivery_events wanted;
    wanted.outcome = [this](action::persist_outcome& a) {
        // Without a batch it is of what could not be read.
        if (a.outcome.batch == 0)
            recorder_->record_unreadable(std::move(a.outcome));
        else
            recorder_->record(std::move(a.outcome));
    };
    wanted.day_count = [this](const action::persist_day_count& a) {
        state_->box().post_now(day_counted{a.count});
    };
    wanted.parks = [this](const action::persist_parks& a) {
        log_parks(a.before, a.now);
        state_->box().post_now(parks_changed{park_rows(a.now, boot_now(), wall_now())});
    };
    wanted.credential = [this](const std::string& token, const account_effect& effect) {
        sender_->credential().answered(token, effect);
    };
    return wanted;
}

ticker_events daemon::make_ticker_events() {
    ticker_events asked;
    asked.facts = [this] {
        return rest_rule::facts{core_->at_rest(boot_now()), operator_->is_unread(),
                                recorder_->undurable_bytes() > 0};
    };
    asked.day_ends = [this] { return core_->quota_reset(); };
    asked.look = [this] { look_by_time(); };
    asked.look_first = [this] { look_before_sending(); };
    asked.rest = [this](changed_files noted) { intake_->begin_rest(std::move(noted)); };
    return asked;
}

void daemon::take(const read_parts& parts) {
    came();
    for (const decoded_block& block : parts.blocks) tell(event::records_read{block});
    for (const std::uint64_t file : parts.ended) tell(event::file_ended{file});
}

void daemon::request_read(const std::optional<operator_request>& found) {
    if (operator_->read(found, moment_now())) sender_->delivery().go_on();
}

void daemon::came() {
    ticker_->came(core_->at_rest(boot_now()));
}

void daemon::tell(event::any happened) {
    core_->handle(std::move(happened), moment_now());
    sender_->delivery().wake();
}

void daemon::look_by_time() {
    look_at_day();
    sender_->credential().look();
    operator_->ask();
    for (auto& [identity, lock] : running_.locks) lock.let_go_of_the_refused();
    if (!end_.is_stopping()) status_->tell(status(), boot_now());
    look_at_end();
}

// A pause that had returned before something came holds it; a token that was replaced before is not
// used any more.
void daemon::look_before_sending() {
    sender_->delivery().hold();
    operator_->ask_anew();
    look_at_day();
    sender_->credential().look();
}

void daemon::look_at_day() {
    day_->look(moment_now());
    // A clock that was set makes another day of it, too: its count is to be made durable.
    sender_->delivery().wake();
}

std::size_t daemon::held_bytes() const {
    return core_->held_bytes() + recorder_->undurable_bytes();
}

drain_facts daemon::facts() const {
    drain_facts known;
    if (!end_.is_drain()) return known;
    known.everything_settled = core_->empty() && core_->idle();
    for (const park& p : core_->parks()) known.parks.push_back({p.reason, p.words});
    known.parks_confirmed = core_->parks_confirmed();
    known.stuck_without_control = end_.is_everything_read() && core_->stuck_without_control();
    known.may_send = core_->under_pressure();
    known.delivered = recorder_->delivered_inputs();
    return known;
}

void daemon::look_at_end() {
    if (end_.look(facts(), boot_now())) begin_stop();
}

void daemon::begin_stop() {
    intake_->stop();
    ticker_->stop();
    sender_->finish();
}

void daemon::fail(const std::string& why) {
    if (end_.fail(why)) begin_stop(); // who asked for the run tells why
    sender_->abort();
}

daemon_status daemon::status() const {
    const boot_time now = boot_now();
    daemon_status told = make_daemon_status(core_->status(now), now, wall_now());
    told.pid = ::getpid();
    told.command = end_.is_drain() ? "drain" : "run";
    told.resting = ticker_->is_quiet();
    told.stopping = end_.is_stopping();
    told.credential_waits = sender_->credential().waits();
    const totals& run = recorder_->totals();
    told.run = {run.requests,  recorder_->sent(), running_.options.api.connections,
                run.delivered, run.superseded,    run.dead_lettered};
    return told;
}

} // namespace hubspool
