// A time before which nothing at all is sent, and why. Pure; loop thread.
#pragma once

#include "core/sending/hold_cause.hpp"
#include "core/words/time.hpp"

namespace hubspool {

class common_hold {
public:
    // The later of two stays, with its cause.
    void extend(boot_time until, hold_cause cause) {
        one& held = may_be_lifted(cause) ? asked_ : needed_;
        if (until <= held.until) return;
        held = {until, cause};
    }
    // An operator says that the reason has gone. What protects a promise stays.
    void lift() { asked_ = {}; }
    boot_time until() const { return longer().until; }
    hold_cause cause() const { return longer().cause; }

private:
    struct one {
        boot_time until = {};
        hold_cause cause = hold_cause::backoff;
    };

    static bool may_be_lifted(hold_cause cause) {
        return cause == hold_cause::backoff || cause == hold_cause::retry_after ||
               cause == hold_cause::rate_limited;
    }
    const one& longer() const { return asked_.until > needed_.until ? asked_ : needed_; }

    one asked_;  // by HubSpot, or by its silence
    one needed_; // because something may still land, or could not be noted
};

} // namespace hubspool
