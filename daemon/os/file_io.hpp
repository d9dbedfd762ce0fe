// Whole reads and writes of files, and names that last. Each says by its return whether all was
// done; when not, errno says why. Block on the disk; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

// After a failure part of the bytes may be written.
bool write_all(int fd, std::string_view bytes);
bool write_all_at(int fd, std::string_view bytes, std::uint64_t offset);
// EIO for an unexpected end of file.
bool read_all_at(int fd, char* into, std::size_t size, std::uint64_t offset);

// From where the file stands to its end, `bytes_max` at most.
std::optional<std::string> read_at_most(int fd, std::size_t bytes_max);

// Makes names that were created, renamed or removed in `directory` durable.
bool sync_directory(const std::string& directory);

} // namespace hubspool
