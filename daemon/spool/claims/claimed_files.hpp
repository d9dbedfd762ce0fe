// What lies in cur/, done/ and rejected/: listing, numbers, and opening a claimed file.
//
// Keeps nothing. Any thread.
#pragma once

#include "spool/claims/claimed_finder.hpp"
#include "spool/queue_directory.hpp"
#include "spool/queue_layout.hpp"

#include <optional>
#include <vector>

namespace hubspool {

result<std::vector<claimed_file>> list_claimed(const queue_layout& layout, std::uint64_t after,
                                               std::size_t files_max,
                                               std::vector<skipped_name>& skipped);
result<std::optional<std::uint64_t>> lowest_number_in(const queue_layout& layout);
result<std::uint64_t> largest_number_in(const queue_layout& layout);
result<int> open_claimed_file(claimed_finder& finder, const claimed_file& file);
result<std::optional<queue_directory::claimed_look>> look_at_claimed(claimed_finder& finder,
                                                                     const claimed_file& file);

} // namespace hubspool
