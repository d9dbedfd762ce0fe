// What this run's requests and records came to: counts it, and hands it to the state thread.
// Loop thread.
#pragma once

#include "app/settle/settle_loop.hpp"
#include "base/mailbox.hpp"
#include "core/books/batch_outcome.hpp"
#include "core/engine/daemon_status.hpp"

#include <cstddef>
#include <cstdint>

namespace hubspool {

class outcome_recorder {
public:
    explicit outcome_recorder(mailbox<settle_message>& state) : state_(state) {}

    // Of a request, answered or not.
    void record(batch_outcome outcome);
    // Dead letters that were found while reading.
    void record_unreadable(batch_outcome outcome);
    // Outcomes of so many bytes wait for their commit no more.
    void became_durable(std::size_t bytes) { undurable_bytes_ -= bytes; }

    // Held against the memory limit: with a full disk they may wait for long.
    std::size_t undurable_bytes() const { return undurable_bytes_; }
    const hubspool::totals& totals() const { return totals_; } // of this run
    const send_figures& sent() const { return sent_; }
    std::uint64_t delivered_inputs() const { return delivered_inputs_; }

private:
    void hand_over(batch_outcome outcome);

    mailbox<settle_message>& state_;
    hubspool::totals totals_;
    send_figures sent_;
    std::uint64_t delivered_inputs_ = 0;
    std::size_t undurable_bytes_ = 0;
};

} // namespace hubspool
