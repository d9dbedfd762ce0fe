// Whoever opens the state makes files in it, a log of changes at least: root's would lock the
// service out.
#pragma once

#include "base/result.hpp"
#include "config/settings.hpp"

namespace hubspool {

// Root becomes the owner of the state directory, for good, with the owner's groups. Nothing happens
// when we are not root, it is root's, or there is none yet.
result<void> become_state_owner(const settings& options);

} // namespace hubspool
