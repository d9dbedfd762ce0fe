// Which seeds a simulation runs: HUBSPOOL_SEED repeats one, HUBSPOOL_SEEDS runs more of them.
#pragma once

#include "simulation/simulated_world.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace hubspool::simulation {

#ifdef HUBSPOOL_SANITIZED
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif

inline std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    const char* const text = std::getenv(name);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

// Runs `check(seed)` for the seeds 1 to `count`, or as the environment says; a failure names its.
template <class Check>
void for_seeds(std::uint64_t count, Check check) {
    const std::uint64_t only = number_from("HUBSPOOL_SEED", 0);
    // Ten times slower, and it looks for other things.
    if (is_sanitized) count = std::max<std::uint64_t>(count / 30, 1);
    const std::uint64_t last = only != 0 ? only : number_from("HUBSPOOL_SEEDS", count);
    for (std::uint64_t seed = only != 0 ? only : 1; seed <= last; ++seed) {
        try {
            check(seed);
        } catch (const breach& b) {
            FAIL() << b.what() << "\nrepeat with HUBSPOOL_SEED=" << seed;
        }
        if (::testing::Test::HasFailure()) FAIL() << "repeat with HUBSPOOL_SEED=" << seed;
    }
}

// What the first of so many stories breaks, of those whose words begin with `kind`; empty: none
// does. For a rule that is switched off: the plain build shows that the simulation finds it.
template <class Make>
std::string first_breach(std::uint64_t seeds_most, Make make, std::string_view kind = {}) {
    for (std::uint64_t seed = 1; seed <= seeds_most; ++seed) {
        try {
            (void)simulated_world(make(seed)).run();
        } catch (const breach& b) {
            if (std::string_view(b.what()).starts_with(kind)) return b.what();
        }
    }
    return {};
}

} // namespace hubspool::simulation
