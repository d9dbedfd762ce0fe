// Where requests are noted before they are written, so that a kill -9 is survived. Loop thread.
#pragma once

#include "base/result.hpp"
#include "core/words/time.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hubspool {

class request_log {
public:
    virtual ~request_log() = default;

    // Before the first byte. The slot's index, or a failure (EAGAIN: no free slot yet; else the
    // write failed): do not send.
    virtual result<std::size_t> sent(boot_time now,
                                     const std::vector<std::uint64_t>& id_hashes) = 0;
    // At the answer: `release` is when the limiter frees its slot. `conclusive`: nothing of the
    // request can land any more, the slot is free; else it stays until the request cannot land any
    // more.
    virtual result<void> answered(std::size_t slot, boot_time release, bool conclusive) = 0;
};

} // namespace hubspool
