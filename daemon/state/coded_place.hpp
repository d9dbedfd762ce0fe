// Places in files as SQLite orders them: its integers are signed. Pure.
#pragma once

#include <cstdint>
#include <limits>

namespace hubspool {

// The end of a file is the largest of them.
inline std::int64_t coded_place(std::uint64_t place) {
    constexpr auto largest = std::numeric_limits<std::int64_t>::max();
    return place >= static_cast<std::uint64_t>(largest) ? largest
                                                        : static_cast<std::int64_t>(place);
}

inline std::uint64_t place_of(std::int64_t coded) {
    return coded == std::numeric_limits<std::int64_t>::max()
               ? std::numeric_limits<std::uint64_t>::max()
               : static_cast<std::uint64_t>(coded);
}

} // namespace hubspool
