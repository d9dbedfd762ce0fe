// What the loop thread looks at by time: once a second while there is anything to do. Else it
// rests, until the intake, which looks around with each of its scans, or an event rouses it.
#include "app/moment_now.hpp"
#include "app/running_daemon.hpp"
#include "app/settle/status_file.hpp"
#include "base/status_json.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace hubspool {

namespace {
constexpr milliseconds tick{1000};
// So long may go unnoticed by a daemon at rest what nobody tells: a clock that was set, a suspend.
constexpr milliseconds rest_max = std::chrono::minutes(10);
} // namespace

asio::awaitable<void> daemon::tick_along() {
    ask_for_wish();
    while (!stopping_) {
        ticker_.expires_after(
            resting_ ? std::clamp(core_->quota_reset() - boot_now(), tick, rest_max) : tick);
        co_await ticker_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (stopping_) break;
        if (resting_) rouse();
        if (!std::exchange(roused_, false)) tick_once();
    }
}

// It rests after two ticks between which nothing came: the first has looked at all and told the
// status, and what other processes change after the first is noticed.
void daemon::tick_once() {
    const bool has_nothing_to_do =
        !drain_ && !wish_asked_ && undurable_bytes_ == 0 && core_->at_rest(boot_now());
    if (has_nothing_to_do && before_rest_) {
        resting_ = true;
        rests_.post_now(*std::exchange(before_rest_, {}));
        return;
    }
    before_rest_.reset();
    if (has_nothing_to_do) before_rest_.emplace(files_of_others(of_.options), wall_now());
    look_at_day();
    credential_->look();
    ask_for_wish();
    for (auto& [identity, lock] : of_.locks) lock.let_go_of_the_refused();
    publish();
    look_at_drain();
}

// The intake thread, which wakes for its scans: does the loop thread rest, and has it missed
// something?
void daemon::look_around() {
    for (changed_files& seen : rests_.take_all(milliseconds(0))) {
        outside_ = std::move(seen);
        rest_holds_ = true;
    }
    if (rest_holds_ && boot_now() >= rest_told_at_ + rest_told_every) {
        touch_status_file(of_.options.state.directory);
        rest_told_at_ = boot_now();
    }
    if (!outside_ || !outside_->look(wall_now())) return;
    outside_.reset();
    asio::post(loop_, [this] { rouse(); });
}

// Something has come. To a daemon that had nothing to do nothing is sent before that was seen which
// may have changed meanwhile, a wish for a pause above all.
void daemon::rouse() {
    before_rest_.reset();
    const bool rested = std::exchange(resting_, false);
    if (!rested && (drain_ || !core_->at_rest(boot_now()))) return;
    if (rested) {
        roused_ = true;
        ticker_.cancel();
    }
    delivery_->hold();
    wish_outdated_ = wish_asked_; // the answer under way may have been read before
    ask_for_wish();
    look_at_day();
    credential_->look();
}

void daemon::ask_for_wish() {
    if (!std::exchange(wish_asked_, true)) settle_->box().post_now(wish_wanted{});
}

void daemon::wish_read(const std::optional<state_store::operator_wish>& wish) {
    wish_asked_ = false;
    if (std::exchange(wish_outdated_, false)) return ask_for_wish();
    if (!wish) return; // the next tick asks again
    if (!wish_ || wish_->paused != wish->paused || wish_->resumes != wish->resumes) {
        wish_ = wish;
        heed(*wish);
    }
    delivery_->go_on();
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

void daemon::look_at_day() {
    const moment now = moment_now();
    const boot_time ended = core_->quota_reset();
    core_->set_day(quota_clock_->day(now.wall, now.boot), now);
    if (!delivery_) return;
    make_budget_durable(); // a clock that was set makes another day of it, too
    if (now.boot >= ended) delivery_->wake();
}

void daemon::publish() {
    const boot_time now = boot_now();
    daemon_status told = make_daemon_status(core_->status(now), now, wall_now());
    told.pid = ::getpid();
    told.command = drain_ ? "drain" : "run";
    told.resting = before_rest_.has_value();
    told.stopping = stopping_;
    told.credential_waits = credential_->waits();
    told.run = {run_.requests,  sent_,           of_.options.api.connections,
                run_.delivered, run_.superseded, run_.dead_lettered};
    std::string json = status_json(told);
    const bool is_known = json == published_ && now < published_at_ + work_told_every;
    if (is_known || stopping_) {
        published_ = std::move(json);
        return;
    }
    published_ = json;
    published_at_ = now;
    settle_->box().post_now(live_status{std::move(json)});
}

} // namespace hubspool
