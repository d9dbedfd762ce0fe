#include "app/moment_now.hpp"
#include "app/options.hpp"
#include "app/recovery.hpp"
#include "app/running_daemon.hpp"
#include "app/settle/outcome_log.hpp"
#include "base/log.hpp"
#include "spool/queue_source.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <utility>

namespace hubspool {

namespace {
constexpr milliseconds quiet_drain_max = std::chrono::minutes(10);

} // namespace

daemon::daemon(instance& of, const std::optional<drain_options>& drain) : of_(of), drain_(drain) {
    // A hangup is a stop for a drain on a terminal that closes; under nohup it goes on.
    signals_.emplace(drain ? signals_of_a_waiting_command() : std::vector<int>{SIGTERM, SIGINT},
                     drain ? 4 : 0);
    stop_asked_.assign(::dup(signals_->descriptor())); // it closes what it holds
    if (!drain) hangups_.add(SIGHUP);
}

run_result daemon::run() {
    if (const result<void> started = start(); !started)
        return {1, started.error().message, {}, 0, {}, 0};
    settle_thread_ = std::thread([this] { settle_->run(); });
    intake_thread_ = std::thread([this] {
        const crash_stack stack;
        intake_->run();
    });
    credential_->start();
    asio::co_spawn(loop_, watch_for_stop(), asio::detached);
    asio::co_spawn(loop_, watch_hangups(), asio::detached);
    asio::co_spawn(loop_, tick_along(), asio::detached);
    asio::co_spawn(loop_, deliver(), asio::detached);
    // Past here an exception would meet threads that still run, and its cause be lost.
    [this]() noexcept { loop_.run(); }();

    stop_asked_.close();
    hangups_.clear();
    signals_.reset(); // from here on a first signal ends the process at once, and nothing is lost
    if (!drain_) std::signal(SIGHUP, SIG_IGN);
    intake_->stop();
    // The intake may be waiting to tell the state thread something.
    intake_thread_.join();
    settle_->box().post_now(day_counted{core_->budget_count()}); // what was not sent is given back
    settle_->stop();
    settle_thread_.join();
    loop_.restart();
    loop_.poll(); // what the threads told last
    publish();
    settle_->write_last_status(published_);

    run_result ended{
        exit_code_, why_, run_, run_.requests, boot_now() - started_, settle_->files_rejected()};
    if (ended.exit_code == 0 && drain_) {
        if (settle_->files_left() > 0 && everything_read_ && core_->empty()) {
            ended.exit_code = 1;
            ended.why = "a settled file could not leave cur/; see the messages above";
        } else if (run_.dead_lettered > 0 || ended.rejected_files > 0) {
            ended.exit_code = 3;
        }
    }
    return ended;
}

result<void> daemon::start() {
    const std::string& zone = of_.options.rate_limit.time_zone;
    auto quota = quota_clock::in(zone == "auto" ? "UTC" : zone);
    if (!quota) return quota.error();
    quota_clock_ = *quota;
    // The account's zone comes later, on the loop, where the database must not be read for the
    // first time.
    if (zone == "auto") (void)quota_clock::in("Etc/UTC");
    auto found = recover(*of_.queue, *of_.store, *of_.store);
    if (!found) return found.error();
    if (found->database_lost)
        log::warning("everything in cur/ is read before anything is sent: " +
                     *found->database_lost);

    const boot_time now = boot_now();
    sending_leftovers left;
    auto sending =
        sending_file::open(make_sending_options(of_.options), found->run_before, now, left);
    if (!sending) return sending.error();
    sending_ = std::move(*sending);
    crash_handler_.emplace(*sending_);
    auto api = make_api_client(loop_.get_executor(), make_api_options(of_.options));
    if (!api) return api.error();
    api_ = std::move(*api);
    auto source = queue_source::open(*of_.queue, make_reader_options(of_.options));
    if (!source) return source.error();
    source_ = std::move(*source);

    resumes_ = found->resumes;
    dispatcher_options core = make_dispatcher_options(of_.options, drain_.has_value());
    core.memory = &memory_;
    core_.emplace(std::move(core), found->meta.last_batch);
    look_at_day();
    restore(*core_, *found, left, now, wall_now());
    parks_ = core_->parks();
    log_parks({}, parks_); // who reads this run's log is to know
    core_->restore_budget(found->meta.today, moment_now());
    if (drain_) core_->ask_again(now); // what stood in the way last time
    before_ = found->meta.totals;
    found->intake.crash = left.decode;
    found->intake.undecodable = {left.undecodable.begin(), left.undecodable.end()};
    settle_.emplace(*of_.queue, *of_.store, *of_.store, of_.options, found->meta.totals,
                    found->mark);
    for (auto& [number, file] : found->files.open) settle_->restore(std::move(file));
    settle_->set_events(make_settle_events());
    if (drain_ && !drain_->tells_each_batch) settle_->log_clean_batches_at(log::level::debug);
    if (core_->parks().size() != parks_.size()) announce_parks();
    budget_.emplace(of_.options.pending.max_bytes);
    intake_.emplace(intake_links{*source_, *sending_, settle_->box(), *budget_},
                    make_intake_options(of_.options, drain_.has_value()), std::move(found->intake),
                    make_intake_events());
    credential_.emplace(loop_.get_executor(), of_, *core_, *api_, make_keeper_events());
    delivery_.emplace(
        loop_.get_executor(), *core_, *api_, *credential_, of_.options.api.version, *sending_,
        delivery_events{[this](response_effect effect) { record(std::move(effect)); },
                        [this](const std::string& token, const account_effect& effect) {
                            portal_asked(token, effect);
                        }});
    if (left.hold_all_until && *left.hold_all_until > now)
        log::info(
            "sending waits: requests of before a restart of the machine may still be under way",
            {{"seconds", (*left.hold_all_until - now).count() / 1000}});
    return {};
}

asio::awaitable<void> daemon::watch_for_stop() {
    const auto [ec] = co_await stop_asked_.async_wait(asio::posix::descriptor_base::wait_read,
                                                      asio::as_tuple(asio::use_awaitable));
    if (ec) co_return;
    log::info("stopping: no new request, waiting for those under way; a second signal, after a "
              "second or later, exits at once",
              {{"signal", signals_->stopped().value_or(0)}});
    stop(true);
}

asio::awaitable<void> daemon::watch_hangups() {
    while (true) {
        const auto [ec, signal] = co_await hangups_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (ec) co_return;
        log::warning("SIGHUP is ignored: this version does not read its configuration again; "
                     "`hubspool check`, then restart it",
                     {{"signal", signal}});
    }
}

asio::awaitable<void> daemon::deliver() {
    co_await delivery_->run();
    co_await credential_->at_rest();
    stop_asked_.cancel();
    hangups_.cancel();
    ticker_.cancel();
    patience_.cancel();
    loop_.stop(); // a connection that is being made is not waited for
}

void daemon::stop(bool by_signal) {
    if (std::exchange(stopping_, true)) return;
    if (by_signal && drain_ && exit_code_ == 0) {
        exit_code_ = 4;
        why_ = "stopped by a signal before the queue was empty";
    }
    intake_->stop();
    credential_->stop();
    delivery_->finish();
    ticker_.cancel();
    patience_.expires_after(of_.options.api.request_timeout);
    patience_.async_wait([this](boost::system::error_code ec) {
        if (ec) return;
        delivery_->abort();
        credential_->give_up();
    });
}

void daemon::look_at_drain() {
    if (!drain_ || stopping_) return;
    const boot_time now = boot_now();
    if (everything_read_ && core_->empty() && core_->idle()) {
        if (!unclaimed_.empty())
            return end_drain(4, "not all files could be claimed: " + unclaimed_);
        return stop(false);
    }
    for (const park& p : core_->parks()) {
        if (p.reason == park_reason::quota || p.reason == park_reason::migration) continue;
        // A park of the run before may have ended by itself: the first probe tells.
        const bool a_person_ends_it =
            p.reason == park_reason::paused || p.reason == park_reason::suspect_data;
        if (!a_person_ends_it && !parks_confirmed_) continue;
        return end_drain(4, "sending is parked (" + std::string(to_string(p.reason)) +
                                "): " + p.words);
    }
    if (everything_read_ && core_->stuck_without_control())
        return end_drain(
            4, "what is left fails each time, and nothing else is there to compare it with; it "
               "stays in the queue (see `hubspool batches`)");
    const milliseconds silent = now - last_delivery_;
    if (drain_->deadline
            ? now - started_ >= *drain_->deadline
            : (everything_read_ || core_->under_pressure()) && silent >= quiet_drain_max)
        end_drain(4, drain_->deadline ? "the deadline has passed before the queue was empty"
                                      : "nothing was delivered for ten minutes");
}

void daemon::end_drain(int exit_code, std::string why) {
    exit_code_ = exit_code;
    why_ = std::move(why);
    stop(false);
}

void daemon::fail(std::string why) {
    exit_code_ = 1; // and is told by whoever asked for the run
    why_ = std::move(why);
    stop(false);
    delivery_->abort();
}

run_result run_daemon(instance& of, const std::optional<drain_options>& drain) {
    daemon running(of, drain);
    return running.run();
}

} // namespace hubspool
