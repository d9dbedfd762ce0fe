// What one transaction makes durable. A value.
#pragma once

#include "core/books/batch_outcome.hpp"
#include "core/books/file_row.hpp"
#include "core/books/park_row.hpp"
#include "core/words/arrival.hpp"
#include "core/words/day_count.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace hubspool {

struct commit_unit {
    std::vector<batch_outcome> outcomes = {};
    std::vector<file_row> files = {};     // inserted or replaced
    std::optional<arrival> frontier = {}; // raised, never lowered
    std::optional<std::uint64_t> last_number = {};
    std::uint64_t commit_above = 0;                  // its commit gets a number above this one
    std::optional<std::vector<park_row>> parks = {}; // replaces all
    std::optional<day_count> today = {};             // replaces it
    // Replaces records_in and requests; the rest of it is counted by the store from the outcomes,
    // and not taken from here.
    std::optional<hubspool::totals> totals = {};
};

} // namespace hubspool
