// A replay as a durable job: which files it sends once more, and what was asked of it. Values.
#pragma once

#include "core/books/settled_records.hpp"
#include "core/words/time.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace hubspool {

// One file of the selection, which is frozen when the job begins.
struct replay_file {
    std::string source;  // beneath the queue: "done/2026-11-23/..."
    bool staged = false; // beneath the state directory instead: records that were taken out of it
    std::string name;    // that it gets in bulk/; no other file has it
    std::uint64_t size = 0;
    std::int64_t mtime_ns = 0;
};

enum class replay_wish : std::uint8_t { go_on, pause, cancel };

struct replay_job {
    std::uint64_t id = 0; // given once
    wall_time created = {};
    std::string reason; // of who began it
    std::string chosen; // what was chosen, in words
    std::uint64_t files = 0, bytes = 0;
    std::uint64_t records = 0, requests = 0; // as planned
    std::uint32_t requests_max = 0;          // in any window of the rate limit; 0: no limit
    replay_wish wish = replay_wish::go_on;
    std::optional<wall_time> over; // nothing of it will be put into the queue any more
};

// How far it is: what the books say of its files.
struct replay_progress {
    std::uint64_t skipped = 0; // files that had changed, or were gone
    std::uint64_t begun = 0;   // being read, or read
    std::uint64_t settled = 0; // of the files that were begun
    fate_counts counts;        // of records, so far
    std::optional<wall_time> last_settled;

    bool is_done(const replay_job& job) const { return settled + skipped == job.files; }
};

} // namespace hubspool
