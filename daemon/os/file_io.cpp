#include "os/file_io.hpp"

#include "os/owned_descriptor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace hubspool {

bool write_all(int fd, std::string_view bytes) {
    // A signal or a full pipe may end a write early.
    while (!bytes.empty()) {
        const ssize_t done = ::write(fd, bytes.data(), bytes.size());
        // A signal came before the first byte.
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
        // errno is left alone by an end of file, and could say anything.
        if (done == 0) errno = EIO;
        if (done <= 0) return false;
        into += done;
        size -= static_cast<std::size_t>(done);
        offset += static_cast<std::uint64_t>(done);
    }
    return true;
}

std::optional<std::string> read_at_most(int fd, std::size_t bytes_max) {
    std::string text(bytes_max, '\0');
    std::size_t size = 0;
    while (size < bytes_max) {
        const ssize_t done = ::read(fd, text.data() + size, bytes_max - size);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return {};
        // The end of the file.
        if (done == 0) break;
        size += static_cast<std::size_t>(done);
    }
    text.resize(size);
    return text;
}

bool sync_directory(const std::string& directory) {
    // fsync(2): a name is durable only when its directory is.
    const owned_descriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return opened && ::fsync(opened.get()) == 0;
}

} // namespace hubspool
