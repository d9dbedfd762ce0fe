// Lists what lies in cur/. Keeps nothing. Any thread.
#pragma once

#include "base/result.hpp"
#include "core/words/claimed_file.hpp"
#include "spool/arrivals/skipped_name.hpp"
#include "spool/queue_layout.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace hubspool {

// The first `files_max` claims with numbers above `after`, of all or of one lane, in number order;
// durable, unless the
// queue was opened for looking only. Entries that are no claim of ours are in `skipped`, 100 at
// most.
result<std::vector<claimed_file>> list_claimed(const queue_layout& layout, std::uint64_t after,
                                               std::size_t files_max,
                                               std::vector<skipped_name>& skipped,
                                               std::optional<lane> only = {});
// The indexes of cur/NNNNNN, in order.
result<std::vector<std::uint64_t>> claim_subdirectories(const queue_layout& layout);
// Nothing: cur/ is empty.
result<std::optional<std::uint64_t>> lowest_number_in(const queue_layout& layout);

} // namespace hubspool
