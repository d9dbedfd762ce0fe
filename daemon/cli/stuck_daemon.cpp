#include "cli/stuck_daemon.hpp"

#include "app/settle/status_file.hpp"
#include "config/units.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>

namespace hubspool {

namespace {
// A daemon at work tells its status every few seconds, one at rest that it still holds.
constexpr milliseconds silent_max = std::chrono::seconds(30);
} // namespace

std::optional<std::string> why_stuck(const daemon_signs& seen) {
    if (seen.state == 'T')
        return fmt::format("its process is stopped; `kill -CONT {}` lets it go on", seen.pid);
    if (seen.state == 't') return "its process is held by a debugger; it goes on when that lets it";
    if (!seen.tells_status) return std::nullopt;
    // At rest it tells with its scans, and once a minute at most.
    const milliseconds longest =
        seen.resting ? 2 * std::max(rest_told_every, seen.scan_interval) + silent_max : silent_max;
    if (seen.silent <= longest) return std::nullopt;
    return fmt::format("it has said nothing for {}{}",
                       duration_text(std::chrono::floor<std::chrono::seconds>(seen.silent)),
                       seen.waits_for_disk
                           ? ", and waits for a disk or a network file system"
                           : "; when it has not gone on soon, restart it: nothing is lost");
}

} // namespace hubspool
