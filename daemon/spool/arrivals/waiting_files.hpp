// The files in new/ and bulk/, in the order and under the numbers and stamps with which a scan
// would claim them now; for who only looks.
//
// Those of the present tick of the file system's clock are in it: the tick is waited for, some
// milliseconds. Beside a daemon some may be gone when their turn comes. Any thread.
#pragma once

#include "base/result.hpp"
#include "core/words/claim_stamp.hpp"
#include "core/words/claimed_file.hpp"
#include "os/owned_descriptor.hpp"
#include "spool/arrivals/skipped_name.hpp"
#include "spool/queue_layout.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace hubspool {

struct waiting_skipped {
    std::vector<skipped_name> names; // 100 at most,
    std::uint64_t total = 0;         // of so many
};

// Opened for `visit`, which owns the descriptor. What cannot be read or moved is stepped over, as a
// scan does.
result<waiting_skipped>
visit_waiting(const queue_layout& layout, next_claim next,
              const std::function<result<void>(const claimed_file&, owned_descriptor)>& visit);

} // namespace hubspool
