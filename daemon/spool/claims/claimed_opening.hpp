// Opens a claimed file for reading, if it is one: regular, one link, not followed, not blocked on.
#pragma once

#include "base/result.hpp"
#include "core/words/claimed_file.hpp"
#include "core/words/time.hpp"
#include "spool/claims/claimed_finder.hpp"

#include <cstdint>

namespace hubspool {

// `failure.code` EAGAIN: two links, its producer may be about to remove one; ask again within
// patience_with_links(). EBUSY: another program holds a lease on it, which asking has begun to
// break; ask again until the kernel has ended it (lease_break_time()). EMFILE, ENFILE, ENOMEM: this
// process's trouble, not the file's; ask again. Any other failure is a reason to reject it, its
// message the reason. The caller owns the descriptor.
result<int> open_claimed_file(claimed_finder& finder, const claimed_file& file);

// How long a file of two links may still have them: a quiet period after the last change of its
// links, of which the claim is one. So many such files wait no longer than one.
milliseconds patience_with_links(std::int64_t ctime_ns, milliseconds quiet_period, wall_time now);

// How long the kernel lets the holder of a lease go on when another wants the file.
milliseconds lease_break_time();

} // namespace hubspool
