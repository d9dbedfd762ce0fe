#include "app/zone_time.hpp"

#include <chrono>
#include <date/tz.h>
#include <stdexcept>

namespace hubspool {

namespace {

std::optional<std::int64_t> utc_in(const date::time_zone& zone, std::int64_t local_ms) {
    const date::local_time<std::chrono::milliseconds> local{std::chrono::milliseconds(local_ms)};
    // The tz database knows whole seconds.
    const auto found = zone.get_info(date::floor<std::chrono::seconds>(local));
    if (found.result == date::local_info::nonexistent) return std::nullopt;
    return local_ms - std::chrono::milliseconds(found.first.offset).count();
}

} // namespace

std::function<std::optional<std::int64_t>(std::int64_t)> utc_of_local(const std::string& zone) {
    if (zone.empty()) return nullptr;
    // UTC works without /usr/share/zoneinfo, as in a bare container.
    if (zone == "UTC") return [](std::int64_t local_ms) { return std::optional(local_ms); };
    try {
        return [found = date::locate_zone(zone)](std::int64_t local_ms) {
            return utc_in(*found, local_ms);
        };
    } catch (const std::runtime_error&) {
        return nullptr;
    }
}

} // namespace hubspool
