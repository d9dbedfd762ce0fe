// Where records come from: the seam between the intake and what holds the files.
//
// Behind it stand the queue directory, inotify, inodes and descriptors; before it, claimed files
// with numbers, blocks of decoded records, and how each file ended. A test's source holds them in
// memory. Intake thread, but for wake(). What becomes of a file after its records are settled is
// the state thread's: spool/claims/queue_moves.hpp.
#pragma once

#include "base/result.hpp"
#include "core/reading/opening_patience.hpp"
#include "core/reading/reading_list.hpp"
#include "core/words/claim_stamp.hpp"
#include "core/words/claimed_file.hpp"
#include "core/words/time.hpp"
#include "spool/arrivals/scan_result.hpp"
#include "spool/reading/file_reader.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace hubspool {

// What opening a claimed file gave: its blocks, one after the other, or why there are none.
using opening = std::variant<std::unique_ptr<file_reader>, failed_opening>;

// What more a source could claim, beside what others put there.
enum class brought : std::uint8_t {
    nothing, // there is no more
    part,    // of a file: ask again
    files,   // that a scan claims
};

class record_source {
public:
    virtual ~record_source() = default;

    // For a drain, when all is read: it brings more by itself.
    virtual brought bring_more() { return brought::nothing; }
    // Why not all of it could be brought, for a person; empty: it could.
    virtual std::string not_brought() const { return {}; }

    // Claims what has arrived, durably, under numbers and stamps from `next` on, in order; large
    // files under numbers above `large_files_above`. At most files_a_scan: then a call again goes
    // on.
    virtual scan_result scan(next_claim& next, std::uint64_t large_files_above) = 0;
    static constexpr std::size_t files_a_scan = 10000;
    // The first `files_max` claimed files of a lane with numbers above `number`, in order.
    virtual result<std::vector<claimed_file>> claimed_above(std::uint64_t number,
                                                            std::size_t files_max, lane which) = 0;

    // `keep_on` is asked once a window, also where no record comes for long; false: the reader
    // gives up, and has no end. The reader outlives neither the source nor what it asks.
    virtual opening open(const file_to_read& next, std::function<bool()> keep_on) = 0;

    // Waits until something may have arrived, wake() was called, or `at_most` has passed.
    virtual void wait(milliseconds at_most) = 0;
    // Ends the wait under way, or the next one, at once. Any thread.
    virtual void wake() = 0;
};

} // namespace hubspool
