// What the metrics are made of. What is not known is nothing, and then left out of them. Values.
#pragma once

#include "base/result.hpp"
#include "core/books/file_row.hpp"
#include "core/engine/daemon_status.hpp"
#include "core/words/park.hpp"
#include "core/words/time.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace hubspool {

// What only a look into queue and state tells.
struct queue_figures {
    std::uint64_t waiting_files = 0, waiting_bytes = 0; // in new/ and bulk/, to be claimed
    std::uint64_t unread_bytes = 0;                     // these, and what is not read in cur/
    std::uint64_t open_files = 0;                       // in cur/
    std::uint64_t rejected_files = 0;
    std::uint64_t free_bytes = 0; // of the queue's file system
    std::uint64_t open_letters = 0;
    std::optional<wall_time> drained_at; // as it goes now; nothing: it does not, or cannot be told
};

// Looks. Blocks on the disk.
using queue_survey_maker = std::function<result<queue_figures>()>;

struct process_figures {
    double cpu_seconds = 0;
    std::uint64_t resident_bytes = 0;
    std::uint64_t open_descriptors = 0;
    wall_time started = {};
};

struct metric_facts {
    wall_time now = {};
    std::optional<totals> settled; // of all runs
    std::optional<std::vector<park_reason>> parked;
    std::optional<daemon_status> told; // of a daemon that works
    std::optional<queue_figures> queue;
    std::optional<process_figures> process;
};

} // namespace hubspool
