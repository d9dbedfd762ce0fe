#include "state/disk_reserve.hpp"

#include "os/file_io.hpp"
#include "os/owned_descriptor.hpp"
#include "state/state_failure.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>

namespace hubspool {

namespace {

bool room_for_two(const std::string& directory) {
    struct statvfs space{};
    if (::statvfs(directory.c_str(), &space) != 0) return false;
    // Twice the size: taking the reserve must not fill the disk by itself.
    return space.f_bavail >= 2 * disk_reserve_bytes / space.f_frsize;
}

// A sparse file of the right size holds nothing back.
bool whole(const std::string& path) {
    struct stat file{};
    // st_blocks counts what is allocated (stat(2)).
    return ::stat(path.c_str(), &file) == 0 &&
           static_cast<std::uint64_t>(file.st_size) >= disk_reserve_bytes &&
           static_cast<std::uint64_t>(file.st_blocks) * 512 >= disk_reserve_bytes;
}

} // namespace

disk_reserve::disk_reserve(std::string directory)
    : directory_(std::move(directory)), path_(directory_ + "/reserve"), held_(whole(path_)) {
}

bool disk_reserve::give_up() {
    if (!held_) return false;
    held_ = false;
    // Somebody may have removed it already: then there is room all the same.
    if (::unlink(path_.c_str()) != 0 && errno != ENOENT) return false;
    // Some file systems give freed blocks out only after the removal is durable.
    (void)sync_directory(directory_);
    return true;
}

result<void> disk_reserve::restore() {
    held_ = whole(path_); // a command of another process may have given it up
    if (held_ || !room_for_two(directory_)) return {};
    const owned_descriptor file(
        ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) return state_failure("create", path_, errno);
    // posix_fallocate(3) allocates each block; a hole would hold nothing back.
    const int code = ::posix_fallocate(file.get(), 0, static_cast<off_t>(disk_reserve_bytes));
    held_ = code == 0;
    if (held_) return {};
    ::unlink(path_.c_str());
    if (code == ENOSPC || code == EDQUOT) return {};
    return state_failure("allocate", path_, code);
}

} // namespace hubspool
