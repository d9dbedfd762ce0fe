// From a drain's deadline to the next drain, or `resume`, a daemon leaves bulk files alone.
#pragma once

#include "base/result.hpp"
#include "config/settings.hpp"

namespace hubspool {

// By a drain that comes to its deadline beside a daemon, which heeds it before its next request.
result<void> hold_bulk(const settings& options);
// By a drain that begins. Where nothing is held, or no state is there yet, nothing is written.
result<void> release_bulk(const settings& options);

} // namespace hubspool
