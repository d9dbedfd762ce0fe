// Rows of a table as the JSON of change records, in one buffer that is used again. One thread.
#pragma once

#include "core/rows/cell_target.hpp"
#include "core/rows/csv_options.hpp"
#include "core/rows/header_columns.hpp"
#include "core/rows/row_walker.hpp"
#include "core/words/text_arena.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

class row_json {
public:
    // `header` has no fault; each constant has a target and is one of its values.
    row_json(const header_columns& header, const csv_options& options);

    // `cells` are those of `row`, as many as the header has. The record, until the next call. With
    // a fault() what is wrong stands in it as text, so that whose record it is can be told.
    std::string_view write(std::string_view row, const std::vector<row_cell>& cells);
    // Of the last row: which column, its cell and what is wrong; empty: nothing is.
    const std::string& fault() const { return fault_; }

private:
    // What a column or a constant gives.
    struct part {
        cell_target target;
        std::string key;      // in the JSON
        std::string value;    // of a constant
        std::size_t cell = 0; // of a column
        std::string column;   // a constant has none
    };
    // What stands around them: before the first, after each, after the last.
    struct frame {
        std::string_view before, after_each, after;
    };
    struct table_row {
        std::string_view text;
        const std::vector<row_cell>& cells;
        bool is_ascii = true, is_utf8 = true;
    };

    void add(part made);
    void write_parts(const std::vector<part>& parts, const frame& around, const table_row& row);
    bool write_value(const part& from, const table_row& row);
    bool write_empty(const part& from);
    std::string_view undoubled(std::string_view rest);
    std::string_view text_of(const row_cell& cell, const table_row& row);
    void refuse(const part& from, std::string_view cell, std::string_view why);

    csv_options options_;
    std::vector<part> id_, envelope_, properties_, custom_;
    text_arena out_;
    std::string fault_, undoubled_, decoded_;
};

} // namespace hubspool
