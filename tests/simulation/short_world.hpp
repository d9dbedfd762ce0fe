// A world in which all waits are short, so that a seed meets many of them.
#pragma once

#include "simulation/simulated_world.hpp"

#include <chrono>
#include <cstdint>

namespace hubspool::simulation {

inline world_options short_world(std::uint64_t seed) {
    using namespace std::chrono_literals;
    world_options w;
    w.seed = seed;
    w.engine.late = 2500ms;
    w.engine.limiter.requests = 50;
    w.engine.retry_initial = 200ms;
    w.engine.retry_max = 5s;
    w.engine.breaker.initial = 200ms;
    w.engine.breaker.probe_max = 5s;
    w.engine.planner.linger = 50ms;
    return w;
}

} // namespace hubspool::simulation
