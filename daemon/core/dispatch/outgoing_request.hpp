// A request to write now.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

// `body` is complete; ids are in the body's order.
struct outgoing_request {
    std::uint64_t batch = 0;
    std::string body;
    std::vector<std::string_view> object_ids; // valid until the answer
};

} // namespace hubspool
