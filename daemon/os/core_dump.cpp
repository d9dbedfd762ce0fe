#include "os/core_dump.hpp"

#include <sys/prctl.h>

namespace hubspool {

void refuse_core_dumps() {
    // prctl(2): the process also becomes unreadable for its own user's tracers.
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

} // namespace hubspool
