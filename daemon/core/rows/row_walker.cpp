#include "core/rows/row_walker.hpp"

#include <algorithm>
#include <cstring>

namespace hubspool {

row_walker::row_walker(char delimiter, char quote, std::size_t cells_max)
    : delimiter_(delimiter), quote_(quote), cells_max_(cells_max) {
    for (const char stop : {delimiter, '\n', '\r'}) stops_[static_cast<unsigned char>(stop)] = true;
}

void row_walker::begin() {
    state_ = state::cell_begins;
    damaged_ = has_text_ = false;
    newlines_ = 0;
    cells_.clear();
    open_cell(0);
}

bool row_walker::walk(std::string_view bytes, std::size_t& at) {
    while (at < bytes.size()) {
        switch (state_) {
        case state::cell_begins:
            open_cell(at);
            if (quote_ != '\0' && bytes[at] == quote_) {
                open_cell(++at);
                state_ = state::quoted;
            } else {
                state_ = state::plain;
            }
            break;
        case state::plain:
            if (walk_plain(bytes, at)) return true;
            break;
        case state::quoted: walk_quoted(bytes, at); break;
        case state::behind_quote:
            if (leave_quoted(bytes, at)) return true;
            break;
        }
    }
    return false;
}

bool row_walker::walk_plain(std::string_view bytes, std::size_t& at) {
    const char* const begin = bytes.data();
    const char* const end = begin + bytes.size();
    const char* to = begin + at;
    while (to != end && !stops_[static_cast<unsigned char>(*to)]) ++to;
    at = static_cast<std::size_t>(to - begin);
    if (to == end) return false;
    end_cell(at);
    if (*to != delimiter_) return true;
    ++at;
    state_ = state::cell_begins;
    return false;
}

void row_walker::walk_quoted(std::string_view bytes, std::size_t& at) {
    const char* const begin = bytes.data() + at;
    const void* const found = std::memchr(begin, quote_, bytes.size() - at);
    const char* const end =
        found == nullptr ? bytes.data() + bytes.size() : static_cast<const char*>(found);
    newlines_ += static_cast<std::uint64_t>(std::count(begin, end, '\n'));
    at = static_cast<std::size_t>(end - bytes.data());
    if (found == nullptr) return;
    cell_.end = static_cast<std::uint32_t>(at);
    ++at;
    state_ = state::behind_quote;
}

// At the byte behind a quote in a quoted cell.
bool row_walker::leave_quoted(std::string_view bytes, std::size_t& at) {
    const char c = bytes[at];
    if (c == quote_) {
        cell_.has_doubled = true;
        ++at;
        state_ = state::quoted;
        return false;
    }
    if (!stops_[static_cast<unsigned char>(c)]) {
        damaged_ = true;
        state_ = state::plain;
        return false;
    }
    end_cell(cell_.end);
    if (c != delimiter_) return true;
    ++at;
    state_ = state::cell_begins;
    return false;
}

void row_walker::end_at(std::size_t at) {
    if (state_ == state::cell_begins) open_cell(at);
    end_cell(state_ == state::behind_quote ? cell_.end : at);
}

void row_walker::end_cell(std::size_t end) {
    cell_.end = static_cast<std::uint32_t>(end);
    has_text_ = has_text_ || cell_.begin != cell_.end;
    if (cells_.size() <= cells_max_) cells_.push_back(cell_);
}

} // namespace hubspool
