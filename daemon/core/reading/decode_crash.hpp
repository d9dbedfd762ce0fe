// A window of a file that was being decoded when the decoder crashed, or is being decoded now. A
// value.
#pragma once

#include <cstdint>

namespace hubspool {

struct decode_crash {
    std::uint64_t file = 0;           // its number
    std::uint64_t begin = 0, end = 0; // bytes of it
    std::uint32_t times = 0;          // that it has crashed
};

} // namespace hubspool
