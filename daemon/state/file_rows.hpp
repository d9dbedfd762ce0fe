// The table file. Callers hold the transaction.
#pragma once

#include "core/books/file_row.hpp"
#include "state/database.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

result<void> write_files(database& db, const std::vector<file_row>& files);

// In order of number: those numbered `from` or above, and all unsettled ones.
result<std::vector<file_row>> load_file_rows(database& db, std::uint64_t from);
// In any order: those settled from `since` on and before `until`, and with `open_too` all unsettled
// ones. Holds one at a time.
result<void> visit_file_rows(database& db, wall_time since, wall_time until, bool open_too,
                             const std::function<void(const file_row&)>& visit);
// See state_store::load_done_files().
result<std::vector<file_row>> load_done_file_rows(database& db, wall_time since, std::size_t most);
// The newest of that name.
result<std::optional<file_row>> find_file_row(database& db, const std::string& name);
result<std::optional<file_row>> find_file_row(database& db, std::uint64_t number);

// Deletes up to `rows_max` files settled before `before` and numbered below `lowest_cur`. How many.
result<std::uint64_t> trim_files(database& db, wall_time before, std::uint64_t lowest_cur,
                                 int rows_max);

} // namespace hubspool
