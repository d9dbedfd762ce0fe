// What a run has come to so far: requests, records, and what of it is not durable yet. Pure; loop
// thread.
#pragma once

#include "core/books/batch_outcome.hpp"
#include "core/books/file_row.hpp"
#include "core/engine/daemon_status.hpp"
#include "core/engine/drain_rule.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace hubspool {

class run_tally {
public:
    // Counts it; returns the memory that it holds until its commit.
    std::size_t add(const batch_outcome& outcome);
    // Outcomes of so many bytes wait for their commit no more.
    void became_durable(std::size_t bytes) { undurable_bytes_ -= bytes; }
    // An answer, or a credential that cannot be had, asked for a park.
    void parked() { parked_ = true; }
    // The end of all: how many files were not wholly readable, and could not leave cur/.
    void close(std::uint64_t files_rejected, std::uint64_t files_left);

    // With a full disk they may wait for long.
    std::size_t undurable_bytes() const { return undurable_bytes_; }
    std::uint64_t delivered_inputs() const { return delivered_inputs_; }
    // Records that needed no request.
    std::uint64_t settled_by_ledger() const { return totals_.overtaken + totals_.unchanged; }
    bool has_parked() const { return parked_; }
    bool is_closed() const { return closed_; }
    drain_sums sums() const { return {totals_.dead_lettered, files_rejected_, files_left_}; }
    const hubspool::totals& totals() const { return totals_; }
    daemon_status::run_figures figures(std::uint64_t connections) const;

private:
    hubspool::totals totals_;
    send_figures sent_;
    std::uint64_t delivered_inputs_ = 0;
    std::optional<wall_time> last_delivery_;
    std::size_t undurable_bytes_ = 0;
    bool parked_ = false;
    bool closed_ = false;
    std::uint64_t files_rejected_ = 0, files_left_ = 0;
};

} // namespace hubspool
