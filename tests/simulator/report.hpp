// What the stand-in has seen, as counters and as JSON.
#pragma once

#include "simulator/portal.hpp"
#include "simulator/rate_window.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace hubspool::simulator {

struct counters {
    std::uint64_t requests = 0; // to the API's path, whatever became of them
    std::map<int, std::uint64_t> by_status;
    std::map<std::size_t, std::uint64_t> batches_of; // well-formed requests by number of inputs
    std::uint64_t inputs = 0;
    std::uint64_t applied_inputs = 0;
    std::uint64_t unknown_inputs = 0; // answered OBJECT_NOT_FOUND
    std::uint64_t overlaps = 0;       // inputs whose object was in another request under way
    std::uint64_t duplicate_id_batches = 0;
    std::uint64_t bad_requests = 0; // not the schema of batch/update
    std::string first_bad_request;
    std::uint64_t schema_violations = 0; // bodies that break HubSpot's own schema
    std::string first_schema_violation;
    std::uint64_t unauthorized = 0;
    std::uint64_t foreign_requests = 0; // with a token of another account
    std::uint64_t event_requests = 0;   // for one event; in the rate window, not in `requests`
    std::uint64_t account_requests = 0; // account-info; in the rate window, not in `requests`
    std::uint64_t token_requests = 0;   // of OAuth, since the start
    std::uint64_t token_grants = 0;
    std::uint64_t connections = 0;
    std::uint64_t cut = 0; // connections ended by a fault, truncations too
    std::uint64_t late_applied = 0;
    std::int64_t first_arrival_ms = 0; // since the program's start, as is the last
    std::int64_t last_arrival_ms = 0;
};

// `late_waiting`: requests that were answered or cut, and are to be applied later.
std::string report_json(const counters& seen, const rate_window& window, const portal& objects,
                        std::uint64_t late_waiting);

} // namespace hubspool::simulator
