#include "state/descriptor.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace hubspool {

descriptor& descriptor::operator=(descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

descriptor::~descriptor() {
    if (fd_ >= 0) ::close(fd_);
}

failure system_failure(std::string_view doing, const std::string& path, int code) {
    // A used-up quota has the same remedy as a full disk.
    if (code == EDQUOT) code = ENOSPC;
    std::string message =
        fmt::format("cannot {} {}: {}", doing, path, std::generic_category().message(code));
    if (code == ENOSPC) message += ": its disk is full, or a quota is used up; make room";
    if (code == EACCES) message += "; run it with sudo, or as the owner of the state directory";
    if (code == EIO) message += "; check the disk, then start hubspool again: it recovers";
    return {std::move(message), code};
}

bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t done = ::write(fd, bytes.data(), bytes.size());
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(done));
    }
    return true;
}

bool write_all_at(int fd, std::string_view bytes, std::uint64_t offset) {
    while (!bytes.empty()) {
        const ssize_t done = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(done));
        offset += static_cast<std::uint64_t>(done);
    }
    return true;
}

bool read_all_at(int fd, char* into, std::size_t size, std::uint64_t offset) {
    while (size > 0) {
        const ssize_t done = ::pread(fd, into, size, static_cast<off_t>(offset));
        if (done < 0 && errno == EINTR) continue;
        // The file is shorter than it was made: nothing sensible can be read there.
        if (done == 0) errno = EIO;
        if (done <= 0) return false;
        into += done;
        size -= static_cast<std::size_t>(done);
        offset += static_cast<std::uint64_t>(done);
    }
    return true;
}

result<void> sync_directory(const std::string& directory) {
    const descriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened || ::fsync(opened.get()) != 0) {
        return system_failure("make durable", directory, errno);
    }
    return {};
}

} // namespace hubspool
