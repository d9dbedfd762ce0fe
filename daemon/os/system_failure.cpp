#include "os/system_failure.hpp"

#include "core/words/printable.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <system_error>

namespace hubspool {
namespace {

std::string_view usual_remedy(int code) {
    switch (code) {
    // The errors that come up in practice, each with what a person can do.
    case ENOSPC:
    case EDQUOT: return "free space (or inodes, or quota) on its file system";
    case EIO: return "look for disk errors in the kernel's log (dmesg)";
    case EROFS:
        return "its file system is read-only: look for disk errors in the kernel's log (dmesg)";
    case EMFILE:
    case ENFILE: return "raise the limit of open files (LimitNOFILE=)";
    case EACCES:
    case EPERM: return "run it with sudo, or give it to the user that hubspool runs as (chown)";
    default: return {};
    }
}

} // namespace

failure system_failure(std::string_view act, std::string_view path, int code,
                       std::string_view remedy) {
    const auto what = std::generic_category().message(code);
    // A caller who knows more than the error number has the better advice.
    const auto advice = remedy.empty() ? usual_remedy(code) : remedy;
    return {fmt::format("cannot {} {}: {}{}{}", act, printable(path), what,
                        advice.empty() ? "" : "; ", advice),
            code};
}

} // namespace hubspool
