// A time before which nothing at all is sent, and why. Pure; loop thread.
#pragma once

#include "core/sending/hold_cause.hpp"
#include "core/words/time.hpp"

namespace hubspool {

class common_hold {
public:
    // The later of two stays, with its cause.
    void extend(boot_time until, hold_cause cause) {
        if (until <= until_) return;
        until_ = until;
        cause_ = cause;
    }
    boot_time until() const { return until_; }
    hold_cause cause() const { return cause_; }

private:
    boot_time until_ = {};
    hold_cause cause_ = hold_cause::backoff;
};

} // namespace hubspool
