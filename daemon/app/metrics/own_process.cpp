#include "app/metrics/own_process.hpp"

#include "base/clocks.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace hubspool {

std::optional<process_figures> look_at_own_process() {
    std::string stat;
    if (!std::getline(std::ifstream("/proc/self/stat"), stat)) return std::nullopt;
    // Behind the name, which may hold anything.
    std::istringstream fields(stat.substr(std::min(stat.rfind(')') + 1, stat.size())));
    std::string skipped;
    const auto skip = [&](int count) {
        for (; count > 0; --count) fields >> skipped;
    };
    std::uint64_t user = 0, system = 0, started = 0, pages = 0;
    skip(11);
    fields >> user >> system;
    skip(6);
    fields >> started;
    skip(1);
    if (!(fields >> pages)) return std::nullopt;

    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    process_figures found;
    found.cpu_seconds = static_cast<double>(user + system) / ticks;
    found.resident_bytes = pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    const milliseconds since_boot(
        static_cast<std::int64_t>(static_cast<double>(started) * 1000 / ticks));
    // Once: of two clocks that are read one after the other it would be another one each time, and
    // each of these a restart to who watches it.
    static const wall_time started_at = wall_now() - (boot_now().time_since_epoch() - since_boot);
    found.started = started_at;
    std::error_code ec;
    for (auto at = std::filesystem::directory_iterator("/proc/self/fd", ec);
         !ec && at != std::filesystem::directory_iterator(); at.increment(ec))
        ++found.open_descriptors;
    return found;
}

} // namespace hubspool
