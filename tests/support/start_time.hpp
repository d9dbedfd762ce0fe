// When the stories of tests begin: long after the machine's start, at no round number of anything.
#pragma once

#include "core/words/time.hpp"

namespace hubspool {

inline constexpr boot_time start{std::chrono::milliseconds(1'000'000'000)};

} // namespace hubspool
