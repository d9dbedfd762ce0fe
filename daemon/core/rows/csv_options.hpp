// How CSV and TSV are read. From the section `csv` of the configuration.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace hubspool {

enum class empty_cell : std::uint8_t { leave_out, null, empty_string };

// Texts by name, in the order in which somebody wrote them.
using named_texts = std::vector<std::pair<std::string, std::string>>;

struct csv_options {
    named_texts columns;   // column of a header: where its cells go (core/rows/cell_target)
    named_texts constants; // where they go: what goes there in each record
    char delimiter = '\0'; // NUL: told by the header
    char quote = '"';      // NUL: none, a quote is a sign as any other
    empty_cell empty = empty_cell::leave_out;
};

} // namespace hubspool
