// What the engine's parts know of that which a drain waits for. Pure; loop thread.
#pragma once

#include "core/engine/drain_rule.hpp"

namespace hubspool {

struct engine_parts;

// Nothing is under way, and nothing waits for its commit.
bool is_idle(const engine_parts& parts);
// `everything_read`: so no record can come that would tell whether what is left is at fault.
// What reading and the run's answers came to is left as it is.
drain_facts facts_of(const engine_parts& parts, bool everything_read);

} // namespace hubspool
