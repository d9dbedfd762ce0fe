// What a cell becomes in a change record. Pure.
#pragma once

#include "core/rows/cell_target.hpp"
#include "core/rows/csv_options.hpp"
#include "core/words/text_arena.hpp"

#include <string>
#include <string_view>

namespace hubspool {

// Appends the JSON value of a cell with something in it. Why it is none of the target's values, as
// words behind the cell ("is no date-time; ..."), and then nothing is appended; empty: it was.
std::string append_cell(text_arena& out, const cell_target& target, std::string_view cell,
                        const csv_options& options);

} // namespace hubspool
