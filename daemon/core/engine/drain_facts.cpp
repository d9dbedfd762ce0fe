#include "core/engine/drain_facts.hpp"

#include "core/dispatch/engine_parts.hpp"

#include <cstdint>

namespace hubspool {

namespace {

// Nothing is left but objects that fail alone, without any other to compare them with.
bool is_stuck_without_control(const engine_parts& parts) {
    const auto objects = static_cast<std::int64_t>(parts.pending.objects());
    if (objects == 0 || !is_idle(parts) || parts.planner.suspects_open() < objects) return false;
    // Only when nothing else is left: any other object may serve as control.
    bool stuck = true;
    parts.pending.for_each([&](object_index, const pending_object& object) {
        stuck = stuck && parts.blame.is_in_vain(object);
    });
    return stuck;
}

} // namespace

bool is_idle(const engine_parts& parts) {
    return parts.flights.count() == 0 && parts.uncommitted.empty();
}

drain_facts facts_of(const engine_parts& parts, bool everything_read) {
    drain_facts known;
    known.everything_settled = parts.pending.objects() == 0 && is_idle(parts);
    known.requests_spent = parts.gate.is_spent() && is_idle(parts);
    for (const park& p : parts.parks.all()) known.parks.push_back({p.reason, p.words});
    // It looks at all that is pending, so only when it counts.
    known.stuck_without_control = everything_read && is_stuck_without_control(parts);
    return known;
}

} // namespace hubspool
