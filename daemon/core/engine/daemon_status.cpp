#include "core/engine/daemon_status.hpp"

#include "core/engine/sending_hold.hpp"

#include <algorithm>
#include <chrono>

namespace hubspool {

namespace {

// One clock as the other.
class wall_times {
public:
    wall_times(boot_time now, wall_time wall) : now_(now), wall_(wall) {}

    // To the second: a time that is computed from another clock anew each time would seem to
    // change.
    wall_time at(boot_time time) const {
        return std::chrono::round<std::chrono::seconds>(wall_ + (time - now_));
    }
    std::optional<wall_time> at(std::optional<boot_time> time) const {
        return time ? std::optional(at(*time)) : std::nullopt;
    }

private:
    boot_time now_;
    wall_time wall_;
};

void tell_breaker(const engine_status& engine, const wall_times& times, daemon_status& told) {
    told.breaker = engine.breaker;
    if (engine.failures == 0) return;
    told.failing = {engine.failures, engine.failing_since, engine.last_failure, std::nullopt};
    // Of a breaker that is not open any more the time is one of before.
    if (engine.breaker == breaker_state::open)
        told.failing->probe_at = times.at(engine.breaker_probe_at);
}

} // namespace

bool daemon_status::reads_first() const {
    // Of a run that recovers, and of a drain.
    return std::any_of(holds.begin(), holds.end(), [](const hold& one) {
        return one.kind == "frontier" || one.kind == "reading";
    });
}

daemon_status make_daemon_status(const engine_status& engine, boot_time now, wall_time wall) {
    const wall_times times(now, wall);
    daemon_status told;
    told.recovering = engine.recovering;
    told.pending = {engine.records, engine.objects, engine.bytes, engine.suspects,
                    times.at(engine.oldest)};
    told.in_flight = engine.in_flight;
    // Answered, and not durable yet.
    told.uncommitted = engine.uncommitted;
    told.rate_limit = engine.rate_limit;
    told.others = engine.others;
    told.window = {engine.window_used, times.at(engine.window_free_at)};
    told.today = {engine.today.used, engine.today_allowed, engine.account_remaining,
                  engine.today.ends};
    tell_breaker(engine, times, told);
    // Words and not reasons alone, so that every reader tells the same.
    for (const sending_hold& hold : holds_of(engine, now))
        told.holds.push_back({std::string(hold.kind), hold.reason, times.at(hold.until)});
    for (const park& p : engine.parks) {
        told.parks.push_back({p.reason, p.since, p.words, std::nullopt});
        if (p.probe_at != boot_time::max()) told.parks.back().probe_at = times.at(p.probe_at);
    }
    return told;
}

} // namespace hubspool
