#include "api/credential/credential_file.hpp"

#include "api/credential/secret_access.hpp"
#include "os/file_io.hpp"
#include "os/owned_descriptor.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace hubspool {
namespace {

constexpr std::size_t bytes_max = 64U << 10;

failure cannot(const std::string& setting, const std::string& file, const char* what, int code) {
    return failure{fmt::format("{}: {} cannot be {}: {}", setting, file, what,
                               std::generic_category().message(code)),
                   code};
}

result<std::string> read_whole(const std::string& setting, const std::string& file, int fd) {
    // One byte more than may be there tells a file that is too large.
    auto text = read_at_most(fd, bytes_max + 1);
    if (!text) {
        return cannot(setting, file, "read", errno);
    }
    if (text->empty() || text->size() > bytes_max) {
        return failure{fmt::format("{}: {} {}", setting, file,
                                   text->empty() ? "is empty" : "is larger than 64 KiB")};
    }
    return std::move(*text);
}

result<std::string> read(const std::string& setting, const std::string& file, bool is_secret) {
    // O_NONBLOCK: a FIFO must not hold up the loop.
    const owned_descriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd) {
        return cannot(setting, file, "opened", errno);
    }
    struct stat status{};
    if (::fstat(fd.get(), &status) != 0) {
        return cannot(setting, file, "examined", errno);
    }
    if (!S_ISREG(status.st_mode)) {
        return failure{fmt::format("{}: {} is not a regular file", setting, file)};
    }
    // The mode is asked of the open descriptor, so the file cannot be another one by then.
    if (is_secret) {
        if (auto judged = judge_secret_access(setting, file, fd.get()); !judged) {
            return judged.error();
        }
    }
    return read_whole(setting, file, fd.get());
}

} // namespace

result<std::string> read_public_file(const std::string& setting, const std::string& file) {
    return read(setting, file, false);
}

result<std::string> read_secret_file(const std::string& setting, const std::string& file) {
    return read(setting, file, true);
}

std::string file_identity(const struct stat& status) {
    // Device and inode tell a replaced file, size and times one that was written.
    return fmt::format("{}:{}:{}:{}.{}:{}.{}", status.st_dev, status.st_ino, status.st_size,
                       status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec,
                       status.st_ctim.tv_nsec);
}

std::string file_identity(const std::string& file) {
    struct stat status{};
    return ::stat(file.c_str(), &status) == 0 ? file_identity(status) : std::string();
}

} // namespace hubspool
