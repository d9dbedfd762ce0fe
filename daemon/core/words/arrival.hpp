// Where a record stands in the order of arrival: by it go the books, the frontier and the moves.
//
// It never tells which value wins: that is the order key's (order_key.hpp).
#pragma once

#include "core/words/lane.hpp"

#include <algorithm>
#include <compare>
#include <cstdint>
#include <limits>

namespace hubspool {

// Unique and totally ordered. Core compares arrivals. Only record_list, which packs them, takes
// them apart: a later queue for several hosts may fill them anew.
struct arrival {
    std::uint64_t file = 0;  // the number that the claim gave to the file
    std::uint64_t place = 0; // byte offset of the record in it

    friend auto operator<=>(const arrival&, const arrival&) = default;
};

// Above every number that a file can have.
inline constexpr std::uint64_t no_file = std::numeric_limits<std::uint64_t>::max();

inline constexpr arrival end_of_file(std::uint64_t file) {
    return {file, std::numeric_limits<std::uint64_t>::max()};
}

// How far each lane was read, durably, when the newest batch was sent. {}: nothing was.
using frontiers = per_lane<arrival>;

// It rises, and never falls.
inline void raise(frontiers& from, const frontiers& to) {
    for (const lane which : both_lanes) from[which] = std::max(from[which], to[which]);
}

} // namespace hubspool
