#include "api/credential/credential_file.hpp"

#include "api/credential/secret_access.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace hubspool {
namespace {

constexpr std::size_t bytes_max = 64U << 10;

struct closer {
    const int fd;
    ~closer() { ::close(fd); }
};

failure cannot(const std::string& setting, const std::string& file, const char* what, int code) {
    return failure{fmt::format("{}: {} cannot be {}: {}", setting, file, what,
                               std::generic_category().message(code)),
                   code};
}

result<std::string> read_whole(const std::string& setting, const std::string& file, int fd) {
    std::string text(bytes_max + 1, '\0');
    std::size_t size = 0;
    ssize_t got = 0;
    do {
        // One byte more than may be there tells a file that is too large.
        got = ::read(fd, text.data() + size, text.size() - size);
        size += got > 0 ? static_cast<std::size_t>(got) : 0;
    } while (got > 0 || (got < 0 && errno == EINTR));
    if (got < 0) {
        return cannot(setting, file, "read", errno);
    }
    if (size == 0 || size > bytes_max) {
        return failure{fmt::format("{}: {} {}", setting, file,
                                   size == 0 ? "is empty" : "is larger than 64 KiB")};
    }
    text.resize(size);
    return text;
}

result<std::string> read(const std::string& setting, const std::string& file, bool is_secret) {
    // O_NONBLOCK: a FIFO must not hold up the loop.
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return cannot(setting, file, "opened", errno);
    }
    const closer closes{fd};
    struct stat status{};
    if (::fstat(fd, &status) != 0) {
        return cannot(setting, file, "examined", errno);
    }
    if (!S_ISREG(status.st_mode)) {
        return failure{fmt::format("{}: {} is not a regular file", setting, file)};
    }
    // The mode is asked of the open descriptor, so the file cannot be another one by then.
    if (is_secret) {
        if (auto judged = judge_secret_access(setting, file, fd); !judged) {
            return judged.error();
        }
    }
    return read_whole(setting, file, fd);
}

} // namespace

result<std::string> read_public_file(const std::string& setting, const std::string& file) {
    return read(setting, file, false);
}

result<std::string> read_secret_file(const std::string& setting, const std::string& file) {
    return read(setting, file, true);
}

std::string file_identity(const std::string& file) {
    struct stat status{};
    if (::stat(file.c_str(), &status) != 0) {
        return {};
    }
    // Device and inode tell a replaced file, size and times one that was written.
    return fmt::format("{}:{}:{}:{}.{}:{}.{}", status.st_dev, status.st_ino, status.st_size,
                       status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec,
                       status.st_ctim.tv_nsec);
}

} // namespace hubspool
