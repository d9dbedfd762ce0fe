#include "cli/running_daemon.hpp"

#include "app/status_file.hpp"
#include "core/json_lookup.hpp"

#include <fmt/core.h>

#include <signal.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace hubspool {

namespace {

constexpr int readings_max = 8;

// The pid that holds an flock() on the file, as the kernel lists it: "1: FLOCK ADVISORY WRITE 728
// fe:00:1051 0 EOF". Some file systems tell stat() another device: there the file's own word counts
// too.
std::optional<int> lock_holder(std::istream& locks, const struct stat& file, int written) {
    const std::string device = fmt::format("{:02x}:{:02x}", major(file.st_dev), minor(file.st_dev));
    for (std::string line; std::getline(locks, line);) {
        std::istringstream words(line);
        std::string number, kind, strictness, access, place;
        int pid = 0;
        if (!(words >> number >> kind >> strictness >> access >> pid >> place) || kind != "FLOCK")
            continue;
        const std::size_t colon = place.rfind(':');
        if (colon == std::string::npos || place.substr(colon + 1) != std::to_string(file.st_ino))
            continue;
        if (place.substr(0, colon) == device || pid == written) return pid;
    }
    return std::nullopt;
}

bool is_alive(int pid) {
    return ::kill(pid, 0) == 0 || errno == EPERM;
}

// The kernel lists locks in pieces, and one that ends between two of them hides another: while the
// holder may be alive, not to be found once says nothing.
std::optional<int> find_holder(const struct stat& file, int written) {
    for (int reading = 0; reading < readings_max; ++reading) {
        std::ifstream locks("/proc/locks");
        if (!locks) return is_alive(written) ? std::optional(written) : std::nullopt;
        const std::optional<int> pid = lock_holder(locks, file, written);
        if (pid || !is_alive(written)) return pid;
    }
    return std::nullopt;
}

} // namespace

std::optional<running_daemon> find_daemon(const settings& options) {
    const std::string path = options.queue.directory + "/.lock";
    struct stat file{};
    int written = 0; // by the holder, or the last one
    if (::stat(path.c_str(), &file) != 0 || !(std::ifstream(path) >> written)) return std::nullopt;

    const std::optional<int> pid = find_holder(file, written);
    if (!pid) return std::nullopt;
    running_daemon found{*pid, read_status_file(options.state.directory)};
    if (json_number_at(found.status, "/pid") != static_cast<std::uint64_t>(written))
        found.status.clear();
    while (found.status.ends_with('\n')) found.status.pop_back();
    return found;
}

} // namespace hubspool
