// What a running daemon tells of itself: the content of status.json, which base/status_json writes
// and reads. Times are absolute, so that it changes only with the facts. Pure values.
#pragma once

#include "core/engine/answer_times.hpp"
#include "core/engine/engine_status.hpp"
#include "core/sending/circuit_breaker.hpp"
#include "core/words/park.hpp"
#include "core/words/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

// What requests were like since the start: the ground of an estimate.
struct send_figures {
    std::uint64_t inputs = 0;      // of all requests
    std::uint64_t answered = 0;    // requests that had a whole answer
    std::uint64_t answered_ms = 0; // from their first byte to it
    answer_times times;            // the same, one by one
    std::uint64_t refused = 0;     // of the answered: with a status of 400 or above
    bool operator==(const send_figures&) const = default;
};

struct daemon_status {
    std::int64_t pid = 0;
    std::string command;     // that it was started by: "run" or "drain"
    bool resting = false;    // nothing to do: silent until something comes
    bool stopping = false;   // no new request
    bool recovering = false; // what the run before had read is not read again yet

    struct pending_figures {
        std::uint64_t records = 0, objects = 0, bytes = 0;
        std::int64_t suspects = 0;       // objects
        std::optional<wall_time> oldest; // when the oldest change was accepted
        bool operator==(const pending_figures&) const = default;
    } pending;

    std::uint64_t in_flight = 0;             // requests
    std::uint64_t uncommitted = 0;           // outcomes
    std::optional<std::uint64_t> rate_limit; // requests in a window; nothing: not told
    std::uint64_t others = 0;                // requests of other clients in the window
    struct window_figures {
        std::uint64_t used = 0;           // requests of ours that count
        std::optional<wall_time> free_at; // none counts from then on; nothing: some are under way
        bool operator==(const window_figures&) const = default;
    };
    std::optional<window_figures> window; // nothing: not told

    struct day_figures {
        std::uint64_t requests = 0;                     // of ours
        std::optional<std::uint64_t> allowed;           // of ours; nothing: no quota is known
        std::optional<std::uint64_t> account_remaining; // as HubSpot told last
        wall_time ends = {};
        bool operator==(const day_figures&) const = default;
    };
    std::optional<day_figures> today; // nothing: not told

    struct failing_state {
        std::uint64_t failures = 0; // in a row
        wall_time since = {};       // of these
        std::string last_failure;
        std::optional<wall_time> probe_at; // the breaker is open until then
        bool operator==(const failing_state&) const = default;
    };
    std::optional<breaker_state> breaker; // nothing: not told
    std::optional<failing_state> failing; // nothing: the last request went well

    // Why nothing is sent just now, as core/engine/sending_hold has it.
    struct hold {
        std::string kind, reason;
        std::optional<wall_time> until;
        bool operator==(const hold&) const = default;
    };
    std::vector<hold> holds;
    std::string credential_waits; // why a newer one is not used; empty: there is none

    struct park {
        park_reason reason = park_reason::paused;
        wall_time since = {};
        std::string words;
        std::optional<wall_time> probe_at; // nothing: never by itself
        bool operator==(const park&) const = default;
    };
    std::vector<park> parks;

    // Since its start.
    struct run_figures {
        std::uint64_t requests = 0;
        send_figures sent;
        std::uint64_t connections = 0; // api.connections; 0: not told
        std::uint64_t delivered = 0, superseded = 0, dead_lettered = 0; // records
        std::uint64_t overtaken = 0; // of the superseded ones: by what was delivered before
        std::uint64_t unchanged = 0; // not sent: HubSpot had these values already
        std::optional<wall_time> last_delivery;
        std::uint64_t settled() const { return delivered + superseded + unchanged + dead_lettered; }
        bool operator==(const run_figures&) const = default;
    } run;

    // The breaker is open, or its probe is on the way. Doubtful is not unreachable: the next answer
    // decides.
    bool is_unreachable() const {
        return breaker == breaker_state::open || breaker == breaker_state::probing;
    }
    // Everything is read before anything is sent: no delivery can come yet.
    bool reads_first() const;
    bool operator==(const daemon_status&) const = default;
};

// What the engine tells, at `now`, which is `wall` on the other clock. What only the process knows
// is left as it is: pid, command, resting, stopping, credential_waits and run.
daemon_status make_daemon_status(const engine_status& engine, boot_time now, wall_time wall);

} // namespace hubspool
