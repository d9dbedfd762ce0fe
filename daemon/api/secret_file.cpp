#include "api/credential.hpp"

#include "base/clocks.hpp"
#include "base/log.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace hubspool {
namespace {

constexpr std::size_t token_bytes_max = 4096;

class descriptor {
public:
    explicit descriptor(int fd) : fd_(fd) {}
    ~descriptor() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    int get() const { return fd_; }

private:
    int fd_;
};

failure cannot(const std::string& file, const char* what, int code) {
    return failure{fmt::format("api.token_file: {} cannot be {}: {}", file, what,
                               std::generic_category().message(code)),
                   code};
}

bool in_credentials_directory(const std::string& file) {
    const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
    return directory != nullptr && *directory != '\0' &&
           file.starts_with(fmt::format("{}/", directory)) &&
           file.find("/../") == std::string::npos;
}

std::string identity_of(const struct stat& status) {
    return fmt::format("{}:{}:{}:{}.{}:{}.{}", status.st_dev, status.st_ino, status.st_size,
                       status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec,
                       status.st_ctim.tv_nsec);
}

// File times move in ticks: a change right after this look might leave them as they are.
bool may_change_unseen(const struct stat& status) {
    constexpr std::chrono::seconds tick_at_most(2);
    const wall_time changed{std::chrono::seconds(status.st_ctim.tv_sec)};
    return wall_now() - changed < tick_at_most;
}

result<void> check(const std::string& file, const struct stat& status) {
    if (!S_ISREG(status.st_mode)) {
        return failure{fmt::format("api.token_file: {} is not a regular file", file)};
    }
    constexpr mode_t allowed = 0640;
    const mode_t mode = status.st_mode & 0777U;
    if ((mode & ~allowed) != 0 && !in_credentials_directory(file)) {
        return failure{
            fmt::format("api.token_file: {} has mode {:04o}, which gives away the token; "
                        "run: chmod 0640 {}",
                        file, mode, file)};
    }
    return {};
}

result<std::string> read_token(const std::string& file, int fd) {
    std::array<char, token_bytes_max + 1> room{};
    std::size_t size = 0;
    while (size < room.size()) {
        const ssize_t got = ::read(fd, room.data() + size, room.size() - size);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return cannot(file, "read", errno);
        }
        if (got == 0) {
            break;
        }
        size += static_cast<std::size_t>(got);
    }
    if (size > token_bytes_max) {
        return failure{fmt::format("api.token_file: {} is larger than {} bytes; it must hold the "
                                   "token and nothing else",
                                   file, token_bytes_max)};
    }
    constexpr std::string_view white = " \t\r\n";
    const std::string_view text(room.data(), size);
    const auto first = text.find_first_not_of(white);
    if (first == std::string_view::npos) {
        return failure{
            fmt::format("api.token_file: {} is empty; write the access token into it", file)};
    }
    return std::string(text.substr(first, text.find_last_not_of(white) - first + 1));
}

bool is_token(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

} // namespace

result<bool> credential::refresh() {
    // O_NONBLOCK: a FIFO must not hold up the loop.
    const descriptor fd(::open(file_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (fd.get() < 0) {
        return cannot(file_, "opened", errno);
    }
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0) {
        return cannot(file_, "examined", errno);
    }
    if (auto checked = check(file_, status); !checked) {
        return checked.error();
    }
    std::string identity = identity_of(status);
    if (identity == seen_) {
        return false;
    }
    auto token = read_token(file_, fd.get());
    if (!token) {
        return token.error();
    }
    if (!is_token(*token)) {
        return failure{
            fmt::format("api.token_file: {} holds more than a token: a space, a control or "
                        "a non-ASCII character; write the token alone, on one line",
                        file_)};
    }
    seen_ = may_change_unseen(status) ? std::string() : std::move(identity);
    return std::exchange(token_, std::move(*token)) != token_;
}

bool credential::differs_from(const std::string& token) {
    if (auto looked = refresh(); !looked) {
        log::warning("the credential was refused, and reading it again failed",
                     {{"reason", looked.error().message}});
    }
    return token_ != token;
}

} // namespace hubspool
