// A numbered file wherever it lies by now, for who reads it again. Any thread.
#pragma once

#include "base/result.hpp"
#include "core/words/claimed_file.hpp"
#include "core/words/time.hpp"
#include "os/owned_descriptor.hpp"
#include "spool/queue_layout.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace hubspool {

struct kept_file {
    owned_descriptor descriptor; // to be read from its beginning
    std::string path;            // beneath the queue: "done/2026-11-23/..."
    std::uint64_t size = 0;
};

// Looks in cur/, in done/ of the day when it was settled, and in rejected/. Nothing: it is in none
// of them (any more).
result<std::optional<kept_file>> open_kept_file(const queue_layout& layout,
                                                const claimed_file& file,
                                                std::optional<wall_time> settled);

} // namespace hubspool
