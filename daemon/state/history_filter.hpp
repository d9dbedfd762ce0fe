// Which rows of the history are asked for. A value.
#pragma once

#include "core/words/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace hubspool {

struct history_filter {
    std::optional<wall_time> since = {};
    bool failed_only = false;
    std::optional<std::uint64_t> after_batch = {}; // for --follow
    std::size_t rows_max = 1000;
};

} // namespace hubspool
