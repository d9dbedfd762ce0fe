// The documented field that somebody who wrote an unknown one most likely meant. Pure.
#pragma once

#include <string_view>

namespace hubspool {

// Empty: none is near.
std::string_view meant_field(std::string_view name);

} // namespace hubspool
