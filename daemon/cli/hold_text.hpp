// What a running daemon says of why it sends nothing (core/sending_hold), for a person.
#pragma once

#include "core/words/time.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace hubspool {

struct told_hold {
    std::string kind;
    std::string text; // "REASON, until 18:20:11Z", with the day when that is not today
};

// The `index`-th hold of `live`, the daemon's status; nothing: there are no more.
std::optional<told_hold> hold_at(const std::string& live, std::size_t index, wall_time now);

} // namespace hubspool
