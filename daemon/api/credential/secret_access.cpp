#include "api/credential/secret_access.hpp"

#include "os/owned_descriptor.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace hubspool {
namespace {

bool in_credentials_directory(const std::string& file) {
    // systemd puts them there for the service alone (systemd.exec(5), LoadCredential=), whatever
    // the mode says.
    const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
    return directory != nullptr && *directory != '\0' &&
           file.starts_with(fmt::format("{}/", directory)) &&
           file.find("/../") == std::string::npos;
}

} // namespace

secret_access weigh_secret_access(mode_t mode, bool read_only_file_system) {
    constexpr mode_t allowed = 0640, any_write = 0222;
    // Neither execution by the group nor anything by others.
    if ((mode & 0777U & ~allowed) == 0) {
        return secret_access::kept;
    }
    // A file that nobody may write was made so by a secret store, and no chmod here would last.
    const bool as_it_was_made = read_only_file_system || (mode & any_write) == 0;
    return as_it_was_made ? secret_access::warned : secret_access::refused;
}

result<std::string> judge_secret_access(const std::string& setting, const std::string& path,
                                        int fd) {
    struct stat status{};
    struct statvfs file_system{};
    if (::fstat(fd, &status) != 0 || ::fstatvfs(fd, &file_system) != 0) {
        const int code = errno;
        return failure{fmt::format("{}: {} cannot be examined: {}", setting, path,
                                   std::generic_category().message(code)),
                       code};
    }
    // Both facts are needed: the mode alone does not say whether a chmod is possible.
    const bool read_only = (file_system.f_flag & ST_RDONLY) != 0;
    const mode_t mode = status.st_mode & 0777U;
    const secret_access access = weigh_secret_access(mode, read_only);
    if (access == secret_access::kept || in_credentials_directory(path)) {
        return std::string();
    }
    if (access == secret_access::refused) {
        return failure{fmt::format("{}: {} has mode {:04o}, which gives away what is in it; run: "
                                   "chmod 0640 {}",
                                   setting, path, mode, path)};
    }
    const char* const why =
        read_only ? "it lies on a read-only file system" : "nobody may write it";
    return fmt::format("{}: {} has mode {:04o}, so others may read it; it is used all the same, "
                       "as it was made so ({}). Let whoever provides it make it "
                       "0440 or stricter, of hubspool's user or group (Kubernetes: defaultMode and "
                       "fsGroup; Docker, Podman: mode, uid, gid; else chmod 0640)",
                       setting, path, mode, why);
}

std::string secret_warning(const std::string& setting, const std::string& path) {
    const owned_descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd) {
        return {};
    }
    const auto judged = judge_secret_access(setting, path, fd.get());
    return judged ? *judged : std::string();
}

} // namespace hubspool
