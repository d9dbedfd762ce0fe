// One process a queue: flock() on .lock, which contains the holder's pid.
#pragma once

#include "base/result.hpp"
#include "os/owned_descriptor.hpp"

#include <string>

namespace hubspool {

// Held until the descriptor is closed, also by the process's end. Fails at once, with EWOULDBLOCK
// and the holder's pid in the message, when another process has it.
result<owned_descriptor> take_queue_lock(int root, const std::string& queue);

} // namespace hubspool
