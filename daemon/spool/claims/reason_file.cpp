#include "spool/claims/reason_file.hpp"

#include "os/file_io.hpp"
#include "os/owned_descriptor.hpp"
#include "os/system_failure.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace hubspool {

namespace {
constexpr std::string_view extension = ".reason";
} // namespace

result<void> write_reason(int directory, const std::string& name, const std::string& reason,
                          const std::string& shown_directory) {
    const auto own_name = name + std::string(extension);
    const auto shown = shown_directory + "/" + own_name;
    const owned_descriptor file(::openat(
        directory, own_name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file) {
        return system_failure("write", shown, errno);
    }
    // The reason has to be durable before the file stands beside it.
    int error = write_all(file.get(), reason + "\n") ? 0 : errno;
    if (error == 0 && ::fsync(file.get()) != 0) {
        error = errno;
    }
    if (error != 0) {
        ::unlinkat(directory, own_name.c_str(), 0);
        return system_failure("write", shown, error);
    }
    return {};
}

bool is_reason(std::string_view name) {
    return name.ends_with(extension);
}

} // namespace hubspool
