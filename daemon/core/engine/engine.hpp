// The heart: decides what is sent when, and what each answer means. Does nothing itself.
//
// The caller hands in what happens, and asks next() until it says to wait; it executes each action
// and decides nothing. Each turn asks anew, so no wake-up can be lost.
// Rules it keeps:
// * At most one request in flight names an object.
// * Nothing is sent before reading has passed the frontier.
// * A change that may still land keeps its values, and newer ones wait.
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
#include "core/engine/engine_action.hpp"
#include "core/engine/engine_event.hpp"
#include "core/engine/engine_status.hpp"
#include "core/words/moment.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace hubspool {

class engine {
public:
    // `last_batch`: the number that the run before gave last.
    explicit engine(engine_options options, std::uint64_t last_batch = 0);

    // Something happened. What has to be done about it is what next() says from then on.
    void handle(event::any happened, const moment& now);
    // What to do now. `connection_ready`: a request could be written at once.
    action::any next(const moment& now, bool connection_ready);

    engine_status status(boot_time now) const;
    // Nothing is to be done, and nothing that status() tells will change by time alone, but the
    // day.
    bool at_rest(boot_time now) const;
    std::vector<park> parks() const { return parts_.parks.all(); }
    // An answer of this run asked for a park.
    bool parks_confirmed() const { return parks_confirmed_; }
    // What is pending, and what open files cost; against pending_bytes_max.
    std::size_t held_bytes() const;
    // Three quarters of that: nothing waits for company, nor for the end of reading.
    bool under_pressure() const;
    bool is_credential_proved() const { return credential_.is_proved(); }
    boot_time quota_reset() const { return parts_.slots.day().ends_at(); }
    day_count requests_today() const { return parts_.slots.day().count(); }

    bool empty() const { return parts_.pending.objects() == 0; }
    // Nothing is under way, and nothing waits for its commit.
    bool idle() const { return parts_.flights.count() == 0 && parts_.uncommitted.empty(); }
    // Nothing but objects that fail alone, without any other to compare them with.
    bool stuck_without_control() const;

private:
    void on(event::run_before& left, const moment& now);
    void on(const event::records_read& read, const moment& now);
    void on(const event::file_ended& ended, const moment& now);
    void on(const event::reading_changed& changed, const moment& now);
    void on(const event::frontier_passed& passed, const moment& now);
    void on(const event::everything_read& read, const moment& now);
    void on(const event::files_open_changed& changed, const moment& now);
    void on(const event::frontier_stored& stored, const moment& now);
    void on(const event::outcome_stored& stored, const moment& now);
    void on(const event::day_count_stored& stored, const moment& now);
    void on(const event::connection_made& made, const moment& now);
    void on(const event::connection_failed& failed, const moment& now);
    void on(const event::not_noted& failed, const moment& now);
    void on(const event::answer_came& came, const moment& now);
    void on(const event::account_answered& came, const moment& now);
    void on(const event::credential_missing& missing, const moment& now);
    void on(const event::credential_offered& offered, const moment& now);
    void on(const event::credential_adopted& adopted, const moment& now);
    void on(const event::token_not_had& token, const moment& now);
    void on(const event::credential_refused& refused, const moment& now);
    void on(const event::day_told& told, const moment& now);
    void on(const event::operators_asked& asked, const moment& now);
    void on(const event::operators_known& known, const moment& now);
    void on(const event::pause_wanted& wanted, const moment& now);
    void on(const event::resume_wanted& wanted, const moment& now);
    void on(const event::ask_again_wanted& wanted, const moment& now);
    void on(const event::stop_wanted& wanted, const moment& now);

    action::any announce_parks();
    std::optional<day_count> count_to_persist();
    action::any send_or_wait(const moment& now, bool connection_ready);
    // When a batch or a probe may go.
    gate_answer request_due(boot_time now);
    bool is_finished() const;

    engine_parts parts_;
    record_intake intake_{parts_};
    control_requests controls_{parts_};
    request_maker requests_{parts_, controls_};
    answer_weigher answers_{parts_, controls_};
    credential_gate credential_{parts_};
    planner_mode mode_;
    std::deque<action::any> due_; // what events have made necessary
    std::vector<park> announced_; // as persist_parks told last
    std::uint64_t announced_changes_ = 0;
    std::size_t file_bytes_ = 0;
    bool count_changes_ = false; // the day's count may have to be persisted
    bool connecting_ = false;
    bool parks_confirmed_ = false;
};

} // namespace hubspool
