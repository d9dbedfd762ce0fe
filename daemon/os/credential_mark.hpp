// Which state directory a credential was used with last on this machine, since its boot.
//
// Requests of a moment ago still fill the rate window, and a state directory knows only of its own.
// So each start leaves a mark of the credential in memory, which ends with the boot as the window
// does: a small file for each user in a directory that is everybody's. What they come to is said by
// core/limits/window_takeover.
#pragma once

#include "core/words/time.hpp"

#include <optional>
#include <string>

namespace hubspool {

// Notes that this state uses it from now on. Until what it returns the window may be full of
// requests that this state does not know: another one used the credential last. A restart before
// that shortens nothing. A mark that a stranger puts there can at worst make a start wait; where
// nothing can be noted, also because a stranger took the name, nothing is known. The credential's
// lock must be held.
std::optional<boot_time> take_over_credential(const std::string& identity,
                                              const std::string& state_id, milliseconds window,
                                              boot_time now,
                                              const std::string& memory_directory = "/dev/shm");

} // namespace hubspool
