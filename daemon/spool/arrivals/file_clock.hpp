// The clock that the file system stamps files with, and whether somebody sets it.
//
// Nanoseconds since 1970. Not in base/clocks.hpp, since only arrival order needs it:
// CLOCK_REALTIME_COARSE is what the kernel takes ctime from, and nothing renamed later has an
// earlier ctime.
#pragma once

#include "core/words/time.hpp"

#include <cstdint>

namespace hubspool {

std::int64_t file_stamp_ns(); // a rename from now on gets this ctime or a later one
std::int64_t file_tick_ns();  // how far apart the stamps are
std::int64_t file_now_ns();   // CLOCK_REALTIME: no stamp given so far is later

// Tells when the wall clock was set, by holding it against the boot clock. One thread.
class clock_watch {
public:
    clock_watch();
    // True when it was set since the last look.
    bool stepped();
    // How long it has run undisturbed, as far as was looked.
    milliseconds steady_for() const;

private:
    std::int64_t boot_ns_;   // at the last look
    std::int64_t offset_ns_; // wall clock minus boot clock, then
    std::int64_t steady_since_ns_;
};

} // namespace hubspool
