// A park as it outlives a restart: times are of the wall clock. A value.
#pragma once

#include "core/words/park.hpp"
#include "core/words/time.hpp"

#include <optional>
#include <string>

namespace hubspool {

struct park_row {
    park_reason reason = park_reason::paused;
    wall_time since = {};
    std::string words;
    std::optional<wall_time> probe_at; // nothing: never by itself
};

} // namespace hubspool
