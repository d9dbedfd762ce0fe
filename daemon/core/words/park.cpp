#include "core/words/park.hpp"

namespace hubspool {

std::string_view to_string(park_reason reason) {
    switch (reason) {
    case park_reason::paused: return "paused";
    case park_reason::unauthorized: return "unauthorized";
    case park_reason::forbidden: return "forbidden";
    case park_reason::wrong_portal: return "wrong_portal";
    case park_reason::misconfigured: return "misconfigured";
    case park_reason::quota: return "quota";
    case park_reason::migration: return "migration";
    case park_reason::suspect_data: return "suspect_data";
    }
    return "unknown";
}

std::optional<park_reason> park_reason_named(std::string_view name) {
    for (std::size_t i = 0; i < park_reason_count; ++i) {
        const auto reason = static_cast<park_reason>(i);
        if (to_string(reason) == name) return reason;
    }
    return std::nullopt;
}

} // namespace hubspool
