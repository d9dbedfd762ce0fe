// What tests ask of the running stand-in, over the same port: see README.md, "While it runs".
#pragma once

#include "simulator/backend.hpp"

#include <string>
#include <string_view>

namespace hubspool::simulator {

constexpr std::string_view control_prefix = "/_simulator/";

reply_text control(backend& portal, std::string_view method, std::string_view target,
                   std::string_view body);

} // namespace hubspool::simulator
