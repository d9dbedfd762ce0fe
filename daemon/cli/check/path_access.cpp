#include "cli/check/path_access.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace hubspool {

std::string unsearchable_above(const std::string& path) {
    // From the root down: the first that cannot be passed is the one to mend.
    const auto whole = std::filesystem::absolute(path).lexically_normal();
    std::filesystem::path above;
    for (const auto& part : whole.parent_path()) {
        above /= part;
        if (::faccessat(AT_FDCWD, above.c_str(), X_OK, AT_EACCESS) != 0) return above;
    }
    return {};
}

std::optional<std::string> why_not_readable(const std::string& file) {
    if (::faccessat(AT_FDCWD, file.c_str(), R_OK, AT_EACCESS) == 0) return std::nullopt;
    const int code = errno;
    std::string why =
        fmt::format("uid {} cannot read {}: {}", ::geteuid(), file, std::strerror(code));
    // Only for lack of rights a remedy can be named.
    if (code != EACCES) return why;
    const std::string above = unsearchable_above(file);
    return why +
           (above.empty()
                ? fmt::format("; it holds no secret: sudo chmod 0644 {}", file)
                : fmt::format("; nobody else gets through {0}: sudo chmod o+x {0}, or move the "
                              "file to /etc/hubspool",
                              above));
}

} // namespace hubspool
