// The times that tests of many files speak of. Their stories begin long after the machine's start.
#pragma once

#include "core/words/time.hpp"

namespace hubspool {

inline constexpr boot_time start{std::chrono::milliseconds(1'000'000'000)};
inline constexpr boot_time never = boot_time::max();

} // namespace hubspool
