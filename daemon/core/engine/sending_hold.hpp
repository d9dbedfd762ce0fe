// Why nothing is sent just now, and until when: what `status` and the progress line of `drain` say.
#pragma once

#include "core/engine/engine_status.hpp"
#include "core/words/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

struct sending_hold {
    std::string_view kind;          // a word for programs
    std::string reason;             // for a person; with what ends it, where that is no time
    std::optional<boot_time> until; // when it ends, or is put to the test
};

// All that stands in the way; empty: sending goes on. What a person must end comes first. The
// limit's own pace is no hold. Pure.
std::vector<sending_hold> holds_of(const engine_status& status, boot_time now);

} // namespace hubspool
