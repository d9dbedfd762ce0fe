// What `check` finds: looks at everything that `run` needs, and changes nothing.
#pragma once

#include "config/settings.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hubspool {

struct finding {
    enum level : std::uint8_t {
        good,    // as it should be
        warning, // hubspool runs, but something is unsafe or will need somebody
        error,   // hubspool would not start or not deliver
    } of = good;
    std::string subject; // what was looked at
    std::string words;   // what was found, and what to do
};
std::string_view to_string(finding::level level);

std::vector<finding> check_everything(const settings& options);

} // namespace hubspool
