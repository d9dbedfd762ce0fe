// What kind of file system a directory lies on, where that matters to a queue or a state.
//
// Keeps nothing. Any thread.
#pragma once

#include <cstdint>
#include <string>

namespace hubspool {

struct file_system_kind {
    std::uint32_t type; // of statfs(2)
    const char* name;
    const char* why_poor;
    // Other machines may put files there, and inotify does not tell of these.
    bool is_shared;
};

// nullptr: it is none to warn of, or cannot be told.
const file_system_kind* poor_file_system(std::uint32_t type);
const file_system_kind* poor_file_system_of(const std::string& path);

} // namespace hubspool
