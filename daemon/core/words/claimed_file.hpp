// A file in cur/, as its name there tells it. A value.
#pragma once

#include "core/words/lane.hpp"
#include "core/words/order_key.hpp"

#include <cstdint>
#include <string>

namespace hubspool {

struct claimed_file {
    std::uint64_t number = 0;
    hubspool::lane lane = hubspool::lane::live;
    std::string name;       // the producer's, cut to 200 bytes
    std::uint64_t size = 0; // at the claim
    file_order order = {};  // what the keys of its records are made of
};

} // namespace hubspool
