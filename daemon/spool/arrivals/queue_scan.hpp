// Claims what has arrived: renames it into cur/ under the next number, in order, durably.
//
// A scan stops at the first file that is not ready, since a later one must not get a lower number.
// Intake thread.
#pragma once

#include "core/words/claim_stamp.hpp"
#include "core/words/claimed_file.hpp"
#include "spool/arrivals/arrival_order.hpp"
#include "spool/arrivals/scan_result.hpp"
#include "spool/queue_layout.hpp"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace hubspool {

using announced_name = std::function<bool(lane, const std::string&)>;

class queue_scan {
public:
    queue_scan(const queue_layout& layout, milliseconds quiet_period);

    // Claims all that is ready, in order of ctime, mtime, name, up to `files_max` (a call again
    // goes on), gives numbers and stamps from `next` on, fsyncs. Numbers are used once even when a
    // rename fails. `announced(name in new/ or bulk/)` says that its rename was seen.
    scan_result scan(next_claim& next, std::size_t files_max, const announced_name& announced);

    // Files above this size that scans claim from now on get a number above `number`: so what may
    // be claimed up to it stays small.
    static constexpr std::uint64_t large_file_bytes = 1U << 20;
    void number_large_files_above(std::uint64_t number) { large_above_ = number; }

private:
    enum class step {
        go_on, // the first file is dealt with: claimed, stepped over, or gone
        wait,  // it is not ready: again_after is set
        fail,  // error is set; nothing more can be claimed now
    };

    result<lane_directories> open_lanes() const;
    step take_first(const lane_directories& lanes, next_claim& next,
                    const announced_name& announced, scan_result& out);
    step claim(const listed_file& file, std::uint64_t size, int directory, next_claim& next,
               scan_result& out);
    step after_failed_rename(const listed_file& file, int directory, int error, scan_result& out);
    // How long the file has still to rest; 0: it is ready.
    milliseconds unrest(const listed_file& file, const announced_name& announced);
    result<int> subdirectory(std::uint64_t index);
    result<void> make_durable(const lane_directories& lanes);

    const queue_layout& layout_;
    milliseconds quiet_period_;
    arrival_order order_;
    std::uint64_t large_above_ = 0;
    owned_descriptor current_; // the subdirectory claimed into last
    std::uint64_t current_index_ = 0;

    // Claimed, and not known to be durable: never handed out before that.
    std::vector<claimed_file> undurable_;
    std::set<std::uint64_t> touched_subdirectories_;
    bool made_subdirectory_ = false;
};

} // namespace hubspool
