#include "core/reading/scan_pace.hpp"

#include <algorithm>

namespace hubspool {

namespace {
// While there is something to read, looking for more may wait this long.
constexpr milliseconds rest_at_least{20};
constexpr int rest_times = 10; // as long as the scan took
} // namespace

void scan_pace::scanned(boot_time began, boot_time now, std::optional<milliseconds> again_after) {
    next_.reset();
    // Told by the scan: when what was not ready will be.
    if (again_after) next_ = now + *again_after;
    // Ten times as long as it took: looking takes at most a tenth of the time.
    rest_while_reading_ = std::max(rest_at_least, rest_times * (now - began));
    scanned_at_ = now;
}

bool scan_pace::is_due(bool something_to_read, boot_time now) const {
    // Something to read is at hand, so looking may wait.
    if (something_to_read) return now - scanned_at_ >= rest_while_reading_;
    return !next_ || *next_ <= now;
}

milliseconds scan_pace::wait(boot_time now) const {
    return std::max(milliseconds(0), next_ ? *next_ - now : interval_);
}

milliseconds scan_pace::wait_while_reading(boot_time now) const {
    const boot_time next = next_.value_or(scanned_at_ + interval_);
    return std::max(milliseconds(0), std::max(next, scanned_at_ + rest_while_reading_) - now);
}

drain_claims::drain_claims(boot_time now, milliseconds quiet_period)
    : until_(now + quiet_period + std::chrono::seconds(1)) {
}

std::optional<milliseconds>
drain_claims::wait_for_another(boot_time began, boot_time now,
                               std::optional<boot_time> again_at) const {
    // Nothing was left that is not ready.
    if (!again_at) return std::nullopt;
    // More than one scan takes in was there: however long that takes.
    if (*again_at <= now) return milliseconds(0);
    // What was not ready in a scan that began now has come, or was written to, since the call.
    if (began >= until_) return std::nullopt;
    return std::max(milliseconds(0), std::min(*again_at, until_) - now);
}

} // namespace hubspool
