// What is durable of the queue as a whole. A value.
#pragma once

#include "core/books/file_row.hpp"
#include "core/books/park_row.hpp"
#include "core/words/arrival.hpp"
#include "core/words/charge.hpp"
#include "core/words/day_count.hpp"

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
    arrival frontier;
    bool paused = false;
    day_count today; // requests of the day; at least as many as were sent
    hubspool::totals totals;
    std::vector<park_row> parks;
    std::vector<charge> charges; // of objects that are still pending

    // No run has begun with it yet (pause may have made it).
    bool fresh() const { return state_id.empty(); }
};

} // namespace hubspool
