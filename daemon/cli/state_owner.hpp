// Whoever opens the state makes files in it, a log of changes at least: root's would lock the
// service out.
#pragma once

#include "base/result.hpp"
#include "config/settings.hpp"

namespace hubspool {

enum class missing_state : bool {
    left, // for commands that only look
    made, // root makes the directory for its owner to be, where its parent is root's
};

// Root becomes the owner of the state directory, for good, with the owner's groups; when there is
// none yet, the owner of the queue, who will own it. Nothing happens when we are not root, it is
// root's, or there is neither.
result<void> become_state_owner(const settings& options,
                                missing_state missing = missing_state::left);

// For looking with the rights of the service: root becomes the first owner of the state directory
// or the queue that is not root. What is missing or in the way is for the look itself to tell.
result<void> become_service_user(const settings& options);

} // namespace hubspool
