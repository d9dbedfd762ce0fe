// Date-times as HubSpot takes them.
#pragma once

#include <string_view>

namespace hubspool {

// RFC 3339: 2026-11-23T22:00:00Z, 2026-11-23T22:00:00.125+01:00. The day must exist.
bool is_date_time(std::string_view text);

} // namespace hubspool
