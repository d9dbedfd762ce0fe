// When the account's day ends, and its daily quota is given back: at midnight in a time zone of the
// tz database, also on days of 23 and 25 hours. Reads /usr/share/zoneinfo when made. Any thread.
#pragma once

#include "base/result.hpp"
#include "core/limits/daily_budget.hpp"

#include <string>

namespace date {
class time_zone;
}

namespace hubspool {

class quota_clock {
public:
    // Fails for a name that the tz database does not know.
    static result<quota_clock> in(const std::string& zone);

    // The day that is at this moment. It begins and ends a second after midnight: our clock may run
    // ahead of HubSpot's.
    quota_day day(wall_time wall, boot_time now) const;

private:
    explicit quota_clock(const date::time_zone* zone) : zone_(zone) {}
    const date::time_zone* zone_; // owned by the library; null: UTC, which needs no database
};

} // namespace hubspool
