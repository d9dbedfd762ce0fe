// What a cell becomes in a change record. Pure.
#pragma once

#include "core/rows/cell_target.hpp"

#include <string>
#include <string_view>

namespace hubspool {

// Appends the JSON value of a cell with something in it. Why it is none of the target's values, as
// words behind the cell ("is no date-time; ..."), and then nothing is appended; empty: it was.
std::string append_cell(std::string& out, const cell_target& target, std::string_view cell);

} // namespace hubspool
