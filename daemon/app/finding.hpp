// What `check` has to say of one thing.
#pragma once

#include <cstdint>
#include <string>

namespace hubspool {

struct finding {
    enum severity : std::uint8_t {
        good,    // as it should be
        warning, // hubspool runs, but something is unsafe or will need somebody
        error,   // hubspool would not start or not deliver
    } level = good;
    std::string subject; // what was looked at
    std::string words;   // what was found, and what to do
};

} // namespace hubspool
