// What the state thread is told, and what it tells. Values, handed over whole.
#pragma once

#include "core/books/batch_outcome.hpp"
#include "core/books/file_row.hpp"
#include "core/books/history_portal.hpp"
#include "core/books/park_row.hpp"
#include "core/reading/file_end.hpp"
#include "core/words/arrival.hpp"
#include "core/words/day_count.hpp"
#include "core/words/operator_request.hpp"
#include "core/words/read_point.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hubspool {

// Reading of a claimed file begins.
struct file_started {
    file_row row;
    std::uint64_t unread_from = no_file; // the lowest number in cur/ of which it has not begun
};
// What was read so far must outlive a restart in the middle: the first look, and why
// the file must be kept.
struct block_read {
    std::uint64_t file = 0;
    read_point from;
    std::uint64_t size = 0;
    std::int64_t mtime_ns = 0;
    std::optional<std::string> keep_because;
    std::optional<as_of_ms> oldest = {}; // of its records
};
struct file_read {
    std::uint64_t file;
    file_end end;
};
struct frontier_wanted {
    lane which = lane::live;
    arrival upto;
};
// The day's requests; what is asked for is ahead of what was sent.
struct day_counted {
    day_count count;
};
struct outcome_ready {
    batch_outcome outcome;
    std::size_t bytes;
};
struct parks_changed {
    std::vector<park_row> parks;
};
struct live_status {
    std::string json;
};
// What has an operator asked for? Answered by settle_events::request, also while the disk is full.
struct request_wanted {};
// Somebody wants to know whether the state thread moves: call it.
struct progress_asked {
    std::function<void()> answer;
};
// The credential in use opens another portal than before.
struct portal_changed {
    portal_change change;
};
// All that the runs before had read is read again, and was told.
struct reading_passed {};
using settle_message = std::variant<portal_changed, file_started, block_read, file_read,
                                    frontier_wanted, day_counted, outcome_ready, parks_changed,
                                    live_status, request_wanted, reading_passed, progress_asked>;

// What it tells; called on the state thread.
struct settle_events {
    // Outcomes of these batches are durable; `bytes` of messages were dealt with.
    std::function<void(const std::vector<std::uint64_t>& batches, std::size_t bytes)> committed;
    std::function<void(const frontiers&)> frontiers_durable;
    std::function<void(day_count)> budget_durable;
    std::function<void(order_key)> history_trimmed; // the horizon since
    // Of cur/, in memory here; `settled` only wait for their turn to leave. When it changed.
    std::function<void(std::size_t files, std::size_t settled)> files_open;
    // To each request_wanted; nothing: the database cannot be read now.
    std::function<void(std::optional<operator_request>)> request;
    std::function<void(const std::string& why)> fatal; // the process must end with exit code 1
};

} // namespace hubspool
