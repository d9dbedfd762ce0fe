#include "core/engine/engine_status.hpp"

#include "core/dispatch/engine_parts.hpp"

namespace hubspool {

engine_status status_of(const engine_parts& parts, boot_time now) {
    engine_status s;
    s.objects = parts.pending.objects();
    s.records = parts.pending.records();
    s.bytes = parts.pending.bytes() - parts.pending.idle_bytes();
    s.in_flight = static_cast<std::uint32_t>(parts.flights.count());
    s.uncommitted = parts.uncommitted.batches();
    s.suspects = parts.planner.suspects_open();
    s.rate_limit = parts.slots.window().limit(now);
    s.others = parts.slots.window().allowance().others(now);
    const rate_limiter::use used = parts.slots.window().used(now);
    s.window_used = used.in_flight + used.ended;
    if (used.in_flight == 0 && used.ended > 0) s.window_free_at = used.ended_until;
    s.today = parts.slots.day().count();
    s.today_allowed = parts.slots.day().account().ours();
    s.account_remaining = parts.slots.day().account().remaining();
    s.recovering = parts.gate.is_closed(closure::frontier);
    s.oldest = parts.pending.oldest();
    s.breaker = parts.breaker.state();
    s.failures = parts.breaker.streak().length();
    s.failing_since = parts.breaker.streak().since();
    s.last_failure = parts.breaker.streak().last();
    s.breaker_probe_at = parts.breaker.probe_at();
    s.held_until = parts.hold.until();
    s.held_by = parts.hold.cause();
    s.outcomes_full = parts.uncommitted.full();
    s.bulk_held = parts.bulk_share.is_held();
    s.parks = parts.parks.all();
    return s;
}

} // namespace hubspool
