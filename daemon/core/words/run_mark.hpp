// cur/.run: what a lost or old state database is told by. A value.
#pragma once

#include "core/words/order_key.hpp"

#include <cstdint>
#include <string>

namespace hubspool {

struct run_mark {
    std::string state_id;
    std::uint64_t run = 0, last_number = 0, commit = 0;
    as_of_ms last_stamp = 0; // 0: none is known
    friend bool operator==(const run_mark&, const run_mark&) = default;
};

} // namespace hubspool
