// Why all sending waits for a time.
#pragma once

#include <cstdint>

namespace hubspool {

enum class hold_cause : std::uint8_t {
    backoff,      // after a failure that is not yet an outage
    restart,      // what a run before the machine's restart had sent may still land
    retry_after,  // HubSpot asked for it
    rate_limited, // 429
    may_land,     // of every object that could be asked with
    not_noted,    // the file `sending` cannot be written, or has no free slot
};

// Of an answer that asked to wait.
inline hold_cause hold_cause_of(int http_status) {
    return http_status == 429 ? hold_cause::rate_limited : hold_cause::retry_after;
}

} // namespace hubspool
