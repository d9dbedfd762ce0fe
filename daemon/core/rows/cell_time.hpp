// Times in the forms in which databases and spreadsheets write them. Pure.
#pragma once

#include "core/rows/csv_options.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

// A moment in milliseconds since 1970, or why the cell is none, as words behind it.
struct cell_time {
    std::optional<std::int64_t> ms;
    std::string why;
};

// By the first of csv.dates that fits the whole cell, else by ISO 8601: day and time with T or a
// space between, seconds, fraction and zone or not, or a day alone, which is its beginning. One
// without a zone is of csv.time_zone; where clocks are set back over it, the first one.
cell_time read_cell_time(std::string_view cell, const csv_options& options);

// 2026-11-23T22:00:00Z, with milliseconds where there are any.
std::string time_text(std::int64_t ms);

// Why a text is no form of csv.dates, and what to write; empty: it is one.
std::string why_no_date_form(std::string_view form);

} // namespace hubspool
