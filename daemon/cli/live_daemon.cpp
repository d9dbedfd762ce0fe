#include "cli/live_daemon.hpp"

#include "app/settle/status_file.hpp"
#include "base/status_json.hpp"
#include "cli/stuck_daemon.hpp"

#include <fmt/core.h>

#include <signal.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace hubspool {

namespace {

constexpr int readings_max = 8;

// The pid that holds an flock() on the file, as the kernel lists it: "1: FLOCK ADVISORY WRITE 728
// fe:00:1051 0 EOF". Some file systems tell stat() another device: there the file's own word counts
// too. Who cannot read that, `written`, takes what has the number for it.
std::optional<int> lock_holder(std::istream& locks, const struct stat& file,
                               std::optional<int> written) {
    const std::string device = fmt::format("{:02x}:{:02x}", major(file.st_dev), minor(file.st_dev));
    for (std::string line; std::getline(locks, line);) {
        std::istringstream words(line);
        std::string number, kind, strictness, access, place;
        int pid = 0;
        if (!(words >> number >> kind >> strictness >> access >> pid >> place) || kind != "FLOCK")
            continue;
        const std::size_t colon = place.rfind(':');
        // The inode alone would do on one file system; the device makes it sure.
        if (colon == std::string::npos || place.substr(colon + 1) != std::to_string(file.st_ino))
            continue;
        if (place.substr(0, colon) == device || !written || pid == *written) return pid;
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
        // Without /proc the written pid is all there is.
        if (!locks) return is_alive(written) ? std::optional(written) : std::nullopt;
        const std::optional<int> pid = lock_holder(locks, file, written);
        if (pid || !is_alive(written)) return pid;
    }
    return std::nullopt;
}

// Of a process or thread, as proc(5) has it: T stopped, t traced, D waiting for a disk; ' '
// unknown.
char state_in(const std::string& stat_path) {
    std::string stat;
    std::getline(std::ifstream(stat_path), stat);
    const std::size_t name_ends = stat.rfind(')'); // names may hold anything
    return name_ends == std::string::npos || name_ends + 2 >= stat.size() ? ' '
                                                                          : stat[name_ends + 2];
}

bool waits_for_disk(int pid) {
    std::error_code ec;
    for (auto at = std::filesystem::directory_iterator(fmt::format("/proc/{}/task", pid), ec);
         !ec && at != std::filesystem::directory_iterator(); at.increment(ec)) {
        if (state_in(at->path() / "stat") == 'D') return true;
    }
    return false;
}

} // namespace

std::optional<std::string> live_daemon::stuck(const settings& options) const {
    return why_stuck({.pid = pid,
                      .state = state_in(fmt::format("/proc/{}/stat", pid)),
                      .waits_for_disk = waits_for_disk(pid),
                      .tells_status = status.has_value(),
                      .resting = status && status->resting,
                      .silent = status_age,
                      .scan_interval = options.queue.scan_interval});
}

std::optional<live_daemon> find_daemon(const settings& options) {
    const std::string path = options.queue.directory + "/.lock";
    struct stat file{};
    int written = 0; // by the holder, or the last one
    // No lock, no daemon: this one never ran here.
    if (::stat(path.c_str(), &file) != 0 || !(std::ifstream(path) >> written)) return std::nullopt;

    const std::optional<int> pid = find_holder(file, written);
    if (!pid) return std::nullopt;
    status_file told = read_status_file(options.state.directory);
    // A clock that was set back must not make a negative age.
    const milliseconds age = std::max(milliseconds(0), wall_now() - told.told);
    live_daemon found{*pid, parse_status_json(told.json), std::move(told.json), age};
    // It is of an earlier process: its words say nothing of this one.
    if (!found.status || found.status->pid != written) {
        found.status.reset();
        found.status_json.clear();
    }
    while (found.status_json.ends_with('\n')) found.status_json.pop_back();
    return found;
}

bool is_worked_on(const settings& options) {
    struct stat file{};
    if (::stat((options.queue.directory + "/.lock").c_str(), &file) != 0) return false;
    std::ifstream locks("/proc/locks");
    // Without /proc nobody can tell; so it counts as worked on, and the wait goes on.
    return !locks || lock_holder(locks, file, std::nullopt).has_value();
}

} // namespace hubspool
