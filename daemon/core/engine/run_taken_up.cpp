#include "core/engine/run_taken_up.hpp"

#include <utility>

namespace hubspool {

void take_up(event::run_before& left, engine_parts& parts, record_intake& intake,
             operator_orders& orders, const moment& now) {
    parts.gate.set(closure::frontier, true);
    parts.planner.raise_frontiers(left.read_to, now.boot);
    parts.pending.restore(left.newest_key, left.read_to);
    intake.raise_horizon(left.horizon);
    for (auto& [number, settled] : left.files) intake.restore(number, std::move(settled));
    for (const auto& [release, count] : left.slots) parts.slots.window().restore(release, count);
    for (std::uint32_t i = 0; i < left.unanswered; ++i)
        parts.slots.window().restore_unanswered(now.boot);
    if (left.window_taken_until) parts.slots.window().restore_whole(*left.window_taken_until);
    for (const auto& [id_hash, until] : left.may_land) parts.landings.hold(id_hash, until);
    if (left.hold_all_until) parts.hold.extend(*left.hold_all_until, hold_cause::restart);
    for (const auto& [before, last] : left.charges) parts.blame.restore(before, last);
    if (left.paused) orders.pause(now);
    for (park& p : left.parks) parts.parks.restore(std::move(p));
    if (!left.requests_today) return;
    parts.slots.day().restore(*left.requests_today, now.wall);
    // The day may have been spent by the run before.
    parts.gate.park_when_spent(now);
}

} // namespace hubspool
