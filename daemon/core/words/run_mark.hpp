// cur/.run: what a lost or old state database is told by. A value.
#pragma once

#include <cstdint>
#include <string>

namespace hubspool {

struct run_mark {
    std::string state_id;
    std::uint64_t run = 0, last_number = 0, commit = 0;
    friend bool operator==(const run_mark&, const run_mark&) = default;
};

} // namespace hubspool
