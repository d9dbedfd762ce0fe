#include "base/clocks.hpp"

#include <fmt/chrono.h>

#include <chrono>
#include <ctime>

namespace hubspool {

boot_time boot_now() {
    // Goes on while the machine is suspended (clock_gettime(2)), as the server's window does.
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return boot_time(std::chrono::duration_cast<milliseconds>(
        std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec)));
}

wall_time wall_now() {
    return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
}

std::string iso_time(wall_time at) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                       fmt::gmtime(std::time_t{seconds.time_since_epoch().count()}),
                       (at - seconds).count());
}

std::string iso_day(wall_time at) {
    return iso_time(at).substr(0, 10);
}

} // namespace hubspool
