// Gives a stamp to claimed files that have none: those that a version without stamps has claimed.
//
// Each gets that of the next file above it that has one, else `newest`. So stamps do not fall from
// file to file, and a start that was cut short is gone on with as it began. Durable when it
// returns. The start, before anything is read.
#pragma once

#include "base/result.hpp"
#include "core/words/order_key.hpp"
#include "spool/queue_layout.hpp"

namespace hubspool {

// `newest`: not below any stamp that was ever given, nor 0.
result<void> stamp_claims(const queue_layout& layout, as_of_ms newest);

} // namespace hubspool
