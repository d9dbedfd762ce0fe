// What lies in new/, bulk/ and tmp/ without being claimed, counted for a person.
//
// Keeps nothing. Any thread.
#pragma once

#include "base/result.hpp"
#include "core/words/time.hpp"
#include "spool/arrivals/skipped_name.hpp"
#include "spool/queue_layout.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace hubspool {

struct queue_backlog {
    std::uint64_t files = 0, bytes = 0; // in new/ and bulk/: what will be claimed
    // What hubspool may not read or move: it stays until a person changes that.
    std::uint64_t blocked_files = 0, blocked_bytes = 0;
    std::vector<skipped_name> blocked;         // 100 at most
    std::uint64_t left_alone = 0;              // by name
    std::optional<wall_time> left_alone_since; // the oldest of them was last changed
    // In tmp/, unchanged for a day: its producers ended before their rename.
    std::uint64_t unfinished_files = 0, unfinished_bytes = 0;
    std::optional<wall_time> unfinished_since; // the oldest was last written to
};

result<queue_backlog> survey_waiting(const queue_layout& layout);
// Files in new/ and bulk/ that came up to `at`, but for those left alone by name. What cannot be
// listed counts as none.
std::uint64_t count_waiting_since(const queue_layout& layout, wall_time at);

} // namespace hubspool
