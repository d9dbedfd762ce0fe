// What is durable of the queue as a whole. A value.
#pragma once

#include "core/books/file_row.hpp"
#include "core/books/park_row.hpp"
#include "core/words/arrival.hpp"
#include "core/words/charge.hpp"
#include "core/words/day_count.hpp"
#include "core/words/order_key.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hubspool {

struct meta {
    std::string state_id;     // which queue's it is
    std::uint64_t commit = 0; // raised by each transaction; never given twice in one queue
    std::uint64_t run = 0;
    std::uint64_t last_number = 0;
    std::uint64_t last_batch = 0;
    frontiers read_to; // nothing is sent before reading has passed both
    bool paused = false;
    day_count today; // requests of the day; at least as many as were sent
    hubspool::totals totals;
    std::vector<park_row> parks;
    std::vector<charge> charges; // of objects that are still pending

    // Of the history: random, another one when the database is made, or was found older than the
    // queue.
    std::uint64_t epoch = 0;
    std::string portal;            // whose history it is; empty: that was never proved
    std::uint64_t portal_from = 0; // rows of the history up to this one are another portal's
    // Below it the history may have forgotten what was acknowledged; {}: it knows all.
    order_key horizon;
    as_of_ms last_stamp = 0; // the largest that was ever given to a file, as far as is known

    // No run has begun with it yet (pause may have made it).
    bool fresh() const { return state_id.empty(); }
};

} // namespace hubspool
