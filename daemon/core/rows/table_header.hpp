// The first row of a table: how its cells are divided, and what they name. Pure.
#pragma once

#include "core/rows/csv_options.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

struct table_header {
    char delimiter = ',';
    std::vector<std::string> names; // without the spaces around them
    std::size_t size = 0;           // of the row, without its newline
    std::uint64_t newlines = 0;     // in its cells
    std::string fault;              // a sentence without its subject; empty: it was read
};

// Reads the header at the front of `text`, which begins it; `last`: no more comes. Nothing: more is
// needed. `delimiter` NUL: of comma, semicolon, tab and pipe the one that divides it; of several
// the one that gives most of the known names, else which it is must be told.
std::optional<table_header> find_header(std::string_view text, bool last, char delimiter,
                                        const csv_options& options);

} // namespace hubspool
