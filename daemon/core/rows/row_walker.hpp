// Finds the end of one row of CSV in a stream of bytes told in windows, and the cells in it.
//
// RFC 4180: cells between delimiters; a cell that begins with the quote ends with it, and holds
// delimiters, newlines and doubled quotes. A row ends with a newline, CR, or both. A quote inside a
// cell that did not begin with one is a sign as any other. Text behind a closing quote is damage:
// the rest of that cell is taken for plain, and the row ends where it then would (as Python's csv
// reads it, but that this row is bad). Memory: some bytes a cell, up to `cells_max`. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace hubspool {

// Where a cell stands in its row, without quotes around it.
struct row_cell {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool has_doubled = false; // quotes in it are doubled
};

class row_walker {
public:
    row_walker(char delimiter, char quote, std::size_t cells_max);

    // At the first byte of a row.
    void begin();
    // Walks on over `bytes` from index `at`. True: `at` is at the newline that ends the row. False:
    // it is bytes.size(), and the row goes on.
    bool walk(std::string_view bytes, std::size_t& at);
    // The bytes end at `at`, and with them the row.
    void end_at(std::size_t at);

    bool is_in_quotes() const { return state_ == state::quoted; }
    bool is_damaged() const { return damaged_; }
    // Of the row, or cells_max and one more of one that has more. Not of a damaged row.
    const std::vector<row_cell>& cells() const { return cells_; }
    bool has_text() const { return has_text_; }          // in any cell, also in one too many
    std::uint64_t newlines() const { return newlines_; } // in its cells

private:
    enum class state : std::uint8_t { cell_begins, plain, quoted, behind_quote };

    bool walk_plain(std::string_view bytes, std::size_t& at);
    void walk_quoted(std::string_view bytes, std::size_t& at);
    bool leave_quoted(std::string_view bytes, std::size_t& at);
    void end_cell(std::size_t end);
    void open_cell(std::size_t begin) { cell_ = {static_cast<std::uint32_t>(begin), 0, false}; }

    char delimiter_, quote_;
    std::size_t cells_max_;
    bool stops_[256] = {}; // a byte that ends a plain cell
    state state_ = state::cell_begins;
    bool damaged_ = false, has_text_ = false;
    std::uint64_t newlines_ = 0;
    row_cell cell_; // under way
    std::vector<row_cell> cells_;
};

} // namespace hubspool
