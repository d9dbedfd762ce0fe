// Which seeds a simulation runs: HUBSPOOL_SEED repeats one, HUBSPOOL_SEEDS runs more of them.
#pragma once

#include "simulation/simulated_world.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace hubspool::simulation {

inline std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    const char* const text = std::getenv(name);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

// Runs `check(seed)` for the seeds 1 to `count`, or as the environment says; a failure names its.
template <class Check>
void for_seeds(std::uint64_t count, Check check) {
    const std::uint64_t only = number_from("HUBSPOOL_SEED", 0);
#ifdef HUBSPOOL_SANITIZED
    count =
        std::max<std::uint64_t>(count / 30, 1); // ten times slower, and it looks for other things
#endif
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

} // namespace hubspool::simulation
