// "Now" with a fresh random number, for the calls of core that want one.
#pragma once

#include "core/words/moment.hpp"

namespace hubspool {

moment moment_now(); // loop thread

} // namespace hubspool
