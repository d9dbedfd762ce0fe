#include "core/engine/drain_rule.hpp"

#include <utility>

namespace hubspool {

namespace {

using cause = drain_end::cause;

constexpr int failed = 1;
constexpr int not_all_delivered = 3;
constexpr int stopped_before = 4;

drain_end stopped(cause why, std::string words) {
    return {why, stopped_before, std::move(words)};
}

// Quota and migration end by themselves, at a time that is known or soon.
bool ends_by_itself(park_reason reason) {
    return reason == park_reason::quota || reason == park_reason::migration;
}

// No answer of HubSpot ends these, so none needs to be waited for.
bool is_ended_by_a_person(park_reason reason) {
    return reason == park_reason::paused || reason == park_reason::suspect_data;
}

const drain_facts::parked* park_to_end_at(const drain_facts& facts) {
    for (const drain_facts::parked& park : facts.parks) {
        if (ends_by_itself(park.reason)) continue;
        if (facts.parks_confirmed || is_ended_by_a_person(park.reason)) return &park;
    }
    return nullptr;
}

} // namespace

std::optional<drain_end> drain_rule::look(const drain_facts& facts, boot_time now) {
    // First: a look that ends nothing must still notice that something was delivered.
    listen(facts, now);
    if (facts.everything_settled) {
        if (facts.unclaimed.empty()) return drain_end{};
        return stopped(cause::unclaimed, facts.unclaimed);
    }
    // After "all is settled": a signal that comes then changes nothing.
    if (facts.stop_asked)
        return stopped(cause::stopped, "stopped by a signal before the queue was empty");
    if (facts.requests_spent)
        return stopped(cause::spent, "as many requests were sent as --max-requests allows, before "
                                     "the queue was empty");
    if (const drain_facts::parked* const park = park_to_end_at(facts))
        return stopped(cause::parked, "sending is parked (" + std::string(to_string(park->reason)) +
                                          "): " + park->words);
    // Before everything is read, a record that may serve as control can still come. What is left
    // may fail of an outage: whoever gave a deadline has time to see its end.
    if (facts.everything_read && facts.stuck_without_control && !patience_.deadline)
        return stopped(cause::stuck,
                       "what is left fails each time, and nothing else is there to compare it "
                       "with; it stays in the queue (see `hubspool batches`)");
    if (patience_.deadline && now - started_ >= *patience_.deadline)
        return stopped(cause::too_late, "the deadline has passed before the queue was empty");
    if (patience_.silence && now - silent_since_ >= *patience_.silence)
        return stopped(cause::silent, "nothing was delivered for ten minutes");
    return std::nullopt;
}

// Silence begins with a delivery, with the first moment at which something may be sent, and anew
// when all is read: only then does sending no longer wait for company.
void drain_rule::listen(const drain_facts& facts, boot_time now) {
    const bool delivered = delivered_ && *delivered_ != facts.delivered;
    const bool read_just_now = facts.everything_read && !everything_read_;
    // What was told last time, to see a change.
    delivered_ = facts.delivered;
    everything_read_ = facts.everything_read;
    if (delivered || read_just_now || !facts.may_send) silent_since_ = now;
}

drain_end sum_up(drain_end end, const drain_sums& sums) {
    // Only a good end can be spoiled by what lies in the books.
    if (end.why != cause::done) return end;
    if (sums.files_left > 0)
        return {cause::left_over, failed,
                "a settled file could not leave cur/; see the messages above"};
    // Done, but not all of it was delivered: scripts must be able to tell.
    if (sums.dead_lettered > 0 || sums.rejected_files > 0) end.exit_code = not_all_delivered;
    return end;
}

} // namespace hubspool
