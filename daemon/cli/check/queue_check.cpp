#include "cli/arrivals_report.hpp"
#include "cli/check/checks.hpp"
#include "cli/check/directory_check.hpp"
#include "cli/queue_files.hpp"
#include "config/units.hpp"
#include "spool/arrivals/left_alone_names.hpp"
#include "spool/directory_access.hpp"
#include "spool/producers_group.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace hubspool {

namespace {

std::string names_left_alone(const settings& options) {
    std::string own = fmt::format("{}", fmt::join(left_alone_names::own(), " "));
    if (options.queue.ignore.empty()) return own;
    return fmt::format("{} and, of queue.ignore, {}", own, fmt::join(options.queue.ignore, " "));
}

void check_arrivals(const queue_survey& queue, findings& out) {
    // Counting takes a walk over all names, so it comes once.
    const auto arrivals = queue.waiting();
    if (!arrivals) {
        out.push_back({finding::error, "queue", arrivals.error().message});
        return;
    }
    const arrivals_words words = words_of(*arrivals);
    if (!words.blocked.empty()) out.push_back({finding::warning, "queue", words.blocked});
    if (!words.left_alone.empty())
        out.push_back({finding::good, "queue", "left alone are " + words.left_alone});
    if (!words.unfinished.empty()) out.push_back({finding::warning, "queue", words.unfinished});
}

// A probe; who may not write there is told so elsewhere.
void check_renames(const std::string& directory, findings& out) {
    const auto tmp = open_directory(AT_FDCWD, directory + "/tmp", directory + "/tmp");
    const auto can =
        tmp ? renames_without_replacing(tmp->get(), directory + "/tmp") : result<bool>(tmp.error());
    if (can && !*can)
        out.push_back({finding::good, "queue",
                       directory + ": its file system cannot rename without replacing; each new "
                                   "name is taken with an empty file first, which is as safe"});
}

// Whether this process can make `missing`, a directory of producers, as a start does: a probe. As
// the unit calls it, before each start, it is shut in like the service.
result<bool> can_make_front(const std::string& directory, const std::string& missing) {
    constexpr mode_t mode = 03770;
    const auto root = open_directory(AT_FDCWD, directory, directory);
    if (!root) return root.error();
    const std::string probe = fmt::format(".hubspool-probe-{}", ::getpid());
    auto made = make_directory(root->get(), probe, mode, missing);
    if (made && *made) ::unlinkat(root->get(), probe.c_str(), AT_REMOVEDIR);
    return made;
}

void tell_missing(const std::string& directory, const std::string& front, findings& out) {
    const auto can = front.empty() ? result<bool>(true) : can_make_front(directory, front);
    if (can)
        out.push_back(
            {finding::warning, "queue",
             "not all of tmp/ new/ bulk/ cur/ done/ rejected/ are there; hubspool makes them at "
             "its start, and until then producers cannot write; a service of systemd may not make "
             "the first three: sudo systemd-tmpfiles --create"});
    else
        out.push_back({finding::error, "queue",
                       front + " is not there, and cannot be made: " + can.error().message});
}

} // namespace

void check_queue(const settings& options, bool errors_only, findings& out) {
    const std::string& directory = options.queue.directory;
    // What follows would only repeat what is wrong with the directory.
    if (!check_directory("queue", "queue.directory", directory, out)) return;
    if (!check_own_files("queue", directory, {".lock"}, out)) return;
    bool complete = true;
    std::string missing_front; // the last of them
    // Each is looked at by itself: one wrong owner must not hide another.
    for (const char* const name : {"tmp", "new", "bulk", "cur", "done", "rejected"}) {
        const std::string path = fmt::format("{}/{}", directory, name);
        if (::faccessat(AT_FDCWD, path.c_str(), R_OK | W_OK | X_OK, AT_EACCESS) == 0) continue;
        const int code = errno;
        complete = false;
        const bool is_front = std::ranges::count(front_directories, std::string_view(name)) != 0;
        if (code == ENOENT && is_front) missing_front = path;
        if (code != ENOENT)
            out.push_back({finding::error, "queue",
                           fmt::format("{} cannot be used by uid {}: {}; it must be the service's "
                                       "user's own: sudo chown USER {}",
                                       path, ::geteuid(), std::strerror(code), path)});
    }
    out.push_back(
        {finding::good, "queue", "left alone are the names " + names_left_alone(options)});
    // What is not there has nothing more to tell.
    if (!complete) return tell_missing(directory, missing_front, out);
    // One file system, no links, modes and owners.
    const auto queue = look_into_queue(options.queue);
    if (!queue) {
        out.push_back({finding::error, "queue", queue.error().message});
        return;
    }
    for (const std::string& words : (*queue)->mode_warnings())
        out.push_back({finding::warning, "queue", words});
    check_renames(directory, out);
    if (!errors_only) check_arrivals(**queue, out);
    // Told before producers fail.
    const std::uint64_t free = (*queue)->free_bytes();
    if (free < options.queue.reserve_bytes)
        out.push_back({finding::warning, "queue",
                       fmt::format("only {} are free, less than queue.reserve ({})",
                                   size_text(free), size_text(options.queue.reserve_bytes))});
    out.push_back(
        {finding::good, "queue", fmt::format("{} with {} free", directory, size_text(free))});
}

} // namespace hubspool
