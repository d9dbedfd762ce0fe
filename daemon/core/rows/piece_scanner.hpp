// The pieces of a file, whichever form its text has: JSON, or a table of which each row gives a
// record. One thread.
#pragma once

#include "core/records/record_scanner.hpp"
#include "core/rows/row_scanner.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hubspool {

class piece_scanner {
public:
    // Of JSON, until it is told otherwise.
    explicit piece_scanner(std::size_t record_bytes_max, const read_point& from = {})
        : record_bytes_max_(record_bytes_max), records_(record_bytes_max, from) {}
    // The text is a table, and reading stands at its beginning. See row_scanner.
    void begin_table(csv_options options, char delimiter) {
        rows_ = std::make_unique<row_scanner>(record_bytes_max_, std::move(options), delimiter);
    }
    bool take_header(std::string_view window, bool last) {
        return rows_->take_header(window, last);
    }
    void go_on_from(const read_point& from) { rows_->go_on_from(from); }
    // Of a table, see row_scanner; empty: of none.
    std::string refusal() const { return rows_ ? rows_->refusal() : std::string(); }

    // As record_scanner and row_scanner have them.
    std::optional<piece> next(std::string_view window, text_end end) {
        return rows_ ? rows_->next(window, end) : records_.next(window, end != text_end::open);
    }
    std::optional<piece> guess_line(std::string_view window, bool last) const {
        return rows_ ? std::nullopt : records_.guess_line(window, last);
    }
    void take_line(const piece& line) { records_.take_line(line); }
    void leave_line() { records_.leave_line(); }
    bool skips_nul() const { return !rows_ && records_.skips_nul(); }
    void skip_nul(std::uint64_t bytes) { records_.skip_nul(bytes); }
    bool can_resume_here() const { return rows_ || records_.can_resume_here(); }
    std::uint64_t consumed() const { return rows_ ? rows_->consumed() : records_.consumed(); }
    file_format format() const { return rows_ ? rows_->format() : records_.format(); }
    // Where it stands, behind so many pieces and bad ones of them.
    read_point place(std::uint64_t pieces, std::uint64_t bad) const {
        return {consumed(), pieces,   rows_ ? rows_->line() : records_.line(),
                bad,        format(), rows_ ? rows_->dialect() : table_dialect{}};
    }

private:
    std::size_t record_bytes_max_;
    record_scanner records_;
    std::unique_ptr<row_scanner> rows_; // null: it is JSON
};

} // namespace hubspool
