// What the configuration says of a queue directory.
#pragma once

#include "core/words/time.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hubspool {

struct queue_options {
    std::string directory;
    milliseconds quiet_period{2000};
    std::uint64_t subdirectory_files = 10000; // cur/NNNNNN/ is number div this
    std::vector<std::string> ignore = {};     // patterns, see spool/arrivals/left_alone_names.hpp
};

} // namespace hubspool
