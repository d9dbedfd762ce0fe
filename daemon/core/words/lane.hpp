// The two ways into the queue. A lane decides who is sent first, never which value wins.
#pragma once

#include <array>
#include <cstdint>

namespace hubspool {

enum class lane : std::uint8_t {
    live, // claimed from new/
    bulk, // claimed from bulk/
};

inline constexpr std::array both_lanes{lane::live, lane::bulk};

// One for each lane.
template <class T>
struct per_lane {
    T live = {};
    T bulk = {};

    T& operator[](lane which) { return which == lane::live ? live : bulk; }
    const T& operator[](lane which) const { return which == lane::live ? live : bulk; }
    friend bool operator==(const per_lane&, const per_lane&) = default;
};

} // namespace hubspool
