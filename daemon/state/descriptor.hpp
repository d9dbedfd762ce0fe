// A file descriptor that closes itself, and whole reads and writes over it. Any thread, one at a
// time.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace hubspool {

class descriptor {
public:
    descriptor() = default;
    explicit descriptor(int fd) : fd_(fd) {}
    descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    descriptor& operator=(descriptor&& other) noexcept;
    ~descriptor();

    explicit operator bool() const { return fd_ >= 0; }
    int get() const { return fd_; }

private:
    int fd_ = -1;
};

// A failure with errno's text and code: "cannot <doing> <path>: No space left on device". A spent
// quota counts as ENOSPC: it is told and mended in the same way.
failure system_failure(std::string_view doing, const std::string& path, int code);

// True when all was done; else errno says why (EIO for an unexpected end of file).
bool write_all(int fd, std::string_view bytes);
bool write_all_at(int fd, std::string_view bytes, std::uint64_t offset);
bool read_all_at(int fd, char* into, std::size_t size, std::uint64_t offset);

// Makes names that were created or removed in `directory` durable.
result<void> sync_directory(const std::string& directory);

} // namespace hubspool
