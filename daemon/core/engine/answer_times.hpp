// How long requests took until their answer was whole, sorted into classes. A value.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace hubspool {

struct answer_times {
    // Each class ends with its bound, which belongs to it; the last one has none.
    static constexpr std::array<std::uint64_t, 11> bounds_ms{50,   100,  200,   400,   800,  1600,
                                                             3200, 6400, 12800, 25600, 51200};
    std::array<std::uint64_t, bounds_ms.size() + 1> counts{};

    void add(std::uint64_t took_ms) {
        const auto bound = std::lower_bound(bounds_ms.begin(), bounds_ms.end(), took_ms);
        ++counts[static_cast<std::size_t>(bound - bounds_ms.begin())];
    }
    bool operator==(const answer_times&) const = default;
};

} // namespace hubspool
