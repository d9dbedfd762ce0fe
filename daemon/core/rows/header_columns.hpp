// What the header of a table says its columns are. Pure.
#pragma once

#include "core/rows/cell_target.hpp"
#include "core/rows/csv_options.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

inline constexpr std::size_t columns_max = 1000;

struct header_columns {
    std::vector<std::string> names;
    std::vector<cell_target> targets; // of each column
    // Why the table cannot be read so, and what to write: a sentence without its subject. Empty: it
    // can.
    std::string fault;
};

// Each column goes where csv.columns says, else its name must be that of a target itself; one
// without a name is ignored. What may be misunderstood is refused: columns that nobody told of, two
// for one target, none for the objectId.
header_columns read_header(std::vector<std::string> names, const csv_options& options);

// How many of the names read_header() would know.
std::size_t known_names(const std::vector<std::string>& names, const csv_options& options);

} // namespace hubspool
