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
    do {
        at = std::max(file_now_ns(), before + 1);
    } while (!last.compare_exchange_weak(before, at));
    return fmt::format("{:019}-{}", at, ::getpid());
}

} // namespace hubspool
