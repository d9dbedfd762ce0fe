// A hash of an objectId that is stable over builds and machines: it is kept in a file.
#pragma once

#include "core/words/fnv.hpp"

#include <cstdint>
#include <string_view>

namespace hubspool {

constexpr std::uint64_t object_id_hash(std::string_view object_id) {
    return fnv_64(object_id);
}

} // namespace hubspool
