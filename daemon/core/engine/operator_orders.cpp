#include "core/engine/operator_orders.hpp"

namespace hubspool {

void operator_orders::pause(const moment& now) {
    parts_.parks.add(
        {park_reason::paused, "sending was paused by an operator; `hubspool resume` ends it", {}},
        now);
}

void operator_orders::resume(const moment& now) {
    // With several connections at once, what parked may come back at once.
    if (parts_.parks.any()) parts_.breaker.start_gently();
    parts_.parks.end(park_reason::paused);
    if (parts_.parks.has(park_reason::suspect_data)) {
        // The operator says that the reason has gone; the counts begin anew.
        parts_.parks.end(park_reason::suspect_data);
        parts_.dead_letters.forget();
    }
    ask_again(now.boot);
}

void operator_orders::ask_again(boot_time now) {
    parts_.gate.ask_again(now);
    credential_.ask_sooner(now);
}

void operator_orders::flush(boot_time now) {
    ask_again(now);
    parts_.planner.wake(now, true);
}

} // namespace hubspool
