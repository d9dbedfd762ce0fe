// A park: why sending as a whole stopped, and when it asks again.
#pragma once

#include "core/words/time.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

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
// Nothing: no reason is called that.
std::optional<park_reason> park_reason_named(std::string_view name);

struct park_request {
    park_reason reason = park_reason::misconfigured;
    std::string words;              // what HubSpot said and what ends the park
    std::optional<boot_time> until; // probe no earlier than this
};

struct park {
    park_reason reason = park_reason::paused;
    wall_time since = {};
    std::string words;
    milliseconds interval = std::chrono::minutes(1); // until the next probe but one
    boot_time probe_at = {};                         // boot_time::max(): never by itself
    boot_time due = {}; // the time of its own that it began with; probes on demand come earlier
};

} // namespace hubspool
