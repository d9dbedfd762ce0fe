// What of the history may be dropped. A value.
#pragma once

#include "core/words/order_key.hpp"
#include "core/words/time.hpp"

#include <cstdint>
#include <optional>

namespace hubspool {

struct history_bounds {
    wall_time before = {};        // finished, or settled, earlier
    std::uint64_t lowest_cur = 0; // the lowest number in cur/: no row that names a file from it on
    // The smallest key of anything that is pending or in flight: no row whose largest key is not
    // below it. Nothing: nothing is pending.
    std::optional<order_key> keep_from = {};
};

} // namespace hubspool
