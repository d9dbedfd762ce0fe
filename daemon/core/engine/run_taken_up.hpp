// Takes up what the run before left: its frontier, what it settled, slots, holds, charges, parks,
// and that operators had paused it.
//
// Pure; loop thread.
#pragma once

#include "core/dispatch/engine_parts.hpp"
#include "core/dispatch/record_intake.hpp"
#include "core/engine/engine_event.hpp"
#include "core/engine/operator_orders.hpp"
#include "core/words/moment.hpp"

namespace hubspool {

void take_up(event::run_before& left, engine_parts& parts, record_intake& intake,
             operator_orders& orders, const moment& now);

} // namespace hubspool
