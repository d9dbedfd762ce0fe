// Asking for memory before it is needed.
#pragma once

#include <cstddef>

namespace hubspool {

// Asks for `bytes` at `address`, some hundreds at most, without waiting for them.
inline void prefetch(const void* address, std::size_t bytes) {
    constexpr std::size_t line_bytes = 64;
    const char* const begin = static_cast<const char*>(address);
    for (std::size_t at = 0; at < bytes; at += line_bytes) __builtin_prefetch(begin + at);
    // g++ 12 takes a function that only prefetches for one without effect, and drops its calls.
    asm volatile("");
}

} // namespace hubspool
