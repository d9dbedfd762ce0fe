#include "cli/report/report_file.hpp"

#include "os/file_io.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace hubspool {

result<report_file> report_file::open(const std::string& path, std::string option) {
    owned_descriptor target(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    if (!target)
        return failure{fmt::format("{} {}: {}", option, path, std::strerror(errno)), errno};
    std::error_code unknown;
    const std::filesystem::path real = std::filesystem::canonical(path, unknown);
    return report_file(unknown ? path : real.string(), std::move(option), std::move(target));
}

failure report_file::failed() const {
    return {fmt::format("{} {}: {}", option_, path_, std::strerror(errno)), errno};
}

result<void> report_file::write(std::string_view content) {
    const auto replaced = replace(content);
    if (!replaced) return replaced.error();
    if (*replaced) return {};
    // A pipe or a terminal has no length.
    if (::ftruncate(target_.get(), 0) != 0 && errno != EINVAL) return failed();
    if (!write_all(target_.get(), content)) return failed();
    return {};
}

result<bool> report_file::replace(std::string_view content) {
    struct stat of_target{};
    if (::fstat(target_.get(), &of_target) != 0) return failed();
    if (!S_ISREG(of_target.st_mode)) return false;
    const std::string unfinished = fmt::format("{}.{}.tmp", path_, ::getpid());
    const owned_descriptor made(::open(unfinished.c_str(),
                                       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                                       of_target.st_mode & 07777));
    if (!made) {
        if (errno == EACCES || errno == EPERM || errno == EROFS) return false;
        return failed();
    }
    // The umask has no say in what replaces a file.
    if (::fchmod(made.get(), of_target.st_mode & 07777) == 0 && write_all(made.get(), content) &&
        ::fsync(made.get()) == 0 && ::rename(unfinished.c_str(), path_.c_str()) == 0)
        return true;
    const failure why = failed();
    ::unlink(unfinished.c_str());
    return why;
}

} // namespace hubspool
