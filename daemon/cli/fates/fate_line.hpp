// One record's fate as a line, and the cursor that names it. Pure.
#pragma once

#include "cli/fates/place_finder.hpp"
#include "core/books/batch_outcome.hpp"
#include "core/books/settled_records.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

// Behind which record reading goes on: the row of the history, and how many of its records are
// behind. As text `EPOCH-ROW.RECORDS`.
struct fate_cursor {
    std::uint64_t epoch = 0, row = 0, records = 0;
    friend bool operator==(const fate_cursor&, const fate_cursor&) = default;
};
std::string format_cursor(const fate_cursor& cursor);
// Nothing: the text is none.
std::optional<fate_cursor> parse_cursor(std::string_view text);

struct told_fate {
    fate_cursor cursor;
    settled_record record;
    record_place place;
    const batch_outcome& outcome;
};

// With a newline.
std::string fate_as_json(const told_fate& told);
std::string fate_as_csv(const told_fate& told);
std::string fate_csv_heading();

} // namespace hubspool
