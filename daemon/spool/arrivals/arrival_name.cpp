#include "spool/arrivals/arrival_name.hpp"

#include "spool/arrivals/file_clock.hpp"

#include <fmt/core.h>

#include <unistd.h>

#include <algorithm>
#include <atomic>

namespace hubspool {

std::string next_arrival_name() {
    static std::atomic<std::int64_t> last{0};
    auto before = last.load();
    std::int64_t at = 0;
    // Two names of one process never tie, also when the clock stands still or goes back.
    do {
        at = std::max(file_now_ns(), before + 1);
    } while (!last.compare_exchange_weak(before, at));
    // Nineteen digits are all that 64 bits of nanoseconds need; the pid keeps processes apart.
    return fmt::format("{:019}-{}", at, ::getpid());
}

} // namespace hubspool
