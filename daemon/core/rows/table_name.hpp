// Whether a file's name says that it is a table. Pure.
#pragma once

#include <optional>
#include <string_view>

namespace hubspool {

// Of .csv and .tsv, in either case, also in front of .gz, .gzip, .zst and .zstd: what divides its
// columns, NUL when the name does not tell. Nothing: it is no table's name.
std::optional<char> table_named(std::string_view file);

} // namespace hubspool
