// FNV-1a: the sums of what hubspool keeps in files. Stable over builds and machines; against torn
// writes, not against an enemy. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace hubspool {

// `sum`: of the bytes before these.
constexpr std::uint32_t fnv_32(std::string_view bytes, std::uint32_t sum = 0x811c9dc5) {
    for (const char c : bytes) sum = (sum ^ static_cast<unsigned char>(c)) * 0x01000193;
    return sum;
}

constexpr std::uint64_t fnv_64(std::string_view bytes) {
    std::uint64_t sum = 0xcbf29ce484222325;
    for (const char c : bytes) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return sum;
}

} // namespace hubspool
