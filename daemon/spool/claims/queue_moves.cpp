#include "spool/claims/queue_moves.hpp"

#include "base/clocks.hpp"
#include "os/system_failure.hpp"
#include "spool/claims/done_retention.hpp"
#include "spool/claims/reason_file.hpp"
#include "spool/directory_access.hpp"
#include "spool/queue_names.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

namespace hubspool {
namespace {

constexpr int apart_max = 99;

// The first of NAME, NAME~2, NAME~3 ... that nothing but the file itself has: numbers keep names
// apart, but a person may have copied a file back.
std::optional<std::string> free_name(int directory, const std::string& name, std::uint64_t inode) {
    for (int i = 1; i <= apart_max; ++i) {
        auto candidate = i == 1 ? name : fmt::format("{}~{}", name, i);
        file_look look;
        const int error = look_at(directory, candidate, look);
        // The file itself under this name: a crash came between link and unlink.
        if (error == ENOENT || (error == 0 && look.inode == inode)) {
            return candidate;
        }
    }
    return std::nullopt;
}

} // namespace

queue_moves::queue_moves(const queue_layout& layout) : layout_(layout), finder_(layout) {
    // What an earlier run left empty is removed now. An error here only leaves an empty directory.
    (void)each_name(layout_.cur.get(), layout_.shown("cur"), [&](const std::string& name) {
        if (const auto index = parse_subdirectory(name)) {
            emptying_.insert(*index);
        }
        return true;
    });
}

result<std::optional<claimed_look>> queue_moves::look(const claimed_file& file) {
    return finder_.look(file);
}

result<void> queue_moves::to_done(const claimed_file& file, wall_time settled) {
    const auto from = finder_.find(file);
    if (!from) {
        return from.error();
    }
    // It has left already: a crash came between the move and the row.
    if (!*from) {
        return {};
    }
    const auto day = iso_day(settled);
    const auto to = open_day(day);
    if (!to) {
        return to.error();
    }
    const auto relative = "done/" + day;
    const auto name = free_name(to->get(), (*from)->name, (*from)->look.inode);
    if (!name) {
        return system_failure("move into " + relative, finder_.shown(file), EEXIST,
                              "remove the copies of it there");
    }
    // Both ends are remembered, and synced together once.
    days_.insert(day);
    return move(file, **from, to->get(), relative, *name);
}

result<void> queue_moves::remove(const claimed_file& file) {
    const auto from = finder_.find(file);
    if (!from) {
        return from.error();
    }
    if (!*from) {
        return {};
    }
    if (::unlinkat((*from)->directory, (*from)->name.c_str(), 0) != 0 && errno != ENOENT) {
        return system_failure("remove", finder_.shown(file), errno);
    }
    left(file);
    return {};
}

result<void> queue_moves::reject(const claimed_file& file, const std::string& reason) {
    const auto from = finder_.find(file);
    if (!from) {
        return from.error();
    }
    if (!*from) {
        return {};
    }
    const auto name = prepare_rejected(file, (*from)->name, (*from)->look.inode, reason);
    if (!name) {
        return name.error();
    }
    return move(file, **from, layout_.rejected.get(), "rejected", *name);
}

// Its name in rejected/. Before the move: a file there always has its reason.
result<std::string> queue_moves::prepare_rejected(const claimed_file& file, const std::string& name,
                                                  std::uint64_t inode, const std::string& reason) {
    const int to = layout_.rejected.get();
    const auto free = free_name(to, name, inode);
    if (!free) {
        return system_failure("move into rejected", finder_.shown(file), EEXIST,
                              "remove the copies of it there");
    }
    // Set before the move: after a failure the directory is synced once more, which does no harm.
    rejected_ = true;
    if (auto written = write_reason(to, *free, reason, layout_.shown("rejected")); !written) {
        return written.error();
    }
    return *free;
}

result<std::optional<claimed_look>> queue_moves::look_in_done(const claimed_file& file,
                                                              wall_time settled) const {
    const auto day = iso_day(settled);
    const auto name = format_claimed_name(file);
    const auto directory = open_directory(layout_.done.get(), day, layout_.shown("done/" + day));
    file_look look;
    // The day's directory may be gone with the retention: then the file is, too.
    const int error = directory ? look_at(directory->get(), name, look) : directory.error().code;
    if (error == ENOENT) {
        return std::optional<claimed_look>();
    }
    if (error != 0) {
        return system_failure("look at", layout_.shown(fmt::format("done/{}/{}", day, name)),
                              error);
    }
    return std::optional(claimed_look{look.size, look.mtime_ns, look.ctime_ns});
}

result<void> queue_moves::reject_from_done(const claimed_file& file, wall_time settled,
                                           const std::string& reason) {
    const auto day = iso_day(settled);
    const auto directory = open_directory(layout_.done.get(), day, layout_.shown("done/" + day));
    if (!directory) {
        return directory.error();
    }
    const auto name = format_claimed_name(file);
    const auto shown = layout_.shown(fmt::format("done/{}/{}", day, name));
    file_look look;
    if (const int error = look_at(directory->get(), name, look); error != 0) {
        return system_failure("look at", shown, error);
    }
    const auto kept = prepare_rejected(file, name, look.inode, reason);
    if (!kept) {
        return kept.error();
    }
    days_.insert(day);
    const int error = move_entry(directory->get(), name, layout_.rejected.get(), *kept);
    return error == 0 ? result<void>() : system_failure("move into rejected", shown, error);
}

result<void> queue_moves::move(const claimed_file& file, const claimed_finder::found& from, int to,
                               const std::string& relative, const std::string& new_name) {
    int error = move_entry(from.directory, from.name, to, new_name);
    file_look there;
    if (error == EEXIST && look_at(to, new_name, there) == 0 && there.inode == from.look.inode) {
        // The file itself: a crash left it with both names.
        error = ::unlinkat(from.directory, from.name.c_str(), 0) == 0 ? 0 : errno;
    }
    // ENOENT: somebody took it, and then nothing is left to move.
    if (error != 0 && error != ENOENT) {
        return system_failure("move into " + relative, finder_.shown(file), error);
    }
    left(file);
    return {};
}

result<owned_descriptor> queue_moves::open_day(const std::string& day) {
    const auto shown = layout_.shown("done/" + day);
    const auto made = make_directory(layout_.done.get(), day, 0700, shown);
    if (!made) {
        return made.error();
    }
    made_day_ = made_day_ || *made;
    return open_directory(layout_.done.get(), day, shown);
}

void queue_moves::left(const claimed_file& file) {
    // The directory it left may be empty now.
    const auto subdirectory = layout_.subdirectory_of(file.number);
    sources_.insert(subdirectory);
    emptying_.insert(subdirectory);
    highest_ = std::max(highest_, subdirectory);
}

result<void> queue_moves::sync() {
    // Where a file is now comes before where it was: in between it has both names, never none.
    for (const auto& day : days_) {
        const auto path = "done/" + day;
        if (auto synced =
                sync_if_there(open_directory(layout_.done.get(), day, layout_.shown(path)), path);
            !synced) {
            return synced;
        }
    }
    if (made_day_) {
        if (auto synced = layout_.sync(layout_.done.get(), "done"); !synced) {
            return synced;
        }
    }
    if (rejected_) {
        if (auto synced = layout_.sync(layout_.rejected.get(), "rejected"); !synced) {
            return synced;
        }
    }
    for (const auto index : sources_) {
        if (auto synced =
                sync_if_there(layout_.open_subdirectory(index), layout_.subdirectory_path(index));
            !synced) {
            return synced;
        }
    }
    days_.clear();
    made_day_ = false;
    rejected_ = false;
    sources_.clear();
    remove_empty_subdirectories();
    return {};
}

result<void> queue_moves::sweep_done(wall_time now, milliseconds retention) const {
    return hubspool::sweep_done(layout_, now, retention);
}

// A directory that was removed meanwhile has no names left to keep.
result<void> queue_moves::sync_if_there(const result<owned_descriptor>& directory,
                                        const std::string& path) const {
    if (directory) {
        return layout_.sync(directory->get(), path);
    }
    return directory.error().code == ENOENT ? result<void>() : directory.error();
}

// Only below the highest that a file has left: claims go there or above, so that none of these is
// filled again.
void queue_moves::remove_empty_subdirectories() {
    std::erase_if(emptying_, [&](std::uint64_t index) {
        const auto name = format_subdirectory(index);
        return index < highest_ &&
               (::unlinkat(layout_.cur.get(), name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT);
    });
}

} // namespace hubspool
