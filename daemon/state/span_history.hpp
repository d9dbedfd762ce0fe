// What was recorded in a span of time, for a report; also beside a daemon that commits.
//
// Holds one row at a time, whatever the span. Errors as in state/outcome_store.hpp; ENOENT and
// ESTALE as in state/database_file.hpp. One thread at a time.
#pragma once

#include "base/result.hpp"
#include "core/books/file_row.hpp"
#include "core/words/park.hpp"
#include "state/database.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace hubspool {

struct time_span {
    wall_time since = {};
    wall_time until = {}; // the first moment after it
};

// The batches that ended in one hour of UTC.
struct hour_figures {
    wall_time begins = {};
    std::uint64_t requests = 0, failed = 0; // failed: without an answer, or one that is no success
    std::uint64_t inputs = 0, delivered = 0, retried = 0, dead_lettered = 0; // objects
    std::uint64_t answered = 0, answered_ms = 0; // requests that had an answer, and until it
    // It keeps when it begins.
    hour_figures& operator+=(const hour_figures& other);
    friend bool operator==(const hour_figures&, const hour_figures&) = default;
};

// A park that is over.
struct ended_park {
    park_reason reason = park_reason::paused;
    wall_time since = {}, ended = {};
    std::string words;
};

class span_history {
public:
    static result<span_history> open(const std::string& directory);

    // Hours without a batch are left out; from old to new.
    result<void> visit_hours(const time_span& span,
                             const std::function<void(const hour_figures&)>& visit);
    // Those that were settled in it, and with `open_too` all that are not settled yet; in any
    // order.
    result<void> visit_files(const time_span& span, bool open_too,
                             const std::function<void(const file_row&)>& visit);
    // Of which a part lies in it; by their beginning.
    result<void> visit_parks(const time_span& span, const std::function<void(ended_park)>& visit);
    // Of a file by its number; "" when its row is gone.
    result<std::string> file_name(std::uint64_t number);

private:
    explicit span_history(database db) : db_(std::move(db)) {}

    database db_;
};

} // namespace hubspool
