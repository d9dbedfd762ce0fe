// Giving memory back that was freed.
#pragma once

#include <malloc.h>

namespace hubspool {

// What is freed stays with the thread's heap that it came from, for what comes there next; nobody
// else can use it. To be asked for when that may take long: it looks at all that is free.
inline void give_back_free_memory() {
#ifdef __GLIBC__
    ::malloc_trim(0);
#endif
}

} // namespace hubspool
