// Deletes settled files when their time is over. State thread.
#pragma once

#include "base/result.hpp"
#include "core/words/time.hpp"
#include "spool/queue_layout.hpp"

namespace hubspool {

// Days of done/ that ended more than `retention` before `now`, oldest first; 100,000 files a call
// at most. Names that are no day are left alone.
result<void> sweep_done(const queue_layout& layout, wall_time now, milliseconds retention);

} // namespace hubspool
