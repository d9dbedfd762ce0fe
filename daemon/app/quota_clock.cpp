#include "app/quota_clock.hpp"

#include <fmt/core.h>

#include <chrono>
#include <date/tz.h>
#include <stdexcept>

namespace hubspool {

namespace {

constexpr std::chrono::seconds clocks_apart{1};

// Where a change of the clocks skips midnight, the day begins with that change; where it repeats
// midnight, with the first.
wall_time next_midnight(const date::time_zone* zone, wall_time now) {
    // Whole seconds: the tz database knows no finer ones, and date's conversions ask for them.
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
    if (zone == nullptr) return date::floor<date::days>(seconds) + date::days(1);
    const auto local = zone->to_local(seconds);
    // The day is counted in local time: tomorrow may be 23 or 25 hours away.
    const auto tomorrow = date::floor<date::days>(local) + date::days(1);
    // `earliest` picks the first midnight where clocks turn back over it.
    return zone->to_sys(tomorrow, date::choose::earliest);
}

} // namespace

result<quota_clock> quota_clock::in(const std::string& zone) {
    // UTC works without /usr/share/zoneinfo, as in a bare container.
    if (zone == "UTC") return quota_clock(nullptr);
    try {
        return quota_clock(date::locate_zone(zone));
    } catch (const std::runtime_error& unknown) {
        return failure{fmt::format("rate_limit.time_zone: the tz database does not know {} ({}); "
                                   "install tzdata, and on Debian 13 for older names such as "
                                   "US/Eastern tzdata-legacy, too; or write a name that is in "
                                   "/usr/share/zoneinfo, such as America/New_York",
                                   zone, unknown.what())};
    }
}

quota_day quota_clock::day(wall_time wall, boot_time now) const {
    // A second late on purpose: were our clock ahead of HubSpot's, requests of the old day would be
    // counted in the new one.
    const wall_time counted = wall - clocks_apart;
    const wall_time ends = next_midnight(zone_, counted);
    // On the boot clock, which nobody sets: the day then ends when it should, also after a jump of
    // the wall clock.
    return {ends, now + (ends - counted)};
}

} // namespace hubspool
