#include "core/engine/run_tally.hpp"

namespace hubspool {

std::size_t run_tally::add(const batch_outcome& outcome) {
    const fate_counts& settled = outcome.records.counts();
    totals_.delivered += settled.delivered;
    totals_.superseded += settled.superseded;
    totals_.dead_lettered += settled.dead;
    totals_.overtaken += settled.overtaken;
    totals_.unchanged += settled.unchanged;
    // Without a batch it is of what could not be read, and no request.
    if (outcome.batch != 0) {
        ++totals_.requests;
        sent_.inputs += outcome.inputs;
        delivered_inputs_ += outcome.delivered;
        if (outcome.delivered > 0) last_delivery_ = outcome.finished;
    }
    if (outcome.http_status != 0) {
        ++sent_.answered;
        sent_.answered_ms += static_cast<std::uint64_t>(outcome.duration_ms);
        sent_.times.add(static_cast<std::uint64_t>(outcome.duration_ms));
        if (outcome.http_status >= 400) ++sent_.refused;
    }
    const std::size_t bytes = held_bytes(outcome);
    undurable_bytes_ += bytes;
    return bytes;
}

void run_tally::close(std::uint64_t files_rejected, std::uint64_t files_left) {
    files_rejected_ = files_rejected;
    files_left_ = files_left;
    closed_ = true;
}

daemon_status::run_figures run_tally::figures(std::uint64_t connections) const {
    return {totals_.requests,   sent_,
            connections,        totals_.delivered,
            totals_.superseded, totals_.dead_lettered,
            totals_.overtaken,  totals_.unchanged,
            last_delivery_};
}

} // namespace hubspool
