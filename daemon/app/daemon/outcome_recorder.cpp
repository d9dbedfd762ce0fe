#include "app/daemon/outcome_recorder.hpp"

#include "app/settle/outcome_log.hpp"

#include <utility>

namespace hubspool {

void outcome_recorder::record(batch_outcome outcome) {
    ++totals_.requests;
    sent_.inputs += outcome.inputs;
    if (outcome.http_status != 0) {
        ++sent_.answered;
        sent_.answered_ms += static_cast<std::uint64_t>(outcome.duration_ms);
    }
    delivered_inputs_ += outcome.delivered;
    const fate_counts& settled = outcome.records.counts();
    totals_.delivered += settled.delivered;
    totals_.superseded += settled.superseded;
    totals_.dead_lettered += settled.dead;
    hand_over(std::move(outcome));
}

void outcome_recorder::record_unreadable(batch_outcome outcome) {
    totals_.dead_lettered += outcome.records.size();
    log_dead_letters(outcome);
    hand_over(std::move(outcome));
}

void outcome_recorder::hand_over(batch_outcome outcome) {
    const std::size_t bytes = held_bytes(outcome);
    undurable_bytes_ += bytes;
    state_.post_now(outcome_ready{std::move(outcome), bytes});
}

} // namespace hubspool
