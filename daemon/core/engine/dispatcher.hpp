// The heart: decides what is sent when, and what each answer means. Does nothing itself.
//
// The caller asks next() and does what it says; it hands in decoded records, answers, and what has
// become durable. One caller turn after another, so no wake-up can be lost: each turn asks again.
// Rules it keeps: at most one request in flight names an object; nothing is sent before reading has
// passed the frontier; a change that may still land keeps its values and newer ones wait; only an
// object alone in its request is ever charged, and only against a control; every request has a slot
// of the rate limit and one of the day's budget.
// Pure; loop thread.
#pragma once

#include "core/answers/api_response.hpp"
#include "core/answers/mapper_options.hpp"
#include "core/answers/response_verdict.hpp"
#include "core/books/batch_outcome.hpp"
#include "core/books/file_books.hpp"
#include "core/engine/dispatcher_status.hpp"
#include "core/memory/region_memory.hpp"
#include "core/pending/pending_set.hpp"
#include "core/records/decoded_block.hpp"
#include "core/sending/batch_planner.hpp"
#include "core/sending/blame.hpp"
#include "core/sending/brake.hpp"
#include "core/sending/circuit_breaker.hpp"
#include "core/sending/daily_budget.hpp"
#include "core/sending/park_list.hpp"
#include "core/sending/portal_question.hpp"
#include "core/sending/rate_limiter.hpp"
#include "core/words/moment.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace hubspool {

struct dispatcher_options {
    planner_options planner;
    rate_limiter_options limiter;
    daily_budget_options daily;
    circuit_breaker_options breaker;
    brake_options brake;
    mapper_options mapper;
    std::size_t pending_bytes_max = 128U << 20;
    milliseconds retry_initial{1000};
    milliseconds retry_max{300000};
    std::uint32_t attempts_max = 10;
    milliseconds late{120000};
    std::string portal_id; // api.portal_id: the only one that is sent to; empty: any
    bool drain = false;    // send nothing before everything is read, then do not wait for company
    std::size_t uncommitted_max = 256; // outcomes that wait for their commit
    // Records in them: while they wait, each takes many times its room in a change.
    std::uint64_t uncommitted_records_max = 100'000;
    // For what is pending. Must outlive the dispatcher.
    region_memory* memory = heap_memory();
};

// A request to write now. `body` is complete; ids are in the body's order.
struct outgoing_request {
    std::uint64_t batch = 0;
    std::string body;
    std::vector<std::string_view> object_ids; // valid until the answer
};

// What an answer came to, for the caller to record and to say.
struct response_effect {
    batch_outcome outcome;
    boot_time slot_release = {}; // when the limiter frees the request's slot
    bool conclusive = true;      // nothing of the request can land any more
    bool close_connection = false;
    bool parks_changed = false;
    bool parked = false;            // this very answer asked for a park
    std::vector<std::string> notes; // for the log: unknown results, missing echoes, our own bugs
};

class dispatcher {
public:
    explicit dispatcher(dispatcher_options options, std::uint64_t last_batch = 0);

    // Recovery, before anything else.
    void restore_settled(std::uint64_t file, settled_set settled);
    void restore_slots(boot_time release, std::uint32_t count) { limiter_.restore(release, count); }
    void restore_unanswered(boot_time now) { limiter_.restore_unanswered(now); }
    void hold_object(std::uint64_t id_hash, boot_time until); // its last request may still land
    void hold_all(boot_time until, hold_cause cause = hold_cause::backoff);
    void restore_park(park p) { parks_.restore(std::move(p)); }
    void restore_charge(const charge& before, boot_time last) { blame_.restore(before, last); }
    // set_day() comes before.
    void restore_budget(day_count durable, const moment& now);
    void await_frontier() { recovering_ = true; } // nothing is sent before passed_frontier()

    // Reading.
    // From now on things may be sent. What was accepted before and shares a field becomes one
    // change.
    void passed_frontier(boot_time now);
    void raise_frontier(position durable, boot_time now);
    void set_reading(bool reading) { mode_.reading = reading; }
    void read_everything(); // drain: all that was claimed is read
    // Takes a block's records; the outcome holds its dead letters, if it has any that are new.
    std::optional<batch_outcome> accept(const decoded_block& block, const moment& now);
    void forget_file(std::uint64_t file) { recovered_.erase(file); } // read to its end

    // The day of the quota: at the start, and again and again.
    void set_day(quota_day day, const moment& now) { budget_.set_day(day, now); }
    // A count of requests to be made durable before more are sent.
    std::optional<day_count> budget_wanted();
    void budget_durable(day_count count) { budget_.durable(count); }
    day_count budget_count() const { return budget_.count(); }
    boot_time quota_reset() const { return budget_.ends_at(); }

    // When begin_request(), or the question, may go on a ready connection: now, later, or
    // boot_time::max().
    boot_time next(boot_time now);
    // Assembles the batch and takes a slot; nothing when next() would not say now.
    std::optional<outgoing_request> begin_request(const moment& now);
    // The request could not be written down as sent: nothing of it went out, and nobody is blamed.
    void cancel_request(std::uint64_t batch, boot_time now);
    response_effect on_response(std::uint64_t batch, const api_response& response,
                                const moment& now);
    // A connection could not be made.
    void on_connect_failed(const std::string& why, const moment& now);
    // The outcome of this batch is durable.
    void on_committed(std::uint64_t batch, boot_time now);

    // The credential (dispatcher_portal.cpp). Without these calls it counts as proved.
    // There is none to send with, until prove_credential().
    void credential_missing();
    // Another one was put in place: ask whose account it opens. `before_all_else`: there is none
    // that was proved, so nothing else goes until it is. `told`: by an OAuth token's answer.
    void prove_credential(bool before_all_else, std::optional<std::uint64_t> told, boot_time now);
    bool is_credential_proved() const {
        return portal_.is() == portal_question::credential::proved;
    }
    // No credential can be had, and a person must act; ended by a proved one.
    void park_for_credential(const park_request& wanted, const moment& now);
    // When the question may go; it is sent by the caller, who then says so.
    boot_time question_due(boot_time now);
    void question_sent(boot_time now);
    void question_cancelled(boot_time now); // nothing of it went out
    portal_effect on_portal_answer(const api_response& response, const moment& now);

    // Operators and credentials.
    void pause(const moment& now);
    void resume(boot_time now); // ends pause and suspect_data
    void credential_changed(boot_time now);
    // What stood in the way may have gone: asks at once. The day's own budget stays what it is.
    void ask_again(boot_time now);
    void stop() { stopping_ = true; } // no new request

    bool idle() const { return in_flight_.empty() && uncommitted_.empty(); }
    bool empty() const { return pending_.objects() == 0; }
    // Nothing is to be done, and nothing that status() tells will change by time alone, but the
    // day.
    bool at_rest(boot_time now) const;
    // Nothing but objects that fail alone, without any other to compare them with.
    bool stuck_without_control() const;
    std::uint32_t connections_wanted() const { return breaker_.allowed(); }
    bool under_pressure() const { return mode_.pressure; }
    // What open files cost elsewhere counts against the same limit.
    void hold_for_files(std::size_t bytes) { file_bytes_ = bytes; }
    std::size_t held_bytes() const;
    std::vector<park> parks() const { return parks_.all(); }
    dispatcher_status status(boot_time now) const;

private:
    struct flight {
        std::vector<object_index> objects;
        boot_time sent = {};
        rate_limiter::ticket ticket;
        std::size_t body_bytes = 0;
        std::uint64_t day_count = 0;          // of the day's budget, itself included
        std::optional<control_input> control; // is all that it carries
        bool probe = false;                   // asks whether parks may end: judged for that alone
        bool breaker_probe = false;
        bool of_a_suspect = false;
        bool alone = false;
        bool full = false;  // as many inputs as a batch may have
        bool fresh = false; // of objects against which nothing is held
        lane in = lane::live;
        milliseconds waited{0};
    };

    // What becomes of one input, once everything is weighed.
    struct ruling {
        enum kind : std::uint8_t { delivered, dead, again, fails } what = again;
        std::string category;
        std::string words;
    };

    boot_time request_due(boot_time now);
    response_verdict judge_question(const api_response& r, boot_time now) const;
    void refuse_new(const std::string& words, portal_effect& effect);
    void weigh_portal(std::uint64_t found, const moment& now, portal_effect& effect);
    void weigh_unknown_portal(const response_verdict& v, const api_response& r, const moment& now,
                              portal_effect& effect);
    void ask_portal_again(const response_verdict& v, const moment& now, portal_effect& effect);
    void park_question(const park_request& wanted, const moment& now, portal_effect& effect);
    void credential_proved(portal_effect& effect);
    bool probe_only() const;
    bool outcomes_full() const;
    outgoing_request assemble(std::vector<object_index> batch, bool probe, const moment& now);
    std::optional<outgoing_request> begin_probe(const moment& now);
    std::optional<outgoing_request> begin_control(const moment& now);
    void count_sent(flight& f, const outgoing_request& request);
    void hold_control(const flight& f);
    void release_control(const flight& f, boot_time now);
    void weigh_control(const flight& f, const response_verdict& v, batch_outcome& outcome);
    void weigh_doubt(const response_verdict& v, const flight& f, const moment& now,
                     response_effect& effect);
    void weigh_outage(const response_verdict& v, const moment& now);
    response_verdict judge(const flight& f, const api_response& r, const moment& now);
    void apply_portal_effects(const response_verdict& v, const flight& f, const api_response& r,
                              const moment& now, response_effect& effect);
    void learn_limits(const response_verdict& v, const flight& f, const moment& now);
    void note_landing(const response_verdict& v, const flight& f, const moment& now);
    ruling rule(object_index index, const input_verdict& v, bool doubtful, const flight& f,
                const moment& now, batch_outcome& outcome);
    void apply_brake(std::vector<ruling>& rulings, const flight& f, const moment& now,
                     response_effect& effect);
    void apply(const ruling& r, object_index index, const response_verdict& v, const flight& f,
               const moment& now, response_effect& effect);
    void settle_delivered(object_index index, bool keep, const moment& now, batch_outcome& outcome);
    void settle_dead(object_index index, const ruling& r, const moment& now,
                     batch_outcome& outcome);
    bool look_at_budget(const moment& now);
    void add_park(park_request wanted, const moment& now);
    std::uint64_t first_place(const std::string& id);

    dispatcher_options options_;
    pending_set pending_;
    batch_planner planner_;
    blame blame_;
    rate_limiter limiter_;
    daily_budget budget_;
    circuit_breaker breaker_;
    hubspool::brake brake_;
    park_list parks_;
    portal_question portal_;
    planner_mode mode_;

    std::map<std::uint64_t, settled_set> recovered_; // files of the run before
    std::unordered_map<std::uint64_t, boot_time> held_objects_;
    std::map<std::uint64_t, flight> in_flight_;
    std::map<std::uint64_t, std::vector<object_index>> uncommitted_; // settled by the batch
    std::uint64_t uncommitted_records_ = 0;
    // Objects that died keep their place in the order of first sending: one that comes again and
    // again and is bad each time is one object to the brake.
    std::unordered_map<std::uint64_t, std::uint64_t> died_places_;
    std::vector<std::string> suspects_; // objects of the answers that tripped the brake
    std::vector<bool>
        owns_; // a field, each record of the change that is settled; kept for its room
    std::size_t file_bytes_ = 0;
    boot_time held_until_ = {};
    hold_cause held_by_ = hold_cause::backoff;
    std::uint64_t last_batch_;
    bool recovering_ = false;
    bool stopping_ = false;
    bool probe_in_flight_ = false;
    bool control_in_flight_ = false;
    flight question_;                // of no object
    bool question_is_probe_ = false; // of the breaker
};

} // namespace hubspool
