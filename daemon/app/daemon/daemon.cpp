#include "app/daemon/daemon.hpp"

#include "app/delivery/action_kinds.hpp"
#include "app/moment_now.hpp"
#include "app/options.hpp"
#include "app/replay/replay_source.hpp"
#include "app/settle/outcome_log.hpp"
#include "base/clocks.hpp"
#include "base/free_memory.hpp"
#include "base/log.hpp"
#include "base/status_json.hpp"
#include "os/credential_mark.hpp"
#include "spool/queue_source.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace hubspool {

namespace asio = boost::asio;

namespace {

// Until when the window is another state directory's, which used a credential last.
std::optional<boot_time> take_over_window(const instance& running, const std::string& state_id,
                                          boot_time now) {
    const rate_limit_settings& limit = running.options.rate_limit;
    std::optional<boot_time> taken;
    for (const auto& [identity, lock] : running.locks) {
        const auto until =
            take_over_credential(identity, state_id, limit.window + limit.jitter_margin, now);
        if (!until) continue;
        taken = std::max(taken, until);
        log::info("sending waits until a window of the rate limit is over: another state directory "
                  "used this credential last",
                  {{"seconds", (*until - now).count() / 1000}});
    }
    return taken;
}

} // namespace

daemon::daemon(instance& running, const std::optional<drain_options>& drain,
               configuration_source configuration)
    : running_(running), drain_(drain), started_(boot_now()), onlookers_(loop_, running.options),
      operators_(loop_, running.options, drain.has_value(), std::move(configuration),
                 make_operators_events(), make_reloading_events()) {
}

result<void> daemon::open(bool tells_each_batch, const queue_survey_maker& survey) {
    // What the settings have wrong is told before anything is changed.
    const auto clock = quota_keeper::first_clock(running_.options.rate_limit.time_zone);
    if (!clock) return clock.error();
    if (const auto opened = onlookers_.open(survey, drain_.has_value()); !opened)
        return opened.error();
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
    auto source = queue_source::open(
        *running_.queue, make_reader_options(running_.options),
        {found->meta.horizon, running_.options.brake.count, running_.options.brake.share});
    if (!source) return source.error();

    set_up_engine(*found, left, *clock);
    const per_lane<reading_list>& unread = found->intake.files;
    const std::uint64_t unread_from = std::min(unread.live.first_file(), unread.bulk.first_file());
    for (auto& [number, file] : found->files.open) state_->restore(std::move(file), unread_from);
    if (!tells_each_batch) state_->log_clean_batches_at(log::level::debug);
    set_up_intake(
        *found, left,
        std::make_unique<replay_source>(
            std::move(*source),
            replay_feed(*running_.queue, running_.options.state.directory, drain_.has_value()),
            drain_.has_value()));
    sender_->set_up(*core_, make_keeper_events(), [this](action::any& next) { carry_out(next); });
    if (left.hold_all_until && *left.hold_all_until > now)
        log::info(
            "sending waits: requests of before a restart of the machine may still be under way",
            {{"seconds", (*left.hold_all_until - now).count() / 1000}});
    return {};
}

void daemon::set_up_engine(const recovered& found, const sending_leftovers& left,
                           quota_clock clock) {
    engine_options options = make_engine_options(running_.options, drain_);
    options.memory = &memory_;
    run_start start{.at = started_, .last_batch = found.meta.last_batch, .resumes = found.resumes};
    if (drain_) start.patience = drain_patience::until(drain_->deadline);
    core_.emplace(std::move(options), start);
    portal_ = history_portal(found.meta.portal);
    onlookers_.settled_before(found.meta.totals);
    state_.emplace(loop_, running_, found.meta.totals, found.mark, make_state_events());
    ledger_.emplace(running_.options.state.directory, [this](ledger_answer looked_up) {
        asio::post(loop_, [this, answer = std::move(looked_up)]() mutable {
            tell(event::looked_up{std::move(answer)});
        });
    });
    // Nothing is sent in a day whose end the engine does not know, and recovery counts in it.
    day_.emplace(running_.options.rate_limit.time_zone, clock, *core_);
    const moment now = moment_now();
    day_->look(now);
    event::run_before before = left_by_run_before(found, left, now);
    before.window_taken_until = take_over_window(running_, found.mark.state_id, now.boot);
    core_->handle(std::move(before), now);
}

void daemon::set_up_intake(recovered& found, const sending_leftovers& left,
                           std::unique_ptr<record_source> source) {
    found.intake.crash = left.decode;
    found.intake.undecodable = {left.undecodable.begin(), left.undecodable.end()};
    intake_.emplace(loop_, running_, std::move(source), sender_->mark(), state_->box(),
                    std::move(found.intake), drain_, make_intake_events());
}

run_result daemon::run() {
    begin();
    // Past here an exception would meet threads that still run, and its cause be lost.
    [this]() noexcept { loop_.run(); }();
    return finish();
}

void daemon::begin() {
    state_->start();
    ledger_->portal_is(portal_.id());
    ledger_->start();
    intake_->start();
    core_->handle(event::run_begun{}, moment_now());
    sender_->credential().start();
    operators_.start();
    onlookers_.begin(
        [this](auto answer) { intake_->ask(std::move(answer)); },
        [this](auto answer) { state_->box().post_now(progress_asked{std::move(answer)}); });
    asio::co_spawn(loop_, deliver(), asio::detached);
}

asio::awaitable<void> daemon::deliver() {
    co_await sender_->run();
    operators_.cancel();
    loop_.stop(); // a connection that is being made is not waited for
}

run_result daemon::finish() {
    std::optional<settings> renewed = operators_.end();
    intake_->stop();
    // The intake may be waiting to tell the state thread something.
    intake_->join();
    state_->finish();
    ledger_->finish();
    onlookers_.close();
    operators_.close();
    loop_.restart();
    loop_.poll(); // what the threads told last
    // What a lane that is left alone holds back is not late.
    const bool one_lane = drain_ && drain_->only;
    const std::size_t left = one_lane ? state_->exits_due() : state_->files_left();
    core_->handle(event::books_closed{state_->files_rejected(), left}, moment_now());
    auto ended = std::get<action::finished>(core_->next(moment_now(), false));
    ended.status.pid = ::getpid();
    state_->write_last_status(status_json(ended.status));
    return {ended.end.exit_code,   ended.end.words,       ended.of_run,
            ended.of_run.requests, boot_now() - started_, state_->files_rejected(),
            std::move(renewed)};
}

// What happens.

void daemon::tell(event::any happened) {
    core_->handle(std::move(happened), moment_now());
    sender_->delivery().wake();
}

state_events daemon::make_state_events() {
    state_events told;
    told.committed = [this](std::uint64_t batch) { tell(event::outcome_stored{batch}); };
    told.all_committed = [this](std::size_t bytes) {
        // It takes them in when many have gathered, whether they are durable just now or soon.
        ledger_->committed();
        tell(event::commit_done{bytes});
        intake_->held_changed();
    };
    told.frontiers_durable = [this](const frontiers& upto) { tell(event::frontiers_stored{upto}); };
    told.budget_durable = [this](day_count count) { tell(event::day_count_stored{count}); };
    told.history_trimmed = [this](const order_key& horizon) {
        tell(event::history_trimmed{horizon});
    };
    told.files_held = [this](std::size_t bytes, std::size_t settled_bytes) {
        tell(event::files_open_changed{bytes, settled_bytes});
        intake_->held_changed();
    };
    told.request = [this](const std::optional<operator_request>& found) {
        tell(event::operators_read{found});
    };
    told.fatal = [this](const std::string& why) { tell(event::failed{why}); };
    return told;
}

intake_thread_events daemon::make_intake_events() {
    intake_thread_events told;
    told.held = [this] {
        return byte_budget::held_bytes{core_->held_bytes(), core_->lane_bytes()};
    };
    told.read = [this](const read_parts& parts) {
        onlookers_.moved();
        take(parts);
    };
    told.passed_frontiers = [this] {
        onlookers_.ready();
        state_->box().post_now(reading_passed{});
        tell(event::frontiers_passed{});
    };
    told.reading = [this](bool reading) { tell(event::reading_changed{reading}); };
    told.read_everything = [this](const std::string& trouble) {
        tell(event::everything_read{trouble});
    };
    told.others_wrote = [this] { tell(event::others_wrote{}); };
    return told;
}

keeper_events daemon::make_keeper_events() {
    keeper_events told;
    told.changed = [this] { sender_->delivery().wake(); };
    told.parked = [this] { sender_->delivery().wake(); };
    told.account = [this](const account_details& account) { account_told(account); };
    told.fatal = [this](const std::string& why) { tell(event::failed{why}); };
    return told;
}

operators_events daemon::make_operators_events() {
    operators_events told;
    told.stop = [this] { tell(event::stop_wanted{}); };
    told.wrote = [this] { tell(event::operators_wrote{}); };
    told.flush = [this] { tell(event::flush_wanted{}); };
    return told;
}

reloading_events daemon::make_reloading_events() {
    reloading_events told;
    told.begun = [this] { onlookers_.reloading(); };
    told.goes_on = [this](const std::string& trouble) { onlookers_.goes_on(trouble); };
    told.renew = [this] { tell(event::stop_wanted{}); };
    return told;
}

void daemon::take(const read_parts& parts) {
    for (const decoded_block& block : parts.blocks) tell(event::records_read{block});
    for (const std::uint64_t file : parts.ended) tell(event::file_ended{file});
}

void daemon::account_told(const account_details& account) {
    log::info("HubSpot accepts the credential",
              {{"portal", account.portal_id}, {"time_zone", account.time_zone}});
    const std::string before = portal_.id();
    if (std::optional<portal_change> change = portal_.proved(account.portal_id)) {
        if (change->is_from_another)
            log::warning("the credential is another portal's now: what is known to be delivered, "
                         "and would keep older values out, is forgotten",
                         {{"portal", change->id}, {"before", before}});
        ledger_->portal_is(change->id);
        state_->box().post_now(portal_changed{std::move(*change)});
    }
    if (!day_->zone_told(account.time_zone)) return;
    day_->look(moment_now());
    sender_->delivery().wake();
}

// What is to be done.

void daemon::carry_out(action::any& next) {
    std::visit(
        [this]<class Action>(Action& a) {
            // By name: one that nobody carries out does not compile.
            if constexpr (!is_of_network<Action> && !is_of_asker<Action>) act(a);
        },
        next);
}

void daemon::act(action::persist_outcome& a) {
    // Those with a batch are told by the state thread.
    if (a.outcome.batch == 0) log_dead_letters(a.outcome);
    ledger_->acknowledged(a.outcome.delivered);
    state_->box().post_now(outcome_ready{std::move(a.outcome), a.bytes});
}

void daemon::act(const action::persist_day_count& a) {
    state_->box().post_now(day_counted{a.count});
}

void daemon::act(const action::persist_parks& a) {
    log_parks(a.before, a.now);
    state_->box().post_now(parks_changed{park_rows(a.now, boot_now(), wall_now())});
}

void daemon::act(const action::look_around&) {
    day_->look(moment_now());
    sender_->credential().look();
    for (auto& [identity, lock] : running_.locks) lock.let_go_of_the_refused();
    core_->handle(event::credential_watched{sender_->credential().waits()}, moment_now());
}

void daemon::act(action::look_up& a) {
    ledger_->ask(std::move(a.object_ids));
}

void daemon::act(const action::ask_operators&) {
    state_->box().post_now(request_wanted{});
}

void daemon::act(const action::note_files&) {
    intake_->note(changed_files(files_of_others(running_.options), wall_now()));
}

void daemon::act(const action::begin_rest&) {
    intake_->begin_rest();
}

void daemon::act(action::publish_status& a) {
    a.status.pid = ::getpid();
    onlookers_.tell(a.status);
    std::string told = status_json(a.status);
    operators_.tell(told);
    state_->box().post_now(live_status{std::move(told)});
}

void daemon::act(const action::give_back_memory&) {
    give_back_free_memory();
}

void daemon::act(const action::stop_reading&) {
    if (operators_.renews())
        onlookers_.renewing();
    else
        onlookers_.stopping();
    intake_->stop();
    sender_->finish();
}

} // namespace hubspool
