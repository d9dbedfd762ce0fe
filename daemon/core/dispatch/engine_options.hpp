// What the engine is configured with.
#pragma once

#include "core/answers/mapper_options.hpp"
#include "core/limits/daily_budget.hpp"
#include "core/limits/rate_limiter.hpp"
#include "core/memory/region_memory.hpp"
#include "core/sending/batch_planner.hpp"
#include "core/sending/brake.hpp"
#include "core/sending/circuit_breaker.hpp"
#include "core/words/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace hubspool {

struct engine_options {
    planner_options planner;
    rate_limiter_options limiter;
    daily_budget_options daily;
    circuit_breaker_options breaker;
    brake_options brake;
    mapper_options mapper;
    std::size_t pending_bytes_max = 128U << 20;
    milliseconds retry_initial{1000};
    milliseconds retry_max{300000};
    std::uint32_t attempts_max = 10;
    milliseconds late{120000};
    std::string portal_id; // api.portal_id: the only one that is sent to; empty: any
    bool drain = false;    // send nothing before everything is read, then do not wait for company
    std::optional<std::uint64_t> requests_max = {}; // that the run may send; nothing: no limit
    std::size_t uncommitted_max = 256;              // outcomes that wait for their commit
    // Records in them: while they wait, each takes many times its room in a change.
    std::uint64_t uncommitted_records_max = 100'000;
    // For what is pending. Must outlive the engine.
    region_memory* memory = heap_memory();
    // What HubSpot acknowledged is noted, so that the same need not be sent again.
    bool notes_values = false;
    // And it is not, unless it was acknowledged so long ago.
    bool skips_unchanged = false;
    milliseconds unchanged_max_age = std::chrono::hours(7 * 24);
};

} // namespace hubspool
