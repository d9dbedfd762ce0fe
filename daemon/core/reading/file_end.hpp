// How a file ended that was read. A value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace hubspool {

struct file_end {
    std::uint64_t records_in = 0;
    // Set: the file belongs in rejected/ with this reason (no JSON, all NUL, damaged tail, too many
    // bad records, rewritten, unreadable), after its good records are settled.
    std::optional<std::string> keep_because;
    std::uint64_t lone_surrogates = 0; // of texts, replaced by U+FFFD, since reading began
    std::uint64_t future_as_of = 0;    // records whose as_of lies after their file came
    std::string remark;                // what the log should tell of it beside; mostly nothing
    std::uint64_t size = 0;
    std::int64_t mtime_ns = 0;
};

} // namespace hubspool
