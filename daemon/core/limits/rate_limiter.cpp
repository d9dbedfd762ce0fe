#include "core/limits/rate_limiter.hpp"

#include <algorithm>

namespace hubspool {

boot_time rate_limiter::ready_at(boot_time now) {
    slots_.expire(now);
    // A 429 showed that somebody else spends, too: nothing goes for a whole window.
    if (now < limit_.blocked_until()) return limit_.blocked_until();
    const std::uint32_t limit_now = limit_.at(now);
    // Requests on the wire count as well: they may arrive at any moment.
    const std::uint32_t counted = slots_.taken() + in_flight_;
    if (counted < limit_now) return now;
    // The slot that makes room, or the moment when others are forgotten, whichever is sooner.
    return std::min(slots_.free_at(counted - limit_now + 1), limit_.others_forgotten_at(now));
}

void rate_limiter::remaining_told(ticket passed, std::uint32_t requests_max,
                                  std::uint32_t remaining, boot_time now) {
    // What the header says beyond our own count was somebody else's.
    const std::uint32_t used = requests_max - std::min(requests_max, remaining);
    const std::uint32_t beyond = used - std::min(used, passed.counted);
    // So few may be later requests of ours that overtook it on the way.
    limit_.others_told(beyond > sent_ - passed.number ? beyond : 0, requests_max, now);
}

boot_time rate_limiter::answered(exchange_kind kind, boot_time sent_at, boot_time now) {
    // Its place among those in flight becomes a place until the release.
    --in_flight_;
    return slots_.answered(kind, sent_at, now);
}

boot_time rate_limiter::unanswered(boot_time now) {
    --in_flight_;
    const boot_time release = now + after_send_;
    slots_.add(release, 1);
    return release;
}

} // namespace hubspool
