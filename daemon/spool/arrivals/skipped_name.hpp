// A name in the queue that is stepped over, and what to do about it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hubspool {

struct skipped_name {
    std::string path; // relative to the queue, escaped for a person
    std::string why;
};

// "new/a: why; and 2 more"; empty when there is none. `total` may be more than are listed.
std::string summary_of(const std::vector<skipped_name>& skipped, std::uint64_t total);

} // namespace hubspool
