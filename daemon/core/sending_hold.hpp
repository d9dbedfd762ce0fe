// Why nothing is sent just now, and until when: what `status` and the progress line of `drain` say.
#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

struct dispatcher_status;

// What makes all sending wait for a time.
enum class hold_cause : std::uint8_t {
    backoff,      // after a failure that is not yet an outage
    restart,      // what a run before the machine's restart had sent may still land
    retry_after,  // HubSpot asked for it
    rate_limited, // 429
    may_land,     // of every object that could be asked with
    not_noted,    // the file `sending` cannot be written, or has no free slot
};

// Of an answer that asked to wait.
hold_cause hold_cause_of(int http_status);

struct sending_hold {
    std::string_view kind;          // a word for programs
    std::string reason;             // for a person; with what ends it, where that is no time
    std::optional<boot_time> until; // when it ends, or is put to the test
};

// All that stands in the way; empty: sending goes on. What a person must end comes first. The
// limit's own pace is no hold. Pure.
std::vector<sending_hold> holds_of(const dispatcher_status& status, boot_time now);

} // namespace hubspool
