// How the text ends that is at hand of a file.
#pragma once

#include <cstdint>

namespace hubspool {

enum class text_end : std::uint8_t {
    open,  // more may follow
    whole, // nothing follows: so it was written
    cut,   // nothing follows, because the rest cannot be read: what stands last may be half of it
};

} // namespace hubspool
