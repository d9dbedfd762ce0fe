#include "core/rows/row_scanner.hpp"

#include "core/records/decoded_block.hpp"
#include "core/rows/header_columns.hpp"
#include "core/rows/table_header.hpp"
#include "core/words/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace hubspool {

namespace {

constexpr std::string_view reason_behind_quote =
    "text stands behind the closing quote of a cell: quotes in a cell must be doubled";
constexpr std::string_view reason_row_too_long = "the row is longer than the limit";
constexpr std::string_view reason_quote_open = "a quote is never closed";
constexpr std::string_view reason_row_cut = "the text breaks off in this row";
constexpr std::string_view reason_quote_too_far =
    "a quote is not closed within the longest row allowed (queue.max_record_bytes)";

// Newline, CR, or both; 0 at the end of the text.
std::size_t newline_size(std::string_view at) {
    if (at.empty()) return 0;
    return at.starts_with("\r\n") ? 2 : 1;
}

} // namespace

row_scanner::row_scanner(std::size_t record_bytes_max, csv_options options, char delimiter)
    : record_bytes_max_(record_bytes_max), options_(std::move(options)),
      delimiter_(options_.delimiter != '\0' ? options_.delimiter : delimiter) {
}

bool row_scanner::take_header(std::string_view window, bool last) {
    if (consumed_ == 0 && window.starts_with(utf8_byte_order_mark)) {
        advance(window, utf8_byte_order_mark.size(), 0);
        // The mark says so, as it does of what was in UTF-16.
        options_.encoding = table_encoding::utf8;
    }
    if (!take_separator_line(window, last)) return false;
    if (!find_row(window, last)) {
        if (last) refusal_ = "is a table without a header";
        return last;
    }
    const std::string_view near = window.substr(0, record_bytes_max_ + 2);
    const bool is_too_long = near.size() < window.size();
    auto header = find_header(near, last || is_too_long, delimiter_, options_);
    if (!header || (!last && header->size + 1 >= window.size())) return false;
    if (header->size > record_bytes_max_) header->fault = "is a table whose header never ends";
    if (header->fault.empty() && options_.encoding == table_encoding::utf8 &&
        !is_utf8(near.substr(0, header->size)))
        header->fault = "is a table whose header is no UTF-8: export it so, or write its encoding "
                        "in csv.encoding";
    refusal_ = std::move(header->fault);
    if (!refusal_.empty()) return true;
    const header_columns columns = read_header(std::move(header->names), options_);
    refusal_ = columns.fault;
    if (!refusal_.empty()) return true;
    columns_ = columns.names.size();
    delimiter_ = header->delimiter;
    walker_ = std::make_unique<row_walker>(delimiter_, options_.quote, columns_);
    json_ = std::make_unique<row_json>(columns, options_);
    window.remove_prefix(header->size);
    consumed_ += header->size;
    advance(window, newline_size(window), header->newlines + (window.empty() ? 0 : 1));
    state_ = state::between;
    return true;
}

// Spreadsheets may write a first line such as sep=; which says what divides the cells. False: more
// is needed.
bool row_scanner::take_separator_line(std::string_view& window, bool last) {
    constexpr std::string_view begin = "sep=", signs = ",;\t|", ends = "\r\n";
    if (consumed_ > utf8_byte_order_mark.size()) return true;
    if (begin.starts_with(window.substr(0, begin.size())) && window.size() < begin.size() + 2 &&
        !last)
        return false;
    const bool is_one = window.size() >= begin.size() + 2 && window.starts_with(begin) &&
                        signs.find(window[begin.size()]) != std::string_view::npos &&
                        ends.find(window[begin.size() + 1]) != std::string_view::npos;
    if (!is_one) return true;
    if (options_.delimiter == '\0') delimiter_ = window[begin.size()];
    advance(window, begin.size() + 1, 0);
    return true;
}

void row_scanner::go_on_from(const read_point& from) {
    consumed_ = from.offset;
    line_ = from.line;
    state_ = from.format == file_format::cut_rows ? state::ended : state::between;
}

std::optional<piece> row_scanner::next(std::string_view window, text_end end) {
    if (state_ == state::in_header) {
        const std::uint64_t before = consumed_;
        const bool last = end != text_end::open;
        if (!refusal_.empty() || !take_header(window, last) || !refusal_.empty())
            return std::nullopt;
        window.remove_prefix(consumed_ - before);
    }
    std::optional<piece> found;
    while (!found && step(window, end, found)) {
    }
    return found;
}

bool row_scanner::step(std::string_view& window, text_end end, std::optional<piece>& found) {
    const bool last = end != text_end::open;
    switch (state_) {
    case state::in_header:
    case state::ended: return false;
    case state::between:
        if (!find_row(window, last)) return false;
        walker_->begin();
        ahead_ = 0;
        row_ended_ = false;
        state_ = state::in_row;
        return true;
    case state::in_row: return walk_row(window, end, found);
    case state::skipping: return skip_row(window, last, found);
    case state::in_tail: return skip_tail(window, last, found);
    }
    return false;
}

void row_scanner::advance(std::string_view& window, std::size_t bytes, std::uint64_t newlines) {
    window.remove_prefix(bytes);
    consumed_ += bytes;
    line_ += newlines;
}

// Passes over blank lines. True when a row is at hand.
bool row_scanner::find_row(std::string_view& window, bool last) {
    while (!window.empty() && (window.front() == '\n' || window.front() == '\r')) {
        // Whether a newline follows the CR decides what is one line.
        if (window == "\r" && !last) return false;
        advance(window, newline_size(window), 1);
    }
    return !window.empty();
}

bool row_scanner::walk_row(std::string_view& window, text_end end, std::optional<piece>& found) {
    // A sign beyond the limit tells that it is passed.
    const std::string_view near = window.substr(0, record_bytes_max_ + 1);
    row_ended_ = row_ended_ || walker_->walk(near, ahead_);
    if (row_ended_) return take_row(window, end != text_end::open, found);
    if (ahead_ > record_bytes_max_) {
        if (walker_->is_in_quotes())
            begin_bad(state::in_tail, piece_kind::damaged_tail, reason_quote_too_far);
        else
            begin_bad(state::skipping, piece_kind::oversized, reason_row_too_long);
        shed(window, ahead_);
        return true;
    }
    if (end == text_end::open) return false;
    if (end == text_end::cut || walker_->is_in_quotes()) {
        begin_bad(state::in_tail, piece_kind::damaged_tail,
                  end == text_end::cut ? reason_row_cut : reason_quote_open);
        return true;
    }
    walker_->end_at(ahead_);
    row_ended_ = true;
    return take_row(window, true, found);
}

// The row has ended at ahead_.
bool row_scanner::take_row(std::string_view& window, bool last, std::optional<piece>& found) {
    std::string_view rest = window.substr(ahead_);
    // Whether a newline follows the CR decides where the next row begins.
    if (rest == "\r" && !last) return false;
    piece one;
    one.offset = consumed_;
    one.size = ahead_;
    one.line = line_;
    if (read_row(window.substr(0, ahead_), one)) found = one;
    advance(window, ahead_ + newline_size(rest), walker_->newlines() + (rest.empty() ? 0 : 1));
    state_ = state::between;
    return true;
}

// False: nothing is in it.
bool row_scanner::read_row(std::string_view row, piece& found) {
    const auto& cells = walker_->cells();
    reason_.clear();
    if (walker_->is_damaged()) {
        reason_ = reason_behind_quote;
    } else if (!walker_->has_text()) {
        return false;
    } else if (cells.size() != columns_) {
        reason_ =
            cells.size() > columns_
                ? fmt::format("the row has more cells than the header, which has {}", columns_)
                : fmt::format("the row has {} {}, and the header {}", cells.size(),
                              cells.size() == 1 ? "cell" : "cells", columns_);
    } else {
        found.text = json_->write(row, cells);
        found.reason = json_->fault();
        return true;
    }
    found.kind = piece_kind::damaged;
    found.text = row.substr(0, bad_content_bytes_max);
    found.reason = reason_;
    return true;
}

bool row_scanner::skip_row(std::string_view& window, bool last, std::optional<piece>& found) {
    std::size_t at = 0;
    const bool has_ended = walker_->walk(window, at);
    shed(window, at);
    if (!has_ended && !last) return false;
    // Its newline is a blank line before the next row.
    state_ = state::between;
    found = finish_bad();
    return true;
}

bool row_scanner::skip_tail(std::string_view& window, bool last, std::optional<piece>& found) {
    shed(window, window.size());
    if (!last) return false;
    found = finish_bad();
    state_ = state::ended;
    return true;
}

void row_scanner::begin_bad(state next, piece_kind kind, std::string_view reason) {
    state_ = next;
    head_.clear();
    bad_ = {kind, consumed_, 0, line_, {}, reason};
}

// Of a bad piece: its first bytes are kept, the rest goes by.
void row_scanner::shed(std::string_view& window, std::size_t bytes) {
    const std::string_view gone = window.substr(0, bytes);
    head_.append(
        gone.substr(0, bad_content_bytes_max - std::min(head_.size(), bad_content_bytes_max)));
    advance(window, bytes, static_cast<std::uint64_t>(std::ranges::count(gone, '\n')));
}

piece row_scanner::finish_bad() {
    bad_.size = consumed_ - bad_.offset;
    bad_.text = head_;
    return bad_;
}

} // namespace hubspool
