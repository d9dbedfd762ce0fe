// The heart: decides what is sent when, and what each answer means. Does nothing itself.
//
// The caller hands in what happens, and asks next() until it says to wait; it executes each action
// and decides nothing: neither when something is sent, nor when the run ticks, rests and ends. Each
// turn asks anew, so no wake-up can be lost.
// Rules it keeps:
// * At most one request in flight names an object.
// * Nothing is sent before reading has passed the frontiers of both lanes.
// * A change that may still land keeps its values, and newer ones wait.
// * What may be late is held against the ledger first.
// * Only an object alone in its request is ever charged, and only against a control.
// * Every request has a slot of the rate limit and one of the day's budget.
//
// Pure; loop thread.
#pragma once

#include "core/dispatch/answer_weigher.hpp"
#include "core/dispatch/control_requests.hpp"
#include "core/dispatch/credential_gate.hpp"
#include "core/dispatch/engine_parts.hpp"
#include "core/dispatch/record_intake.hpp"
#include "core/dispatch/request_maker.hpp"
#include "core/engine/day_counts.hpp"
#include "core/engine/engine_action.hpp"
#include "core/engine/engine_event.hpp"
#include "core/engine/engine_status.hpp"
#include "core/engine/held_memory.hpp"
#include "core/engine/operator_orders.hpp"
#include "core/engine/run_rules.hpp"
#include "core/engine/run_start.hpp"
#include "core/engine/run_tally.hpp"
#include "core/words/moment.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace hubspool {

class engine {
public:
    explicit engine(engine_options options, const run_start& from = {});

    // Something happened. What has to be done about it is what next() says from then on.
    void handle(event::any happened, const moment& now);
    // What to do now. `connection_ready`: a request could be written at once.
    action::any next(const moment& now, bool connection_ready);

    engine_status status(boot_time now) const;
    // What the end of a drain depends on, but for what only the rules of the run know.
    drain_facts facts() const;
    // Nothing is to be done, and nothing that status() tells will change by time alone, but the
    // day.
    bool at_rest(boot_time now) const;
    std::vector<park> parks() const { return parts_.parks.all(); }
    // What is pending, what open files cost, and outcomes that are not durable; against
    // pending_bytes_max.
    std::size_t held_bytes() const { return memory_.bytes() + tally_.undurable_bytes(); }
    // Of that, what is pending of each lane.
    const per_lane<std::size_t>& lane_bytes() const { return hubspool::lane_bytes(parts_.pending); }
    bool is_credential_proved() const { return credential_.is_proved(); }
    boot_time quota_reset() const { return parts_.slots.day().ends_at(); }
    bool empty() const { return parts_.pending.objects() == 0; }

private:
    // One specialisation for each kind of event.
    template <class Event>
    void on(Event& happened, const moment& now);
    void tick(const moment& now);
    void look_at_end(const moment& now) {
        if (parts_.options.drain) rules_.look_at_end(facts(), now.boot);
    }
    void persist(batch_outcome outcome);
    daemon_status report(const moment& now) const;
    action::any announce_parks();
    action::any send_or_wait(const moment& now, bool connection_ready);
    // When a batch or a probe may go.
    gate_answer request_due(boot_time now);
    bool has_ended() const {
        return parts_.gate.is_closed(closure::stopping) && parts_.flights.count() == 0 &&
               !credential_.is_under_way();
    }
    action::any finish(const moment& now);
    bool may_send() const;
    // Nothing is pending, under way or being read.
    bool is_without_work() const;

    engine_parts parts_;
    record_intake intake_{parts_};
    control_requests controls_{parts_};
    request_maker requests_{parts_, controls_};
    answer_weigher answers_{parts_, controls_};
    credential_gate credential_{parts_};
    operator_orders orders_{parts_, credential_};
    planner_mode mode_;
    std::deque<action::any> due_; // what events and rules have made necessary
    run_rules rules_;
    run_tally tally_;
    held_memory memory_{parts_};
    day_counts counts_{parts_.slots.day()};
    struct announced {
        std::vector<park> parks; // as persist_parks told last
        std::uint64_t changes = 0;
    } announced_;
    bool connecting_ = false;
};

} // namespace hubspool
