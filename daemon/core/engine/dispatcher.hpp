// The heart: decides what is sent when, and what each answer means. Does nothing itself.
//
// The caller asks next() and does what it says; it hands in decoded records, answers, and what has
// become durable. One caller turn after another, so no wake-up can be lost: each turn asks again.
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
#include "core/dispatch/outgoing_request.hpp"
#include "core/dispatch/record_intake.hpp"
#include "core/dispatch/request_maker.hpp"
#include "core/dispatch/response_effect.hpp"
#include "core/engine/dispatcher_status.hpp"
#include "core/words/moment.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hubspool {

class dispatcher {
public:
    explicit dispatcher(dispatcher_options options, std::uint64_t last_batch = 0);

    // Recovery, before anything else.
    void restore_settled(std::uint64_t file, settled_set settled) {
        intake_.restore(file, std::move(settled));
    }
    void restore_slots(boot_time release, std::uint32_t count) {
        parts_.slots.window().restore(release, count);
    }
    void restore_unanswered(boot_time now) { parts_.slots.window().restore_unanswered(now); }
    // Its last request may still land.
    void hold_object(std::uint64_t id_hash, boot_time until) {
        parts_.landings.hold(id_hash, until);
    }
    void hold_all(boot_time until, hold_cause cause = hold_cause::backoff) {
        parts_.hold.extend(until, cause);
    }
    void restore_park(park p) { parts_.parks.restore(std::move(p)); }
    void restore_charge(const charge& before, boot_time last) {
        parts_.blame.restore(before, last);
    }
    // set_day() comes before.
    void restore_budget(day_count durable, const moment& now);
    // Nothing is sent before passed_frontier().
    void await_frontier() { parts_.gate.set(closure::frontier, true); }

    // Reading.
    // From now on things may be sent. What was accepted before and shares a field becomes one
    // change.
    void passed_frontier(boot_time now);
    void raise_frontier(position durable, boot_time now) {
        parts_.planner.raise_frontier(durable, now);
    }
    void set_reading(bool reading) { mode_.reading = reading; }
    void read_everything(); // drain: all that was claimed is read
    // Takes a block's records; the outcome holds its dead letters, if it has any that are new.
    std::optional<batch_outcome> accept(const decoded_block& block, const moment& now) {
        return intake_.accept(block, now);
    }
    void forget_file(std::uint64_t file) { intake_.forget(file); } // read to its end

    // The day of the quota: at the start, and again and again.
    void set_day(quota_day day, const moment& now) { parts_.slots.day().set_day(day, now); }
    // A count of requests to be made durable before more are sent.
    std::optional<day_count> budget_wanted();
    void budget_durable(day_count count) { parts_.slots.day().durable(count); }
    day_count budget_count() const { return parts_.slots.day().count(); }
    boot_time quota_reset() const { return parts_.slots.day().ends_at(); }

    // When begin_request(), or the account check, may go on a ready connection: now, later, or
    // boot_time::max().
    boot_time next(boot_time now);
    // Assembles the batch and takes a slot; nothing when next() would not say now.
    std::optional<outgoing_request> begin_request(const moment& now);
    // The request could not be written down as sent: nothing of it went out, and nobody is blamed.
    void cancel_request(std::uint64_t batch, boot_time now) { requests_.take_back(batch, now); }
    response_effect on_response(std::uint64_t batch, const api_response& response,
                                const moment& now);
    // A connection could not be made.
    void on_connect_failed(const std::string& why, const moment& now);
    // The outcome of this batch is durable.
    void on_committed(std::uint64_t batch, boot_time now);

    // The credential: see credential_gate.
    void credential_missing() { credential_.missing(); }
    void prove_credential(bool before_all_else, std::optional<std::uint64_t> told, boot_time now) {
        credential_.prove(before_all_else, told, now);
    }
    bool is_credential_proved() const { return credential_.is_proved(); }
    void park_for_credential(const park_request& wanted, const moment& now) {
        credential_.park(wanted, now);
    }
    // When the account check may go; it is sent by the caller, who then says so.
    boot_time question_due(boot_time now) { return credential_.due(now); }
    void question_sent(boot_time now) { credential_.sent(now); }
    void question_cancelled(boot_time now) { credential_.take_back(now); }
    account_effect on_portal_answer(const api_response& response, const moment& now) {
        return credential_.weigh(response, now);
    }

    // Operators and credentials.
    void pause(const moment& now);
    void resume(boot_time now); // ends pause and suspect_data
    void credential_changed(boot_time now);
    // What stood in the way may have gone: asks at once. The day's own budget stays what it is.
    void ask_again(boot_time now);
    void stop() { parts_.gate.set(closure::stopping, true); } // no new request

    bool idle() const { return parts_.flights.count() == 0 && parts_.uncommitted.empty(); }
    bool empty() const { return parts_.pending.objects() == 0; }
    // Nothing is to be done, and nothing that status() tells will change by time alone, but the
    // day.
    bool at_rest(boot_time now) const;
    // Nothing but objects that fail alone, without any other to compare them with.
    bool stuck_without_control() const;
    std::uint32_t connections_wanted() const { return parts_.breaker.allowed(); }
    // Three quarters of the memory are filled: nothing waits for company, nor for the end of
    // reading.
    bool under_pressure() const;
    // What open files cost elsewhere counts against the same limit.
    void hold_for_files(std::size_t bytes) { file_bytes_ = bytes; }
    std::size_t held_bytes() const;
    std::vector<park> parks() const { return parts_.parks.all(); }
    dispatcher_status status(boot_time now) const;

private:
    // When a batch or a probe may go.
    gate_answer request_due(boot_time now);

    engine_parts parts_;
    record_intake intake_{parts_};
    control_requests controls_{parts_};
    request_maker requests_{parts_, controls_};
    answer_weigher answers_{parts_, controls_};
    credential_gate credential_{parts_};
    planner_mode mode_;
    std::size_t file_bytes_ = 0;
};

} // namespace hubspool
