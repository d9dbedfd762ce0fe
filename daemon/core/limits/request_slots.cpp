#include "core/limits/request_slots.hpp"

#include <algorithm>

namespace hubspool {

boot_time request_slots::ready_at(boot_time now) {
    // Both must allow it: the window, and the day.
    return std::max(window_.ready_at(now), day_.ready_at(now));
}

request_slots::taken request_slots::take(boot_time now) {
    // One that goes late makes the next one no later, unless it is late by more than their
    // distance.
    const exact_time distance = counts_for_ / std::max(1U, window_.limit(now));
    evenly_at_ = std::max(evenly_at_ + distance, exact_time(now.time_since_epoch()));
    // One count of each, taken and given back together.
    const rate_limiter::ticket ticket = window_.sent();
    day_.sent();
    return {now, ticket, day_.count().used};
}

void request_slots::give_back(boot_time now) {
    window_.cancelled(now);
    day_.cancelled();
}

boot_time request_slots::end(const taken& slot, exchange_end end, exchange_kind kind,
                             boot_time now) {
    switch (end) {
    // Its time tells how fast HubSpot answers, and so when the slot is free.
    case exchange_end::answered: return window_.answered(kind, slot.sent, now);
    case exchange_end::not_sent: return window_.cancelled(now);
    case exchange_end::unanswered:
    case exchange_end::stale: break;
    }
    // It may arrive at any time until its connection was gone, which is now.
    return window_.unanswered(now);
}

void request_slots::learn(const response_verdict& verdict, const taken& slot, boot_time now) {
    if (verdict.limit_max) window_.learn(*verdict.limit_max);
    if (verdict.limit_max && verdict.limit_remaining)
        window_.remaining_told(slot.ticket, *verdict.limit_max, *verdict.limit_remaining, now);
    // With the day's count of when it was sent: what was sent since is not in HubSpot's figure.
    if (verdict.daily_limit && verdict.daily_remaining)
        day_.told(*verdict.daily_limit, *verdict.daily_remaining, slot.sent, slot.day_count, now);
    if (verdict.throttled) window_.throttled(now);
}

} // namespace hubspool
