#include "spool/arrivals/file_clock.hpp"

#include <cstdlib>
#include <ctime>

namespace hubspool {
namespace {

// Slewing changes the wall clock's rate by at most 0.05 %; the rest covers being interrupted
// between two readings. A smaller step is no trouble: what it reorders lies within the tick's blur.
constexpr std::int64_t blur_ns = 10'000'000;
constexpr std::int64_t slew_part = 1000;

std::int64_t read_ns(clockid_t clock) {
    timespec now{};
    ::clock_gettime(clock, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

} // namespace

std::int64_t file_stamp_ns() {
    return read_ns(CLOCK_REALTIME_COARSE);
}

std::int64_t file_tick_ns() {
    timespec tick{};
    ::clock_getres(CLOCK_REALTIME_COARSE, &tick);
    return std::int64_t{tick.tv_sec} * 1'000'000'000 + tick.tv_nsec;
}

std::int64_t file_now_ns() {
    return read_ns(CLOCK_REALTIME);
}

clock_watch::clock_watch()
    : boot_ns_(read_ns(CLOCK_BOOTTIME)), offset_ns_(file_now_ns() - boot_ns_),
      steady_since_ns_(boot_ns_) {
}

bool clock_watch::stepped() {
    const auto boot = read_ns(CLOCK_BOOTTIME);
    const auto offset = file_now_ns() - boot;
    // A rate of 0.1 % over the time since the last reading is no step.
    const auto allowed = blur_ns + (boot - boot_ns_) / slew_part;
    const bool step = std::llabs(offset - offset_ns_) > allowed;
    // From here the clock has to prove itself anew.
    if (step) {
        steady_since_ns_ = boot;
    }
    boot_ns_ = boot;
    offset_ns_ = offset;
    return step;
}

milliseconds clock_watch::steady_for() const {
    return milliseconds((boot_ns_ - steady_since_ns_) / 1'000'000);
}

} // namespace hubspool
