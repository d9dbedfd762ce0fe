// What the state tells who waits for the queue: the facts for core/engine/drain_rule. Pure.
#pragma once

#include "core/books/meta.hpp"
#include "core/engine/drain_rule.hpp"

namespace hubspool {

// The parks and what was delivered so far. What only the daemon itself knows keeps its default, so
// each park counts as confirmed.
drain_facts facts_of(const meta& known);

} // namespace hubspool
