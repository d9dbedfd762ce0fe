// How CSV and TSV are read. From the section `csv` of the configuration.
#pragma once

#include "core/words/read_point.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hubspool {

enum class empty_cell : std::uint8_t { leave_out, null, empty_string };

enum class table_encoding : std::uint8_t { utf8, windows_1252 };

// Texts by name, in the order in which somebody wrote them.
using named_texts = std::vector<std::pair<std::string, std::string>>;

struct csv_options {
    named_texts columns;   // column of a header: where its cells go (core/rows/cell_target)
    named_texts constants; // where they go: what goes there in each record
    char delimiter = '\0'; // NUL: told by the header
    char quote = '"';      // NUL: none, a quote is a sign as any other
    empty_cell empty = empty_cell::leave_out;
    table_encoding encoding = table_encoding::utf8;
    std::vector<std::string> dates; // forms of times (core/rows/cell_time)
    std::string time_zone;          // of those that tell none; empty: they are refused
    // Milliseconds since 1970 of a moment for those that a clock on the wall of time_zone shows;
    // nothing where clocks skip it. Null without a time_zone.
    std::function<std::optional<std::int64_t>(std::int64_t)> utc_of_local = {};

    // A table that was begun is divided as it was, whatever the configuration says by now: its
    // settled records are known by how many stand before them.
    void go_on_in(const table_dialect& dialect) {
        if (dialect.delimiter == '\0') return;
        delimiter = dialect.delimiter;
        quote = dialect.quote;
    }
};

} // namespace hubspool
