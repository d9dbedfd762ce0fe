// When the queue is looked at for new files.
//
// With nothing to read: when something was announced, when the last scan said that something would
// be ready, or when the scan interval is over. With something to read: often, but looking takes no
// more than a tenth or so of the time, however many names wait. Pure; intake thread.
#pragma once

#include "core/words/time.hpp"

#include <optional>

namespace hubspool {

class scan_pace {
public:
    explicit scan_pace(milliseconds scan_interval) : interval_(scan_interval) {}

    // A scan from `began` to `now` has ended; something is ready `again_after`, if known.
    void scanned(boot_time began, boot_time now, std::optional<milliseconds> again_after);
    // Waiting has ended, by whatever: the next scan is due.
    void woke(boot_time now) { next_ = now; }

    bool is_due(bool something_to_read, boot_time now) const;
    // With nothing to read: how long to wait.
    milliseconds wait(boot_time now) const;
    // With something to read that cannot be read now: the same.
    milliseconds wait_while_reading(boot_time now) const;
    // When the last scan wants another; nothing: all that was there is claimed.
    std::optional<boot_time> again_at() const { return next_; }

private:
    milliseconds interval_;
    std::optional<boot_time> next_;
    boot_time scanned_at_ = {};
    milliseconds rest_while_reading_{0};
};

// Which scans a drain makes before it reads: all that is there now, or becomes ready within one
// quiet period, is claimed. What producers add meanwhile must not make it endless.
class drain_claims {
public:
    drain_claims(boot_time now, milliseconds quiet_period);

    // After a scan that began at `began` and wants another at `again_at`: how long to wait before
    // it. Nothing: enough is claimed.
    std::optional<milliseconds> wait_for_another(boot_time began, boot_time now,
                                                 std::optional<boot_time> again_at) const;

private:
    boot_time until_;
};

} // namespace hubspool
