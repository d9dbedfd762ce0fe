#include "api/credential_file.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
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

bool in_credentials_directory(const std::string& file) {
    const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
    return directory != nullptr && *directory != '\0' &&
           file.starts_with(fmt::format("{}/", directory)) &&
           file.find("/../") == std::string::npos;
}

result<void> check_mode(const std::string& setting, const std::string& file, mode_t mode) {
    constexpr mode_t allowed = 0640;
    if ((mode & ~allowed) == 0 || in_credentials_directory(file)) {
        return {};
    }
    return failure{fmt::format("{}: {} has mode {:04o}, which gives away the secret in it; run: "
                               "chmod 0640 {}",
                               setting, file, mode, file)};
}

result<std::string> read_whole(const std::string& setting, const std::string& file, int fd) {
    std::string text(bytes_max + 1, '\0');
    std::size_t size = 0;
    ssize_t got = 0;
    do {
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
    if (is_secret) {
        if (auto kept = check_mode(setting, file, status.st_mode & 0777U); !kept) {
            return kept.error();
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
    return fmt::format("{}:{}:{}:{}.{}:{}.{}", status.st_dev, status.st_ino, status.st_size,
                       status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec,
                       status.st_ctim.tv_nsec);
}

} // namespace hubspool
