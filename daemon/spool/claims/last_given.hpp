// The largest number that was ever given, as far as names tell it. Keeps nothing. Any thread.
#pragma once

#include "base/result.hpp"
#include "spool/queue_layout.hpp"

#include <cstdint>

namespace hubspool {

// By the names in cur/, done/ and rejected/; 0: none has a number.
result<std::uint64_t> largest_number_in(const queue_layout& layout);

} // namespace hubspool
