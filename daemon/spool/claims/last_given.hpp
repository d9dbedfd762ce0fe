// The largest number and the largest stamp that were ever given, as far as names tell them. Keeps
// nothing. Any thread.
#pragma once

#include "base/result.hpp"
#include "core/words/order_key.hpp"
#include "spool/queue_layout.hpp"

#include <cstdint>

namespace hubspool {

struct last_given {
    std::uint64_t number = 0; // 0: no name has one
    as_of_ms stamp = 0;       // the same
    bool lack_stamps = false; // there are names in cur/ that have none
};

// By the names in cur/, done/ and rejected/.
result<last_given> last_given_in(const queue_layout& layout);

} // namespace hubspool
