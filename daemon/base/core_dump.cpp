#include "base/core_dump.hpp"

#include <sys/prctl.h>

namespace hubspool {

void refuse_core_dumps() {
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

} // namespace hubspool
