// Finds the rows of a table (CSV, TSV) in a stream of bytes told in windows, and gives each as the
// JSON of a change record.
//
// The header is read first, wherever reading goes on: it is no record. A row is a bad piece when
// its number of cells is not the header's, or text stands behind a closing quote; its neighbours
// are not touched. Rows without a sign in any cell are passed over. Behind a quote that is not
// closed within the longest record nothing can be told: a damaged tail. So is a row in which the
// text is cut off: half a value would pass for a value.
//
// Memory: counters, a record, and the first bad_content_bytes_max bytes of a bad piece. The pieces
// are the same however the bytes are cut into windows. One thread. No failure but refusal().
#pragma once

#include "core/records/record_scanner.hpp"
#include "core/rows/csv_options.hpp"
#include "core/rows/row_json.hpp"
#include "core/rows/row_walker.hpp"
#include "core/rows/text_end.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

class row_scanner {
public:
    // `delimiter`: what the file's name tells; NUL: the header is to tell it. The options go first.
    row_scanner(std::size_t record_bytes_max, csv_options options, char delimiter);

    // Reads the header at the front of the text. `window` begins at consumed(), 0 at first. False:
    // more bytes are needed. True: it is read, and consumed() behind it, or there is a refusal().
    bool take_header(std::string_view window, bool last);
    // Why this table cannot be read, and what to write: a sentence without its subject.
    const std::string& refusal() const { return refusal_; }
    // After the header: to read on from the middle of a file.
    void go_on_from(const read_point& from);

    // As that of record_scanner; takes the header first. The text of an object is the record that
    // the row gives, until the next call; its offset, size and line are the row's.
    std::optional<piece> next(std::string_view window, text_end end);

    // After the header.
    table_dialect dialect() const { return {delimiter_, options_.quote}; }

    std::uint64_t consumed() const { return consumed_; }
    std::uint64_t line() const { return line_; }
    file_format format() const {
        return state_ == state::ended ? file_format::cut_rows : file_format::rows;
    }

private:
    enum class state : std::uint8_t {
        in_header,
        between,  // before a row
        in_row,   // consumed() is its start
        skipping, // in a row that is longer than the limit
        in_tail,  // in what cannot be read
        ended,    // the damaged tail was given
    };

    bool step(std::string_view& window, text_end end, std::optional<piece>& found);
    bool take_separator_line(std::string_view& window, bool last);
    bool find_row(std::string_view& window, bool last);
    bool walk_row(std::string_view& window, text_end end, std::optional<piece>& found);
    bool skip_row(std::string_view& window, bool last, std::optional<piece>& found);
    bool skip_tail(std::string_view& window, bool last, std::optional<piece>& found);
    bool take_row(std::string_view& window, bool last, std::optional<piece>& found);
    bool read_row(std::string_view row, piece& found);
    void begin_bad(state next, piece_kind kind, std::string_view reason);
    void shed(std::string_view& window, std::size_t bytes);
    void advance(std::string_view& window, std::size_t bytes, std::uint64_t newlines);
    piece finish_bad();

    std::size_t record_bytes_max_;
    csv_options options_;
    char delimiter_;
    state state_ = state::in_header;
    std::uint64_t consumed_ = 0;
    std::uint64_t line_ = 1;
    std::size_t ahead_ = 0;  // bytes of the row that were walked
    bool row_ended_ = false; // they are all of it
    std::size_t columns_ = 0;
    std::unique_ptr<row_walker> walker_; // after the header
    std::unique_ptr<row_json> json_;
    std::string refusal_, reason_;
    piece bad_;        // under way; its size and text are set when it ends
    std::string head_; // its first bytes
};

} // namespace hubspool
