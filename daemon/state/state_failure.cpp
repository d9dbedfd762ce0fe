#include "state/state_failure.hpp"

#include "os/system_failure.hpp"

#include <cerrno>

namespace hubspool {
namespace {

std::string_view remedy_for(int code) {
    switch (code) {
    case ENOSPC: return "its disk is full, or a quota is used up; make room";
    case EACCES: return "run it with sudo, or as the owner of the state directory";
    case EIO: return "check the disk, then start hubspool again: it recovers";
    default: return {};
    }
}

} // namespace

failure state_failure(std::string_view act, std::string_view path, int code) {
    // A used-up quota has the same remedy as a full disk.
    if (code == EDQUOT) code = ENOSPC;
    return system_failure(act, path, code, remedy_for(code));
}

} // namespace hubspool
