// The rules of a run, put together: when it ticks and rests, when operators are heeded, when the
// status is told, when and how it ends. What follows is added to the actions that are due.
//
// Asleep until begin(), and once the run stops. Pure; loop thread.
#pragma once

#include "core/engine/engine_action.hpp"
#include "core/engine/operator_rule.hpp"
#include "core/engine/rest_rule.hpp"
#include "core/engine/run_end.hpp"
#include "core/engine/run_start.hpp"
#include "core/engine/status_pace.hpp"
#include "core/sending/send_gate.hpp"

#include <deque>
#include <optional>
#include <string>

namespace hubspool {

class run_rules {
public:
    // Closes the gate, and opens it again. Both must outlive the rules.
    run_rules(const run_start& from, bool is_drain, send_gate& gate, std::deque<action::any>& due);

    void begin(boot_time now);
    // Something comes. `must_look`: nothing goes before what operators ask for is read.
    void came(bool must_look, boot_time now);

    boot_time tick_at() const { return tick_at_; }
    // `day_ends`: of the quota.
    void tick(bool at_rest, bool outcomes_undurable, boot_time now, boot_time day_ends);
    // What operators want; the caller does it.
    operator_rule::step heed(const std::optional<operator_request>& found, bool is_paused);

    // True: it is to be told now.
    bool publishes(const daemon_status& status, boot_time now) {
        status_due_ = false;
        return pace_.is_due(status, now);
    }
    bool is_status_due() const { return status_due_; }
    // What the rules know of it.
    void describe(daemon_status& told) const;
    void credential_waits(std::string why) { credential_waits_ = std::move(why); }

    void read_everything(const std::string& unclaimed);
    void look_at_end(drain_facts facts, boot_time now);
    void stop(drain_facts facts, boot_time now); // a signal came
    void fail(std::string why);
    drain_end conclude(const drain_sums& sums) const { return end_.conclude(sums); }

private:
    // Before the run, and while it stops.
    bool is_asleep() const { return tick_at_ == boot_time::max(); }
    void look();
    void look_first();
    void begin_stop();

    send_gate& gate_;
    std::deque<action::any>& due_;
    run_end end_;
    rest_rule rest_;
    operator_rule operators_;
    status_pace pace_;
    boot_time tick_at_ = boot_time::max();
    bool status_due_ = false;
    std::string credential_waits_;
};

} // namespace hubspool
