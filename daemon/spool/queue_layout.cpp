#include "spool/queue_layout.hpp"

#include "core/words/printable.hpp"
#include "os/system_failure.hpp"
#include "spool/directory_access.hpp"
#include "spool/file_system_kind.hpp"
#include "spool/producers_group.hpp"
#include "spool/queue_lock.hpp"
#include "spool/queue_names.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace hubspool {
namespace {

constexpr mode_t producers_mode = 03770; // setgid, sticky: nobody removes another's file
constexpr mode_t own_mode = 0700;

struct fixed_directory {
    const char* name;
    mode_t mode;
};
constexpr std::array fixed_directories{
    fixed_directory{"tmp", producers_mode},  fixed_directory{"new", producers_mode},
    fixed_directory{"bulk", producers_mode}, fixed_directory{"cur", own_mode},
    fixed_directory{"done", own_mode},       fixed_directory{"rejected", own_mode}};

result<owned_descriptor> open_root(const queue_layout& layout) {
    const auto open = [&] {
        return ::open(layout.path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    };
    int fd = open();
    // Made on first use, but never by a command that only looks.
    if (fd < 0 && errno == ENOENT && !layout.read_only) {
        const bool made = ::mkdir(layout.path.c_str(), 0755) == 0;
        if (!made && errno != EEXIST) {
            return system_failure("make the queue directory", layout.path, errno);
        }
        fd = open();
        // Producers go through it, whatever the umask is here.
        if (made && fd >= 0 && ::fchmod(fd, 0755) != 0) {
            return system_failure("set the mode of", layout.path, errno);
        }
    }
    if (fd < 0) {
        return system_failure("open the queue directory", layout.path, errno,
                              "see queue.directory in the configuration");
    }
    return owned_descriptor(fd);
}

result<void> make_missing(const queue_layout& layout) {
    bool made_any = false;
    const auto group = producers_group(layout.root.get());
    for (const auto& directory : fixed_directories) {
        const auto made = make_directory(layout.root.get(), directory.name, directory.mode,
                                         layout.shown(directory.name));
        if (!made) {
            return made.error();
        }
        // Producers' directories are of their group, so that they can write there.
        if (*made && directory.mode == producers_mode) {
            (void)give_to_producers(layout.root.get(), directory.name, group);
        }
        made_any = made_any || *made;
    }
    return made_any ? layout.sync(layout.root.get(), "") : result<void>();
}

void warn_of_mode(queue_layout& layout, const std::string& path, mode_t mode, mode_t safe) {
    // Group or others may write.
    const bool shared = (mode & 0022U) != 0;
    const bool loose = (mode & 0777U & ~safe) != 0 || (shared && (safe & S_ISVTX & ~mode) != 0);
    layout.warnings.push_back(fmt::format(
        "{0} has mode {1:04o}, {3}: chmod {2:04o} {0}", printable(path), mode, safe,
        loose ? "others may read or change the queue's files" : "producers may be kept out"));
}

// Root may move anything; what it looks at is the queue of whoever owns the root of it.
void warn_of_owner(queue_layout& layout, const std::string& path, uid_t owner, uid_t of_root) {
    const uid_t ours = ::geteuid() == 0 ? of_root : ::geteuid();
    if (owner != ours) {
        layout.warnings.push_back(fmt::format("{0} belongs to uid {1} and not to hubspool's own, "
                                              "{2}: files in it may be immovable: chown {2} {0}",
                                              printable(path), owner, ours));
    }
}

// Who writes into tmp/ renames into new/ and bulk/.
void warn_of_group(queue_layout& layout, const std::string& path, gid_t group) {
    const auto of_all = producers_group(layout.root.get());
    if (of_all && group != *of_all) {
        // By its place and not by its number, which in the unit's user namespace is nobody's.
        layout.warnings.push_back(fmt::format(
            "{0} belongs to gid {1}, and the queue's tmp/ to {2}: producers may be kept "
            "out: chgrp --reference={3} {0}",
            printable(path), group, *of_all, printable(layout.shown("tmp"))));
    }
}

// Whoever may write into new/ must be able to get there.
void warn_of_closed_root(queue_layout& layout, const struct stat& root, const struct stat& lane) {
    const mode_t needed = root.st_gid == lane.st_gid ? S_IXGRP : S_IXOTH;
    if ((lane.st_mode & S_IWGRP) != 0 && (root.st_mode & needed) == 0) {
        layout.warnings.push_back(fmt::format("{0} has mode {1:04o}: producers of the group of its "
                                              "new/ (gid {2}) cannot get there: chmod 0755 {0}",
                                              printable(layout.path), root.st_mode & 07777U,
                                              lane.st_gid));
    }
}

void warn_of_deafness(queue_layout& layout) {
    const auto* const kind = poor_file_system_of(layout.path);
    if (kind != nullptr && kind->is_shared)
        layout.warnings.push_back(fmt::format(
            "{} lies on {}: what other machines put there is not announced, but found by looking, "
            "each queue.scan_interval, and taken after queue.quiet_period; clocks must agree",
            printable(layout.path), kind->name));
}

result<void> inspect(queue_layout& layout) {
    warn_of_deafness(layout);
    struct stat root{};
    if (::fstat(layout.root.get(), &root) != 0) {
        return system_failure("look at", layout.path, errno);
    }
    // Others may replace whole directories where they may write into the root.
    if ((root.st_mode & 022U) != 0) {
        warn_of_mode(layout, layout.path, root.st_mode & 07777U, 0755);
    }
    for (const auto& directory : fixed_directories) {
        const auto path = layout.shown(directory.name);
        struct stat found{};
        if (::fstatat(layout.root.get(), directory.name, &found, AT_SYMLINK_NOFOLLOW) != 0) {
            return system_failure("look at", path, errno);
        }
        if (!S_ISDIR(found.st_mode)) {
            return system_failure("use", path, ENOTDIR, must_be_a_directory);
        }
        // Renames work within one file system only.
        if (found.st_dev != root.st_dev) {
            return system_failure("use", path, EXDEV,
                                  "the whole queue directory must be on one mount");
        }
        // A command that only looks needs no right to write.
        if (!layout.read_only &&
            ::faccessat(layout.root.get(), directory.name, R_OK | W_OK | X_OK, AT_EACCESS) != 0) {
            return system_failure("use", path, errno);
        }
        if ((found.st_mode & 07777U) != directory.mode) {
            warn_of_mode(layout, path, found.st_mode & 07777U, directory.mode);
        }
        warn_of_owner(layout, path, found.st_uid, root.st_uid);
        if (directory.mode == producers_mode) {
            warn_of_group(layout, path, found.st_gid);
        }
        if (directory.name == std::string_view("new")) {
            warn_of_closed_root(layout, root, found);
        }
    }
    return {};
}

result<void> open_fixed(queue_layout& layout) {
    const std::array<std::pair<const char*, owned_descriptor*>, 3> opened{
        {{"cur", &layout.cur}, {"done", &layout.done}, {"rejected", &layout.rejected}}};
    for (const auto& [name, into] : opened) {
        auto directory = open_directory(layout.root.get(), name, layout.shown(name));
        if (!directory) {
            return directory.error();
        }
        *into = std::move(*directory);
    }
    return {};
}

result<void> prepare(queue_layout& layout) {
    auto root = open_root(layout);
    if (!root) {
        return root.error();
    }
    layout.root = std::move(*root);
    // The lock comes before anything is made or changed.
    if (!layout.read_only) {
        auto lock = take_queue_lock(layout.root.get(), layout.path);
        if (!lock) {
            return lock.error();
        }
        layout.lock = std::move(*lock);
        if (auto made = make_missing(layout); !made) {
            return made;
        }
    }
    if (auto inspected = inspect(layout); !inspected) {
        return inspected;
    }
    return open_fixed(layout);
}

} // namespace

result<std::shared_ptr<const queue_layout>> queue_layout::open(const queue_options& options,
                                                               queue_access access) {
    auto layout = std::make_shared<queue_layout>();
    layout->path = options.directory;
    layout->subdirectory_files = options.subdirectory_files;
    layout->read_only = access == queue_access::look;
    layout->left_alone = left_alone_names(options.ignore);
    if (auto prepared = prepare(*layout); !prepared) {
        return prepared.error();
    }
    return std::shared_ptr<const queue_layout>(std::move(layout));
}

result<owned_descriptor> queue_layout::open_lane(lane which) const {
    const std::string name(lane_directory(which));
    auto opened = open_directory(root.get(), name, shown(name));
    // It may be missing while the daemon runs: somebody cleaned up. It is made again, as at the
    // start.
    if (opened || opened.error().code != ENOENT || read_only) {
        return opened;
    }
    const auto group = producers_group(root.get());
    auto made = make_directory(root.get(), name, producers_mode, shown(name));
    if (!made) {
        return made.error();
    }
    if (*made) {
        (void)give_to_producers(root.get(), name, group);
    }
    return open_directory(root.get(), name, shown(name));
}

result<owned_descriptor> queue_layout::open_subdirectory(std::uint64_t index) const {
    return open_directory(cur.get(), format_subdirectory(index), shown(subdirectory_path(index)));
}

result<void> queue_layout::sync(int directory, std::string_view relative) const {
    if (::fsync(directory) != 0) {
        return system_failure("make durable (fsync)", shown(relative), errno);
    }
    return {};
}

result<void> queue_layout::sync_subdirectory(std::uint64_t index) const {
    const auto directory = open_subdirectory(index);
    return directory ? sync(directory->get(), subdirectory_path(index)) : directory.error();
}

std::string queue_layout::shown(std::string_view relative) const {
    return fmt::format("{}/{}", path, relative);
}

std::string queue_layout::subdirectory_path(std::uint64_t index) const {
    return "cur/" + format_subdirectory(index);
}

} // namespace hubspool
