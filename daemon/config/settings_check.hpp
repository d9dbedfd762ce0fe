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

// Possible but unsafe combinations, a sentence each with the remedy: late below request_timeout, no
// reserve, quiet_period 0, a rate share of 1, plain http, ...
std::vector<std::string> unsafe_combinations(const settings& values);

} // namespace hubspool
