// The categories of dead letters that only a person can judge: HubSpot may have newer values.
#pragma once

#include <string_view>

namespace hubspool {

// Older than all that is still known of what was delivered.
inline constexpr std::string_view category_too_late = "too_late";
// A newer change died, of which an older value may have been delivered before a crash.
inline constexpr std::string_view category_in_doubt = "in_doubt";

inline bool asks_a_person(std::string_view category) {
    return category == category_too_late || category == category_in_doubt;
}

} // namespace hubspool
