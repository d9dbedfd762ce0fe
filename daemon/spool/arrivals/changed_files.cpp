#include "spool/arrivals/changed_files.hpp"

#include <fmt/core.h>

#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <utility>

namespace hubspool {

namespace {

// The kernel's clock for times of files moves on every 1 to 10 ms.
constexpr milliseconds clock_tick_most{20};
// So long a busy machine may keep the thread from running between its clock and its look.
constexpr milliseconds delay_most{10000};

struct inode {
    std::string identity;
    std::optional<wall_time> changed;
};

inode look_at(const std::string& path) {
    struct stat status{};
    // A file that is not there is a state as any other: it may come.
    if (::stat(path.c_str(), &status) != 0) return {fmt::format("error {}", errno), {}};
    const auto& [seconds, ns] = status.st_ctim;
    return {fmt::format("{}:{} {} {}.{} {}.{}", status.st_dev, status.st_ino, status.st_size,
                        status.st_mtim.tv_sec, status.st_mtim.tv_nsec, seconds, ns),
            wall_time(std::chrono::seconds(seconds) +
                      std::chrono::floor<milliseconds>(std::chrono::nanoseconds(ns)))};
}

} // namespace

changed_files::changed_files(std::vector<std::string> paths, wall_time now) {
    for (std::string& path : paths) files_.push_back({std::move(path), {}});
    look(now);
}

bool changed_files::look(wall_time now) {
    bool changed = false;
    for (watched& file : files_) {
        inode found = look_at(file.path);
        changed = changed || file.seen != found.identity;
        // The time of the inode's last change is one that nobody can set: a file dated to the
        // future is not doubted for ever.
        const bool may_change_unseen = found.changed && *found.changed >= now - clock_tick_most &&
                                       *found.changed <= now + delay_most;
        file.seen.reset();
        if (!may_change_unseen) file.seen = std::move(found.identity);
    }
    return changed;
}

} // namespace hubspool
