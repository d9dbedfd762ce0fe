#include "app/time_zone.hpp"

#include <ctime>

namespace hubspool {

milliseconds until_midnight(wall_time now) {
    const std::time_t seconds =
        std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    std::tm local{};
    ::localtime_r(&seconds, &local);
    local.tm_mday += 1;
    local.tm_hour = local.tm_min = local.tm_sec = 0;
    local.tm_isdst = -1;
    constexpr std::chrono::seconds clocks_apart{1}; // ours may run ahead of HubSpot's
    return wall_time(std::chrono::seconds(std::mktime(&local))) - now + clocks_apart;
}

} // namespace hubspool
