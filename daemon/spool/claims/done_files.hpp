// Lists what lies in done/, for who looks a settled file up again. Keeps nothing. Any thread.
#pragma once

#include "base/result.hpp"
#include "core/words/claimed_file.hpp"
#include "spool/queue_layout.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace hubspool {

struct done_file {
    claimed_file file; // a stamp of 0: claimed by a version that gave none
    std::string day;   // of its settling: 2026-11-23
    std::string path;  // beneath the queue
    std::int64_t mtime_ns = 0;
};

// Whether a directory of that name in done/ is one of hubspool's.
bool is_day_of_done(const std::string& name);

// Calls `visit` with each of which `wanted` says so by its name alone; in no order. A file that
// goes meanwhile is left out.
result<void>
visit_done(const queue_layout& layout,
           const std::function<bool(const claimed_file&, const std::string& day)>& wanted,
           const std::function<void(done_file)>& visit);

} // namespace hubspool
