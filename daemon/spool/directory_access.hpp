// Directories and their entries, by descriptor: one component at a time, no link followed.
//
// Since every name handed in is a single component, nothing can lead out of the queue directory.
// `shown` is the path for messages. Any thread.
#pragma once

#include "base/result.hpp"
#include "os/owned_descriptor.hpp"

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

// What to do about ELOOP and ENOTDIR where a directory of ours should be.
inline constexpr std::string_view must_be_a_directory =
    "it must be a directory, no link is followed: remove it and make the directory";

// Fails with ENOENT, ELOOP (a link) or ENOTDIR among others.
result<owned_descriptor> open_directory(int parent, const std::string& name,
                                        const std::string& shown);
// Makes it with exactly `mode` (the umask does not count). True: made; false: something has the
// name.
result<bool> make_directory(int parent, const std::string& name, mode_t mode,
                            const std::string& shown);
// Calls `visit` for each name but . and .. until it returns false.
result<void> each_name(int directory, const std::string& shown,
                       const std::function<bool(const std::string& name)>& visit);

// Renames; never replaces, whatever the file system can. 0, or an errno value.
int move_entry(int from, const std::string& name, int to, const std::string& new_name);
// Whether the file system has RENAME_NOREPLACE; without, move_entry() takes two steps. Tries it
// with a file of its own.
result<bool> renames_without_replacing(int directory, const std::string& shown);

struct file_look {
    mode_t mode = 0;
    uid_t owner = 0;
    gid_t group = 0;
    std::uint32_t links = 0;
    std::uint64_t inode = 0;
    std::uint64_t size = 0;
    std::int64_t mtime_ns = 0;
    std::int64_t ctime_ns = 0;
    bool immutable = false; // or append-only: cannot be renamed
};

// What is there, a link itself not followed. 0, or an errno value.
int look_at(int directory, const std::string& name, file_look& look);

} // namespace hubspool
