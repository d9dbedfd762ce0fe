// What an answer means: one verdict per input, and what it says of the account and of the limits.
#pragma once

#include "core/pending/field_set.hpp"
#include "core/words/park.hpp"
#include "core/words/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

// One input of the request that is judged. Views into the batch.
struct sent_input {
    std::string_view object_id; // canonical
    const field_set* fields = nullptr;
};

enum class input_fate : std::uint8_t {
    delivered,    // named in `results`, and by no error
    dead,         // cannot be delivered; HubSpot's words are in `words`
    again,        // nothing is held against it: goes again at once, batch cap kept, uncharged
    suspect,      // a failure that names no input: batch cap halves; charged only if it was alone
    contradicted, // in `results` and in `errors`: once more alone, then dead
    solo, // named by an error that may pass, or suspected by name: goes alone, charged there
};

struct input_verdict {
    input_fate fate = input_fate::suspect;
    // The reason's key (HubSpot's category, else our own such as "unattributed"), what a brake
    // counts.
    std::string category;
    std::string words; // HubSpot's message, or ours
};

struct response_verdict {
    std::vector<input_verdict> inputs; // one for each input sent, in its order

    // The request may still be applied until api.late after its end.
    bool may_still_land = false;
    // Stale connection: the same values once more, at once, with nobody halved.
    bool resend = false;
    // An outage-like failure: the breaker counts it.
    bool outage = false;
    // The answer may be one record's fault as well as everybody's: only a control can tell.
    bool doubtful = false;
    // HubSpot itself says that it is a matter of time (a conflict, a lock, busy): to ask again
    // within seconds tells nothing.
    bool passing = false;
    // A conclusive 4xx: isolation goes on without backoff.
    bool no_backoff = false;
    // The server asked for another connection (421, 425): close this one.
    bool close_connection = false;
    // A 429 although below our own count: all slots count as taken, the budget shrinks.
    bool throttled = false;
    // "Duplicate IDs": our bug; these objects must go in separate batches.
    bool duplicate_ids = false;

    std::optional<park_request> park;
    std::optional<park_request> park_if_common;  // doubtful, and a control was answered so too
    std::optional<milliseconds> hold;            // all sending waits at least this long
    std::optional<milliseconds> retry_after_min; // these inputs wait at least this long (423)
    std::optional<std::uint32_t> max_inputs;     // lower the cap to this
    // Of the headers X-HubSpot-RateLimit-*, as far as they are believable.
    std::optional<std::uint32_t> limit_max, limit_remaining;   // -Max, -Remaining: of the window
    std::optional<std::uint32_t> daily_limit, daily_remaining; // -Daily, -Daily-Remaining

    // For the batch's row and log line.
    std::string status;         // the body's `status`, or empty
    std::string reason;         // short: category, policyName, or the error
    std::string words;          // HubSpot's message
    std::string correlation_id; // header, else body
    // Objects of `results` that were not sent, and properties sent but missing from their echo.
    std::vector<std::string> unknown_results;
    struct missing_echo {
        std::size_t input; // index into inputs
        std::string property;
    };
    std::vector<missing_echo> missing_echoes;
};

} // namespace hubspool
