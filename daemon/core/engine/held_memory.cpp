#include "core/engine/held_memory.hpp"

#include <algorithm>

namespace hubspool {

// Places of objects that went may stay beside others that did not. What is much of that counts, so
// that memory keeps its limit; but never so much that nothing else has room. (They come to
// less than three quarters: the smallest object has half as many bytes beside its place. Only the
// recovery of a lost database, which reads beyond the limit, leaves more.)
std::size_t held_memory::bytes() const {
    constexpr std::size_t kept_idle = 16U << 20;
    const std::size_t idle = parts_.pending.idle_object_bytes();
    const std::size_t beyond = idle > kept_idle ? idle - kept_idle : 0;
    const std::size_t most = parts_.options.pending_bytes_max / 4 * 3;
    return parts_.pending.bytes() + std::min(beyond, most) + file_bytes_;
}

bool held_memory::is_under_pressure() const {
    return bytes() >= parts_.options.pending_bytes_max / 4 * 3;
}

} // namespace hubspool
