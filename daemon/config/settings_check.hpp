// What single keys cannot tell: settings that contradict each other. Pure.
#pragma once

#include "config/settings.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

struct contradiction {
    std::string_view key; // the one to change
    std::string message;  // without the key
};
std::vector<contradiction> contradictions(const settings& values);

} // namespace hubspool
