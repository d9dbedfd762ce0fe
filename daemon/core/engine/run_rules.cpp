#include "core/engine/run_rules.hpp"

#include <utility>

namespace hubspool {

run_rules::run_rules(const run_start& from, bool is_drain, send_gate& gate,
                     std::deque<action::any>& due)
    : gate_(gate), due_(due), end_(is_drain ? std::optional(from.patience) : std::nullopt, from.at),
      rest_(is_drain), operators_(from.resumes) {
}

void run_rules::begin(boot_time now) {
    tick_at_ = now + rest_.wait(now, now);
    if (operators_.ask()) due_.emplace_back(action::ask_operators{});
}

void run_rules::came(bool must_look, boot_time now) {
    if (is_asleep()) return;
    const rest_rule::arrival arrival = rest_.came(must_look);
    if (arrival == rest_rule::arrival::goes_on) return;
    if (arrival == rest_rule::arrival::end_rest) tick_at_ = now + rest_.wait(now, now);
    look_first();
}

void run_rules::tick(bool at_rest, bool outcomes_undurable, boot_time now, boot_time day_ends) {
    switch (rest_.ticked({at_rest, operators_.is_unread(), outcomes_undurable})) {
    case rest_rule::turn::note_and_look: due_.emplace_back(action::note_files{}); [[fallthrough]];
    case rest_rule::turn::look: look(); break;
    case rest_rule::turn::rest: due_.emplace_back(action::begin_rest{}); break;
    case rest_rule::turn::rouse: look_first(); break;
    }
    tick_at_ = now + rest_.wait(now, day_ends);
}

void run_rules::look() {
    due_.emplace_back(action::look_around{});
    if (operators_.ask()) due_.emplace_back(action::ask_operators{});
    status_due_ = true;
}

// A pause that had returned before something came holds it; a token that was replaced before is not
// used any more.
void run_rules::look_first() {
    gate_.set(closure::operators, true);
    if (operators_.ask_anew()) due_.emplace_back(action::ask_operators{});
    due_.emplace_back(action::look_around{});
}

operator_rule::step run_rules::heed(const std::optional<operator_request>& found, bool is_paused) {
    const operator_rule::step next = operators_.read(found, is_paused);
    if (next.ask_again) due_.emplace_back(action::ask_operators{});
    if (next.go_on) gate_.set(closure::operators, false);
    return next;
}

void run_rules::describe(daemon_status& told) const {
    told.command = end_.is_drain() ? "drain" : "run";
    told.resting = rest_.is_quiet();
    told.stopping = end_.is_stopping();
    told.credential_waits = credential_waits_;
}

void run_rules::read_everything(const std::string& unclaimed) {
    end_.read_everything(unclaimed.empty() ? "" : "not all files could be claimed: " + unclaimed);
}

void run_rules::look_at_end(drain_facts facts, boot_time now) {
    // Before it begins there is nothing that could end.
    if (is_asleep()) return;
    if (end_.look(std::move(facts), now)) begin_stop();
}

void run_rules::stop(drain_facts facts, boot_time now) {
    if (end_.stop(std::move(facts), now)) begin_stop();
}

void run_rules::fail(std::string why) {
    if (end_.fail(std::move(why))) begin_stop();
    // Not even what is under way is waited for.
    due_.emplace_back(action::cut_connections{});
}

void run_rules::begin_stop() {
    gate_.set(closure::stopping, true);
    tick_at_ = boot_time::max();
    status_due_ = false;
    due_.emplace_back(action::stop_reading{});
}

} // namespace hubspool
