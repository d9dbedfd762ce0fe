// What one transaction makes durable. A value.
#pragma once

#include "core/books/batch_outcome.hpp"
#include "core/books/file_row.hpp"
#include "core/books/history_portal.hpp"
#include "core/books/park_row.hpp"
#include "core/words/arrival.hpp"
#include "core/words/day_count.hpp"
#include "core/words/order_key.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

struct commit_unit {
    std::vector<batch_outcome> outcomes = {};
    std::vector<file_row> files = {}; // inserted or replaced
    frontiers read_to = {};           // raised, never lowered
    std::optional<std::uint64_t> last_number = {};
    as_of_ms last_stamp = 0;                         // raised, never lowered
    std::uint64_t commit_above = 0;                  // its commit gets a number above this one
    std::optional<std::vector<park_row>> parks = {}; // replaces all
    std::optional<day_count> today = {};             // replaces it
    // Replaces records_in and requests; the rest of it is counted by the store from the outcomes,
    // and not taken from here.
    std::optional<hubspool::totals> totals = {};
    // The database is new to this queue, or was found older than it.
    bool new_epoch = false;
    order_key horizon = {}; // raised, never lowered; without its ordinal
    // Whose credential is in use from now on. When the history was another portal's, the rows so
    // far are of that one, and so are the first of these outcomes.
    struct proved_portal {
        portal_change change;
        std::size_t outcomes_before = 0;
    };
    std::optional<proved_portal> portal = {};
};

} // namespace hubspool
