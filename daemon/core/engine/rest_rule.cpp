#include "core/engine/rest_rule.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace hubspool {

namespace {

constexpr milliseconds tick_every{1000};
// So long may go unnoticed by a daemon at rest what nobody tells: a clock that was set, a suspend.
constexpr milliseconds rest_max = std::chrono::minutes(10);

} // namespace

milliseconds rest_rule::wait(boot_time now, boot_time day_ends) const {
    // At work every second: the day, the credential, the status.
    if (!is_resting()) return tick_every;
    // At rest until the day's end at the latest, because the quota's count begins anew then.
    return std::clamp(day_ends - now, tick_every, rest_max);
}

rest_rule::turn rest_rule::ticked(const facts& found) {
    if (is_resting()) {
        phase_ = phase::working;
        return turn::rouse;
    }
    const bool nothing_to_do =
        !is_drain_ && found.engine_at_rest && !found.request_unread && !found.outcomes_undurable;
    if (!nothing_to_do) {
        phase_ = phase::working;
        return turn::look;
    }
    // Two quiet ticks: what came between them would have been seen.
    if (is_quiet()) {
        phase_ = phase::resting;
        return turn::rest;
    }
    phase_ = phase::quiet;
    return turn::note_and_look;
}

rest_rule::arrival rest_rule::came(bool must_look) {
    // The first that comes ends the rest; what else comes finds it working.
    if (std::exchange(phase_, phase::working) == phase::resting) return arrival::end_rest;
    return must_look ? arrival::look_first : arrival::goes_on;
}

} // namespace hubspool
