#include "app/daemon.hpp"

#include <csignal>
#include <cstdlib>
#include <thread>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "api/api_client.hpp"
#include "app/crash_handler.hpp"
#include "app/delivery_loop.hpp"
#include "app/intake_loop.hpp"
#include "app/moment_now.hpp"
#include "app/options.hpp"
#include "app/outcome_log.hpp"
#include "app/recovery.hpp"
#include "app/settle_loop.hpp"
#include "app/status_json.hpp"
#include "base/clocks.hpp"
#include "base/log.hpp"

namespace hubspool {

namespace asio = boost::asio;

namespace {
constexpr milliseconds tick{1000};
constexpr milliseconds quiet_drain_max = std::chrono::minutes(10);

// What waits for its commit is held against the memory limit: with a full disk it may wait for long.
std::size_t bytes_of(const batch_outcome& outcome) {
    std::size_t bytes = sizeof outcome + outcome.records.size() * sizeof(settled_record);
    for (const dead_letter& letter : outcome.dead_letters)
        bytes += sizeof letter + letter.content.size() +
                 letter.records.size() * sizeof(dead_letter::origin);
    return bytes;
}
} // namespace

// Loop thread, unless a member says otherwise.
class daemon {
public:
    daemon(instance& of, const std::optional<drain_options>& drain) : of_(of), drain_(drain) {}

    run_result run();

private:
    result<void> start();
    settle_events make_settle_events();
    intake_events make_intake_events();
    void take_block(decoded_block block);
    void record(response_effect effect);
    void announce_parks();
    void committed(const std::vector<std::uint64_t>& batches, std::size_t bytes);
    void post_outcome(batch_outcome outcome);
    std::size_t held_bytes() const { return core_->pending_bytes() + undurable_bytes_; }
    void heed(const state_store::operator_wish& wish);
    asio::awaitable<void> watch_signals();
    asio::awaitable<void> tick_along();
    asio::awaitable<void> deliver();
    void stop(bool by_signal);
    void look_at_drain();
    void end_drain(int exit_code, std::string why);
    void fail(std::string why);
    void publish();

    instance& of_;
    const std::optional<drain_options> drain_;
    asio::io_context loop_{1};
    asio::signal_set signals_{loop_, SIGTERM, SIGINT};
    asio::steady_timer ticker_{loop_};
    asio::steady_timer patience_{loop_};

    std::unique_ptr<sending_file> sending_;
    std::unique_ptr<api_client> api_;
    std::unique_ptr<queue_watcher> watcher_;
    std::optional<dispatcher> core_;
    std::optional<settle_loop> settle_;
    std::optional<byte_budget> budget_;
    std::optional<intake_loop> intake_;
    std::optional<delivery_loop> delivery_;
    std::thread intake_thread_, settle_thread_;

    std::vector<park> parks_; // as last announced
    hubspool::totals before_;
    hubspool::totals run_;    // of this run
    std::uint64_t resumes_ = 0;
    bool everything_read_ = false;
    bool parks_confirmed_ = false; // by an answer of this run
    std::size_t undurable_bytes_ = 0; // of outcomes that wait for their commit
    bool stopping_ = false;
    int exit_code_ = 0;
    std::string why_;
    boot_time started_ = boot_now();
    boot_time last_delivery_ = boot_now();
    std::string published_;
    std::string unclaimed_; // why the drain could not claim all that was there
};

run_result daemon::run() {
    if (const result<void> started = start(); !started) return {1, started.error().message, {}, 0, {}};
    settle_thread_ = std::thread([this] { settle_->run(); });
    intake_thread_ = std::thread([this] { intake_->run(); });
    asio::co_spawn(loop_, watch_signals(), asio::detached);
    asio::co_spawn(loop_, tick_along(), asio::detached);
    asio::co_spawn(loop_, deliver(), asio::detached);
    loop_.run();

    signals_.clear(); // from here on a signal ends the process at once, and nothing is lost
    intake_->stop();
    // The intake may be waiting to tell the state thread something.
    intake_thread_.join();
    settle_->stop();
    settle_thread_.join();
    loop_.restart();
    loop_.poll(); // what the threads told last
    publish();
    settle_->write_last_status(published_);

    run_result ended{exit_code_, why_, run_, 0, boot_now() - started_};
    ended.requests = run_.requests;
    if (ended.exit_code == 0 && drain_) {
        if (settle_->files_left() > 0 && everything_read_ && core_->empty()) {
            ended.exit_code = 1;
            ended.why = "a settled file could not leave cur/; see the messages above";
        } else if (run_.dead_lettered > 0) {
            ended.exit_code = 3;
        }
    }
    return ended;
}

result<void> daemon::start() {
    ::setenv("TZ", of_.options.rate_limit.time_zone.c_str(), 1);
    ::tzset();
    auto found = recover(*of_.queue, *of_.store);
    if (!found) return found.error();
    if (found->database_lost)
        log::warning("everything in cur/ is read before anything is sent: " + *found->database_lost);

    const boot_time now = boot_now();
    sending_leftovers left;
    auto sending = sending_file::open(make_sending_options(of_.options), found->run_before, now, left);
    if (!sending) return sending.error();
    sending_ = std::move(*sending);
    install_crash_handler(*sending_);
    auto api = make_api_client(loop_.get_executor(), make_api_options(of_.options), *of_.token);
    if (!api) return api.error();
    api_ = std::move(*api);
    auto watcher = queue_watcher::open(of_.options.queue.directory);
    if (!watcher) return watcher.error();
    watcher_ = std::move(*watcher);

    resumes_ = found->resumes;
    core_.emplace(make_dispatcher_options(of_.options, drain_.has_value()), found->meta.last_batch);
    restore(*core_, *found, left, now, wall_now());
    parks_ = core_->parks();
    if (drain_) core_->credential_changed(now); // what stood in the way last time is asked at once
    before_ = found->meta.totals;
    found->intake.crash = left.decode;
    settle_.emplace(*of_.queue, *of_.store, of_.options, found->meta.totals, found->mark);
    for (auto& [number, file] : found->files) settle_->restore(std::move(file));
    settle_->set_events(make_settle_events());
    budget_.emplace(of_.options.pending.max_bytes);
    intake_.emplace(*of_.queue, *watcher_, *sending_, settle_->box(), *budget_, of_.options,
                    std::move(found->intake), drain_.has_value(), make_intake_events());
    delivery_.emplace(loop_.get_executor(), *core_, *api_, *sending_,
                      [this](response_effect effect) { record(std::move(effect)); });
    if (left.hold_all_until && *left.hold_all_until > now)
        log::info("sending waits: requests of before a restart of the machine may still be under way",
                  {{"seconds", (*left.hold_all_until - now).count() / 1000}});
    return {};
}

settle_events daemon::make_settle_events() {
    settle_events events;
    events.committed = [this](const std::vector<std::uint64_t>& batches, std::size_t bytes) {
        asio::post(loop_, [this, batches, bytes] { committed(batches, bytes); });
    };
    events.frontier_durable = [this](position upto) {
        asio::post(loop_, [this, upto] {
            core_->raise_frontier(upto, boot_now());
            delivery_->wake();
        });
    };
    events.file_left = [](std::uint64_t) {};
    events.wish = [this](const state_store::operator_wish& wish) {
        asio::post(loop_, [this, wish] { heed(wish); });
    };
    events.fatal = [this](const std::string& why) {
        asio::post(loop_, [this, why] { fail(why); });
    };
    return events;
}

intake_events daemon::make_intake_events() {
    intake_events events;
    events.block = [this](decoded_block block) {
        budget_->spend(block.arena.size());
        asio::post(loop_, [this, moved = std::make_shared<decoded_block>(std::move(block))] {
            take_block(std::move(*moved));
        });
    };
    events.file_ended = [this](std::uint64_t file) {
        asio::post(loop_, [this, file] { core_->forget_file(file); });
    };
    events.passed_frontier = [this] {
        asio::post(loop_, [this] {
            core_->passed_frontier();
            delivery_->wake();
        });
    };
    events.reading = [this](bool reading) {
        asio::post(loop_, [this, reading] {
            core_->set_reading(reading);
            delivery_->wake();
        });
    };
    events.read_everything = [this](const std::string& trouble) {
        asio::post(loop_, [this, trouble] {
            everything_read_ = true;
            unclaimed_ = trouble;
            last_delivery_ = boot_now();
            core_->read_everything();
            delivery_->wake();
            look_at_drain();
        });
    };
    return events;
}

void daemon::take_block(decoded_block block) {
    std::optional<batch_outcome> dead = core_->accept(block, moment_now());
    if (dead) {
        run_.dead_lettered += dead->records.size();
        log_dead_letters(*dead);
        post_outcome(std::move(*dead));
    }
    budget_->account(block.arena.size(), held_bytes());
    delivery_->wake();
}

void daemon::record(response_effect effect) {
    ++run_.requests;
    const batch_outcome& outcome = effect.outcome;
    log_outcome(outcome);
    for (const std::string& note : effect.notes) log::warning(note, {{"batch", outcome.batch}});
    for (const settled_record& settled : outcome.records) {
        if (settled.fate == fate::delivered) ++run_.delivered;
        if (settled.fate == fate::superseded) ++run_.superseded;
        if (settled.fate == fate::dead) ++run_.dead_lettered;
    }
    if (outcome.delivered > 0) last_delivery_ = boot_now();
    if (effect.parks_changed) {
        parks_confirmed_ = true;
        announce_parks();
    }
    post_outcome(std::move(effect.outcome));
}

void daemon::announce_parks() {
    const std::vector<park> now = core_->parks();
    log_parks(parks_, now);
    parks_ = now;
    settle_->box().post_now(parks_changed{park_rows(now, boot_now(), wall_now())});
}

void daemon::post_outcome(batch_outcome outcome) {
    const std::size_t bytes = bytes_of(outcome);
    undurable_bytes_ += bytes;
    settle_->box().post_now(outcome_ready{std::move(outcome), bytes});
}

void daemon::committed(const std::vector<std::uint64_t>& batches, std::size_t bytes) {
    const boot_time now = boot_now();
    undurable_bytes_ -= bytes;
    for (const std::uint64_t batch : batches) core_->on_committed(batch, now);
    budget_->account(0, held_bytes());
    delivery_->wake();
    look_at_drain();
}

void daemon::heed(const state_store::operator_wish& wish) {
    const bool resumed = wish.resumes != resumes_;
    resumes_ = wish.resumes;
    bool is_paused = false;
    for (const park& p : core_->parks()) is_paused = is_paused || p.reason == park_reason::paused;
    if (resumed || (!wish.paused && is_paused)) {
        core_->resume(boot_now());
        is_paused = false;
    }
    if (wish.paused && !is_paused) core_->pause(moment_now());
    announce_parks();
    delivery_->wake();
}

asio::awaitable<void> daemon::watch_signals() {
    auto [ec, signal] = co_await signals_.async_wait(asio::as_tuple(asio::use_awaitable));
    if (ec) co_return;
    log::info("stopping: no new request, waiting for those under way; a second signal exits at once",
              {{"signal", signal}});
    stop(true);
    auto [again, second] = co_await signals_.async_wait(asio::as_tuple(asio::use_awaitable));
    if (again) co_return;
    // Nothing is lost: what has no recorded outcome is sent again at the next start.
    log::warning("exiting at once", {{"signal", second}});
    std::_Exit(drain_ ? 4 : 0);
}

asio::awaitable<void> daemon::tick_along() {
    while (!stopping_) {
        ticker_.expires_after(tick);
        co_await ticker_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (stopping_) break;
        const result<bool> changed = of_.token->refresh();
        if (changed && *changed) {
            log::info("the token file has changed; the new token is used from now on");
            core_->credential_changed(boot_now());
            delivery_->wake();
        }
        if (of_.lock) of_.lock->let_go_of_the_refused();
        publish();
        look_at_drain();
    }
}

asio::awaitable<void> daemon::deliver() {
    co_await delivery_->run();
    signals_.cancel();
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
    delivery_->finish();
    ticker_.cancel();
    patience_.expires_after(of_.options.api.request_timeout);
    patience_.async_wait([this](boost::system::error_code ec) {
        if (!ec) delivery_->abort();
    });
}

void daemon::look_at_drain() {
    if (!drain_ || stopping_) return;
    const boot_time now = boot_now();
    if (everything_read_ && core_->empty() && core_->idle()) {
        if (!unclaimed_.empty()) return end_drain(4, "not all files could be claimed: " + unclaimed_);
        return stop(false);
    }
    for (const park& p : core_->parks()) {
        if (p.reason == park_reason::quota || p.reason == park_reason::migration) continue;
        // A park of the run before may have ended by itself: the first probe tells.
        const bool a_person_ends_it =
            p.reason == park_reason::paused || p.reason == park_reason::suspect_data;
        if (!a_person_ends_it && !parks_confirmed_) continue;
        return end_drain(4, "sending is parked (" + std::string(to_string(p.reason)) + "): " + p.words);
    }
    if (everything_read_ && core_->stuck_without_control())
        return end_drain(4, "what is left fails each time, and nothing else is there to compare it with; it "
                            "stays in the queue (see `hubspool batches`)");
    const milliseconds silent = now - last_delivery_;
    if (drain_->deadline ? now - started_ >= *drain_->deadline
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
    log::error(why);
    exit_code_ = 1;
    why_ = std::move(why);
    stop(false);
    delivery_->abort();
}

void daemon::publish() {
    live_view view;
    view.core = core_->status(boot_now());
    view.drain = drain_.has_value();
    view.run = run_;
    view.stopping = stopping_;
    std::string json = status_json(view, boot_now(), wall_now());
    if (json == published_ || stopping_) {
        published_ = std::move(json);
        return;
    }
    published_ = json;
    settle_->box().post_now(live_status{std::move(json)});
}

run_result run_daemon(instance& of, const std::optional<drain_options>& drain) {
    daemon running(of, drain);
    return running.run();
}

} // namespace hubspool
