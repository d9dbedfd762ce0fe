// From one response to one verdict per input: the whole table of section "Verdicts" in
// daemon/README.md, every case written out, each with its source.
//
// Rules it keeps: an input is delivered only when the response names its objectId in `results`; a
// body is never assumed to be JSON and every field of an error is optional (HubSpot, "Error
// handling"); ids count as named only under the keys id, ids, objectId, objectIds of a `context`.
// Pure: no state, no clock. Never throws; any bytes are a valid body.
#pragma once

#include "core/api_response.hpp"
#include "core/field_set.hpp"
#include "core/time.hpp"

#include <chrono>
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
    again,        // nothing is held against it: goes again at once, mates kept, uncharged
    suspect,      // a failure that names no input: mates halve; charged only if it was alone
    contradicted, // in `results` and in `errors`: once more alone, then dead
    solo, // named by an error that may pass, or suspected by name: goes alone, charged there
};

// Why sending as a whole has to stop. The order is the one in which they are shown.
enum class park_reason : std::uint8_t {
    paused,        // a person said `pause`
    unauthorized,  // 401
    forbidden,     // 403, a scope is missing
    wrong_portal,  // the credential is another account's
    misconfigured, // an answer that only a wrong path, proxy or setting explains
    quota,         // the daily quota is spent
    migration,     // 477: the account moves between data centres
    suspect_data,  // one reason made dead letters of too many objects
};
inline constexpr std::size_t park_reason_count = 8;
std::string_view to_string(park_reason reason);

struct input_verdict {
    input_fate fate = input_fate::suspect;
    // The reason's key (HubSpot's category, else our own such as "unattributed"), what a brake
    // counts.
    std::string category;
    std::string words; // HubSpot's message, or ours
};

struct park_request {
    park_reason reason = park_reason::misconfigured;
    std::string words;              // what HubSpot said and what ends the park
    std::optional<boot_time> until; // probe no earlier than this
};

struct response_verdict {
    std::vector<input_verdict> inputs; // one for each input sent, in its order

    // The request may still be applied until api.late after it was written.
    bool may_still_land = false;
    // Stale connection: the same values once more, at once, with nobody halved.
    bool resend = false;
    // An outage-like failure: the breaker counts it.
    bool outage = false;
    // The answer may be one record's fault as well as everybody's: only a control can tell.
    bool doubtful = false;
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

struct mapper_options {
    milliseconds window{10000};    // of the rate limit
    bool echo_is_required = false; // api.verify_echo: dead_letter
    bool look_at_echo = true;      // api.verify_echo: warn or dead_letter
    bool oauth = false;            // the token is an OAuth app's
};

response_verdict map_response(const api_response& response, const std::vector<sent_input>& inputs,
                              const mapper_options& options, boot_time now);

} // namespace hubspool
