// What a scan of new/ and bulk/ gave.
#pragma once

#include "base/result.hpp"
#include "core/words/claimed_file.hpp"
#include "core/words/time.hpp"
#include "spool/arrivals/skipped_name.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace hubspool {

struct scan_result {
    std::vector<claimed_file> claimed; // in number order, durable
    std::vector<skipped_name> skipped; // 100 at most,
    std::uint64_t skipped_total = 0;   // of so many
    // Something is there that was not claimed yet: look again after this long (0: at once).
    std::optional<milliseconds> again_after;
    // An error that ended the scan early; `claimed` stands. When making the claims durable failed,
    // `claimed` is empty: they are kept, and a later scan hands them out, first of all, when it
    // could.
    std::optional<failure> error;
};

} // namespace hubspool
