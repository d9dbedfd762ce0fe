// The engine as a story tells it things: one method an event, and what it answers with its actions.
#pragma once

#include "core/engine/engine.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hubspool::testing {

// What an answer came to: all actions that follow it at once.
struct answer_effects {
    batch_outcome outcome;
    std::size_t bytes = 0; // that it holds until it is durable
    boot_time slot_release = {};
    bool conclusive = true;
    bool close_connection = false;
    bool parks_changed = false;
    std::vector<std::string> notes;
};
struct account_effects : account_effect {
    bool parks_changed = false;
};

class told_engine {
public:
    explicit told_engine(engine_options options, const run_start& from = {})
        : engine_(std::move(options), from) {}

    void tell(event::any happened, const moment& now) { engine_.handle(std::move(happened), now); }
    void tell(event::any happened, boot_time now) { tell(std::move(happened), at(now)); }

    std::vector<batch_outcome> take_outcomes(const moment& now) {
        std::vector<batch_outcome> outcomes;
        for (action::persist_outcome& a : take<action::persist_outcome>(now))
            outcomes.push_back(std::move(a.outcome));
        return outcomes;
    }
    // Dead letters of the block.
    std::optional<batch_outcome> accept(const decoded_block& block, const moment& now) {
        tell(event::records_read{block}, now);
        auto outcomes = take<action::persist_outcome>(now);
        if (outcomes.empty()) return std::nullopt;
        return std::move(outcomes.front().outcome);
    }
    // The request that may go now, on a connection that is ready.
    std::optional<outgoing_request> begin_request(const moment& now) {
        if (made_) return std::exchange(made_, std::nullopt);
        while (true) {
            action::any next = engine_.next(now, true);
            if (auto* const send = std::get_if<action::send_request>(&next))
                return std::move(send->request);
            if (std::holds_alternative<action::ask_account>(next)) asked_ = true;
            if (is_wait(next)) return std::nullopt;
            keep(std::move(next), now);
        }
    }
    // Whether the account check goes now, or went.
    bool ask_account(boot_time now) {
        if (std::exchange(asked_, false)) return true;
        if (next(now) > now) return false;
        if (!made_) made_ = begin_request(at(now));
        return std::exchange(asked_, false);
    }
    // When something may go, or be asked.
    boot_time next(boot_time now) { return made_ || asked_ ? now : take_all(at(now)); }
    answer_effects on_response(std::uint64_t batch, const api_response& response,
                               const moment& now) {
        take_all(now);
        kept_.clear();
        tell(event::answer_came{batch, response}, now);
        answer_effects effects;
        action::persist_outcome persisted = std::move(take<action::persist_outcome>(now).front());
        effects.outcome = std::move(persisted.outcome);
        effects.bytes = persisted.bytes;
        const action::end_request ended = take<action::end_request>(now).front();
        effects.slot_release = ended.slot_release;
        effects.conclusive = ended.conclusive;
        effects.close_connection = ended.close_connection;
        for (action::log_warning& note : take<action::log_warning>(now))
            effects.notes.push_back(std::move(note.words));
        effects.parks_changed = !take<action::persist_parks>(now).empty();
        return effects;
    }
    account_effects on_account_answer(const api_response& response, const moment& now) {
        take_all(now);
        kept_.clear();
        tell(event::account_answered{response}, now);
        account_effects effects{std::move(take<action::judge_credential>(now).front().effect)};
        effects.parks_changed = !take<action::persist_parks>(now).empty();
        return effects;
    }
    // Counts of the day that were to be made durable since they were taken last; the newest.
    std::optional<day_count> count_wanted(boot_time now) {
        auto counts = take<action::persist_day_count>(at(now));
        if (counts.empty()) return std::nullopt;
        return counts.back().count;
    }

    engine_status status(boot_time now) const { return engine_.status(now); }
    std::vector<park> parks() const { return engine_.parks(); }
    std::size_t held_bytes() const { return engine_.held_bytes(); }
    bool at_rest(boot_time now) {
        take_all(at(now));
        return engine_.at_rest(now);
    }
    bool empty() const { return engine_.empty(); }
    // Nothing is under way, and nothing waits for its commit.
    bool idle() const {
        const engine_status now = engine_.status({});
        return now.in_flight == 0 && now.uncommitted == 0;
    }
    drain_facts facts() const { return engine_.facts(); }

    // What the ledger answers with, at once; and whom it was asked about since this was asked.
    std::map<std::string, std::vector<ledger_field>> ledger;
    order_key horizon; // it has forgotten what lies below
    std::vector<std::string> looked_up() { return std::exchange(looked_up_, {}); }

private:
    static moment at(boot_time now) { return {now, wall_time(now.time_since_epoch()), 0.5}; }
    static bool is_wait(const action::any& a) {
        return std::holds_alternative<action::wait_until>(a) ||
               std::holds_alternative<action::close_books>(a);
    }
    void keep(action::any a, const moment& now) {
        if (const auto* const question = std::get_if<action::look_up>(&a))
            return look_up(question->object_ids, now);
        kept_.push_back(std::move(a));
    }
    void look_up(const std::vector<std::string>& object_ids, const moment& now) {
        looked_up_.insert(looked_up_.end(), object_ids.begin(), object_ids.end());
        ledger_answer answer;
        answer.horizon = horizon;
        for (const std::string& id : object_ids) answer.entries.push_back({id, ledger[id]});
        tell(event::looked_up{std::move(answer)}, now);
    }
    // All that is to be done now, but nothing that needs a connection: tells when that may go.
    boot_time take_all(const moment& now) {
        while (true) {
            action::any next = engine_.next(now, false);
            if (const auto* const wait = std::get_if<action::wait_until>(&next)) return wait->at;
            if (is_wait(next)) return boot_time::max();
            if (std::holds_alternative<action::connect>(next)) {
                tell(event::connection_made{}, now);
                return now.boot;
            }
            keep(std::move(next), now);
        }
    }
    // Those of one kind, in their order.
    template <class Kind>
    std::vector<Kind> take(const moment& now) {
        take_all(now);
        std::vector<Kind> taken;
        std::erase_if(kept_, [&](action::any& a) {
            if (auto* const one = std::get_if<Kind>(&a)) taken.push_back(std::move(*one));
            return std::holds_alternative<Kind>(a);
        });
        return taken;
    }

    engine engine_;
    std::vector<action::any> kept_; // not asked for yet
    std::vector<std::string> looked_up_;
    std::optional<outgoing_request> made_;
    bool asked_ = false;
};

} // namespace hubspool::testing
