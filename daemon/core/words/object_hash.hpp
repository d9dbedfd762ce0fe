// A hash of an objectId that is stable over builds and machines: it is kept in a file.
#pragma once

#include <cstdint>
#include <string_view>

namespace hubspool {

// FNV-1a, 64 bit.
constexpr std::uint64_t object_id_hash(std::string_view object_id) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : object_id) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001b3;
    }
    return hash;
}

} // namespace hubspool
