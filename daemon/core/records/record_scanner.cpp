#include "core/records/record_scanner.hpp"

#include "core/json/json_space.hpp"
#include "core/records/decoded_block.hpp"
#include "core/words/utf8.hpp"

#include <algorithm>

namespace hubspool {

namespace {

constexpr std::string_view body_beginning = "{\"inputs\":[";

// White space may stand after `{`, after the key and after the colon.
constexpr bool between_tokens(std::size_t matched) {
    return matched == 1 || matched == 9 || matched == 10;
}

constexpr std::string_view reason_no_object = "the line is not a JSON object";
constexpr std::string_view reason_unclosed = "the object is never closed";
constexpr std::string_view reason_oversized = "the record is longer than the limit";
constexpr std::string_view reason_too_far =
    "the object is not closed within the longest record allowed";
constexpr std::string_view reason_element = "the element of the array is not an object";
constexpr std::string_view reason_missing = "an element of the array is missing before this place";
constexpr std::string_view reason_endless = "the end of this element of the array cannot be found";
constexpr std::string_view reason_comma = "a comma or the end of the array must stand here";
constexpr std::string_view reason_cut = "the array is not closed: the file was cut short";
constexpr std::string_view reason_body = "after the array of inputs only `}` may stand";

// Walks on along the beginning of a request body; false when it is none.
bool match_body(std::string_view text, std::size_t& ahead, std::size_t& matched) {
    for (; ahead < text.size() && matched < body_beginning.size(); ++ahead) {
        const char c = text[ahead];
        if (c == body_beginning[matched]) {
            ++matched;
        } else if (!is_json_space(c) || !between_tokens(matched)) {
            return false;
        }
    }
    return true;
}

bool begins_body(std::string_view line) {
    std::size_t ahead = 0, matched = 0;
    return match_body(line, ahead, matched) && matched == body_beginning.size();
}

} // namespace

record_scanner::record_scanner(std::size_t record_bytes_max) : record_bytes_max_(record_bytes_max) {
}

record_scanner::record_scanner(std::size_t record_bytes_max, read_point from)
    : record_bytes_max_(record_bytes_max) {
    if (from.offset == 0) return;
    format_ = from.format;
    // Reading goes on before a record, so in an array a comma or its end comes next.
    const bool in_array = format_ == file_format::array || format_ == file_format::inputs;
    state_ = in_array ? state::after_element : state::between;
    consumed_ = from.offset;
    line_ = from.line;
}

std::optional<piece> record_scanner::next(std::string_view window, bool last) {
    std::optional<piece> found;
    while (!found && step(window, last, found)) {
    }
    return found;
}

std::optional<piece> record_scanner::guess_line(std::string_view window, bool last) const {
    // A guess is safe only where a newline is a boundary: behind a record of a sequence, beyond
    // damage.
    const bool possible = guess_lines_ && state_ == state::between &&
                          format_ == file_format::sequence && can_resume_here();
    if (!possible) return std::nullopt;
    std::size_t begin = 0;
    std::uint64_t newlines = 0;
    for (; begin < window.size() && is_json_space(window[begin]); ++begin)
        newlines += window[begin] == '\n' ? 1 : 0;
    if (begin == window.size() || window[begin] != '{') return std::nullopt;
    std::size_t end = window.find('\n', begin);
    // Without a newline the line may go on in the next window.
    if (end == std::string_view::npos) {
        if (!last) return std::nullopt;
        end = window.size();
    }
    while (is_json_space(window[end - 1])) --end;
    if (end - begin > record_bytes_max_) return std::nullopt;
    // A body on one line would parse as an object, and be refused as a record.
    if (begins_body(window.substr(begin, end - begin))) return std::nullopt;
    return piece{piece_kind::object,
                 consumed_ + begin,
                 end - begin,
                 line_ + newlines,
                 window.substr(begin, end - begin),
                 ""};
}

void record_scanner::take_line(const piece& line) {
    consumed_ = line.offset + line.size;
    line_ = line.line;
}

bool record_scanner::step(std::string_view& window, bool last, std::optional<piece>& found) {
    switch (state_) {
    case state::between: return find_value(window, last);
    case state::detecting_array: return detect_array(window, last);
    case state::detecting_body: return detect_body(window, last);
    case state::in_record: return walk_record(window, last, found);
    case state::skipping: return skip_line(window, last, found);
    case state::before_first:
    case state::before_element: return find_element(window, last, found);
    case state::in_element: return walk_element(window, last, found);
    case state::after_element: return find_comma(window, last);
    case state::after_array: return find_end(window, last);
    case state::in_tail: return skip_tail(window, last, found);
    case state::ended: return false;
    }
    return false;
}

void record_scanner::advance(std::string_view& window, std::size_t bytes, std::uint64_t newlines) {
    window.remove_prefix(bytes);
    consumed_ += bytes;
    line_ += newlines;
}

// True when a byte that is no white space is at hand.
bool record_scanner::skip_space(std::string_view& window) {
    std::size_t spaces = 0;
    std::uint64_t newlines = 0;
    while (spaces < window.size() && is_json_space(window[spaces])) {
        if (window[spaces] == '\n') ++newlines;
        ++spaces;
    }
    advance(window, spaces, newlines);
    return !window.empty();
}

bool record_scanner::find_value(std::string_view& window, bool last) {
    if (!skip_space(window)) return false;
    if (window.starts_with(utf8_byte_order_mark)) {
        advance(window, utf8_byte_order_mark.size(), 0);
        return true;
    }
    // The window may have cut a mark in two.
    if (!last && utf8_byte_order_mark.starts_with(window)) return false;
    const char first = window.front();
    ahead_ = 0;
    matched_ = 0;
    if (first == '{') {
        state_ = state::detecting_body;
        return true;
    }
    // In the lines before a damage an array would be walked twice: there it is a bad line.
    if (first == '[' && can_resume_here()) {
        state_ = state::detecting_array;
        return true;
    }
    begin_bad_line(reason_no_object);
    return true;
}

// Behind other values a bracket begins an array of records, or else a line of something else.
bool record_scanner::detect_array(std::string_view& window, bool last) {
    if (format_ != file_format::unknown) {
        // An array of records begins with an object or is empty. Anything else, such as a log line
        // in brackets, is one bad line and not a damaged file.
        ahead_ = std::max<std::size_t>(ahead_, 1);
        while (ahead_ < window.size() && is_json_space(window[ahead_])) ++ahead_;
        const bool is_at_end = ahead_ == window.size();
        if (is_at_end && !last && ahead_ < record_bytes_max_) return false;
        if (!is_at_end && window[ahead_] != '{' && window[ahead_] != ']') {
            begin_bad_line(reason_no_object);
            return true;
        }
    }
    format_ = file_format::array;
    advance(window, 1, 0);
    state_ = state::before_first;
    return true;
}

bool record_scanner::detect_body(std::string_view& window, bool last) {
    const std::string_view near = window.substr(0, record_bytes_max_);
    const bool possible = can_resume_here() && match_body(near, ahead_, matched_);
    if (possible && matched_ == body_beginning.size()) {
        const auto newlines =
            std::count(window.begin(), window.begin() + static_cast<long>(ahead_), '\n');
        format_ = file_format::inputs;
        advance(window, ahead_, static_cast<std::uint64_t>(newlines));
        state_ = state::before_first;
        return true;
    }
    if (possible && ahead_ < record_bytes_max_ && !last) return false;
    begin_record();
    return true;
}

void record_scanner::begin_record() {
    format_ = file_format::sequence;
    state_ = state::in_record;
    ahead_ = 0;
    walker_.begin('{', can_resume_here() ? walk_rule::sequence : walk_rule::one_line);
}

bool record_scanner::walk_record(std::string_view& window, bool last, std::optional<piece>& found) {
    const walk_state walked = walker_.walk(window.substr(0, record_bytes_max_), ahead_);
    if (walked == walk_state::closed) {
        found = piece{piece_kind::object, consumed_, ahead_, line_, window.substr(0, ahead_), ""};
        const std::uint64_t newlines = walker_.take_newlines();
        // While records stand on lines of their own the next may be guessed.
        guess_lines_ = newlines == 0;
        advance(window, ahead_, newlines);
        state_ = state::between;
        return true;
    }
    const bool too_far = walked == walk_state::open && ahead_ >= record_bytes_max_;
    if (walked == walk_state::open && !too_far && !last) return false;

    // Objects that begin before this place end on their line: so none is walked a third time.
    one_line_until_ = std::max(one_line_until_, consumed_ + ahead_);
    const std::string_view reason =
        walked == walk_state::damaged ? walker_.damage() : reason_unclosed;
    begin_bad(state::skipping, too_far ? piece_kind::oversized : piece_kind::damaged,
              too_far ? reason_too_far : reason);
    return true;
}

void record_scanner::begin_bad(state next, piece_kind kind, std::string_view reason) {
    state_ = next;
    bad_ = piece{kind, consumed_, 0, line_, {}, reason};
    head_.clear();
}

void record_scanner::begin_bad_line(std::string_view reason) {
    format_ = file_format::sequence;
    begin_bad(state::skipping, piece_kind::damaged, reason);
}

// Lets bytes of the bad piece go, but for its first ones.
void record_scanner::shed(std::string_view& window, std::size_t bytes, std::uint64_t newlines) {
    head_.append(window.substr(0, std::min(bytes, bad_content_bytes_max - head_.size())));
    advance(window, bytes, newlines);
}

bool record_scanner::skips_nul() const {
    // Behind a backslash a NUL would change what follows in a string: only then it must be told.
    return state_ == state::skipping || state_ == state::in_tail ||
           (state_ == state::in_element && shed_ && !walker_.escaped());
}

void record_scanner::skip_nul(std::uint64_t bytes) {
    head_.append(std::min<std::uint64_t>(bytes, bad_content_bytes_max - head_.size()), '\0');
    consumed_ += bytes;
}

piece record_scanner::finish_bad() {
    bad_.size = consumed_ - bad_.offset;
    bad_.text = head_;
    return bad_;
}

bool record_scanner::skip_line(std::string_view& window, bool last, std::optional<piece>& found) {
    const std::size_t newline = window.find('\n');
    shed(window, std::min(newline, window.size()), 0);
    if (newline == std::string_view::npos && !last) return false;
    found = finish_bad();
    if (found->kind == piece_kind::oversized) {
        // What ran on past the limit may have begun with a short line.
        const bool line_is_long = found->size > record_bytes_max_;
        found->kind = line_is_long ? piece_kind::oversized : piece_kind::damaged;
        found->reason = line_is_long ? reason_oversized : reason_too_far;
    }
    if (newline == std::string_view::npos) found->kind = piece_kind::damaged_tail;
    state_ = state::between;
    return true;
}

bool record_scanner::find_element(std::string_view& window, bool last,
                                  std::optional<piece>& found) {
    if (!skip_space(window)) {
        if (last) begin_bad(state::in_tail, piece_kind::damaged_tail, reason_cut);
        return last;
    }
    const char first = window.front();
    // Only behind the opening bracket may the end come at once; behind a comma an element is
    // missing.
    if (first == ']' && state_ == state::before_first) {
        close_array(window);
    } else if (first == ']' || first == ',') {
        found = piece{piece_kind::damaged, consumed_, 0, line_, {}, reason_missing};
        state_ = state::after_element;
    } else {
        begin_bad(state::in_element, first == '{' ? piece_kind::object : piece_kind::damaged,
                  first == '{' ? "" : reason_element);
        shed_ = false;
        ahead_ = 0;
        walker_.begin(first, walk_rule::balance);
    }
    return true;
}

bool record_scanner::walk_element(std::string_view& window, bool last,
                                  std::optional<piece>& found) {
    // Once its first bytes are shed, no window need hold the whole of it.
    const std::size_t limit = shed_ ? window.size() : std::min(window.size(), record_bytes_max_);
    const walk_state walked = walker_.walk(window.substr(0, limit), ahead_);
    if (walked == walk_state::closed) {
        found = finish_element(window);
        return true;
    }
    // Longer than a record may be: its first bytes are kept for the dead letter, the rest goes by.
    if (walked == walk_state::open && (shed_ || ahead_ >= record_bytes_max_)) {
        const bool progress = ahead_ > 0 || !shed_;
        shed(window, ahead_, walker_.take_newlines());
        shed_ = true;
        ahead_ = 0;
        if (progress) return true;
    }
    if (walked == walk_state::open && !last) return false;
    state_ = state::in_tail;
    bad_.kind = piece_kind::damaged_tail;
    bad_.reason = walked == walk_state::damaged ? walker_.damage() : reason_endless;
    return true;
}

piece record_scanner::finish_element(std::string_view& window) {
    state_ = state::after_element;
    if (shed_) {
        shed(window, ahead_, walker_.take_newlines());
        bad_.kind = piece_kind::oversized;
        bad_.reason = reason_oversized;
        return finish_bad();
    }
    bad_.size = ahead_;
    bad_.text = window.substr(
        0, bad_.kind == piece_kind::object ? ahead_ : std::min(ahead_, bad_content_bytes_max));
    advance(window, ahead_, walker_.take_newlines());
    return bad_;
}

void record_scanner::close_array(std::string_view& window) {
    advance(window, 1, 0);
    if (format_ == file_format::inputs) {
        state_ = state::after_array;
    } else {
        close_value();
    }
}

void record_scanner::close_value() {
    format_ = file_format::sequence;
    state_ = state::between;
}

bool record_scanner::find_comma(std::string_view& window, bool last) {
    if (!skip_space(window)) {
        if (last) begin_bad(state::in_tail, piece_kind::damaged_tail, reason_cut);
        return last;
    }
    if (window.front() == ',') {
        advance(window, 1, 0);
        state_ = state::before_element;
    } else if (window.front() == ']') {
        close_array(window);
    } else {
        begin_bad(state::in_tail, piece_kind::damaged_tail, reason_comma);
    }
    return true;
}

bool record_scanner::find_end(std::string_view& window, bool last) {
    if (!skip_space(window)) {
        if (last) begin_bad(state::in_tail, piece_kind::damaged_tail, reason_cut);
        return last;
    }
    if (window.front() == '}') {
        advance(window, 1, 0);
        close_value();
    } else {
        begin_bad(state::in_tail, piece_kind::damaged_tail, reason_body);
    }
    return true;
}

bool record_scanner::skip_tail(std::string_view& window, bool last, std::optional<piece>& found) {
    const auto newlines = std::count(window.begin(), window.end(), '\n');
    shed(window, window.size(), static_cast<std::uint64_t>(newlines));
    if (!last) return false;
    found = finish_bad();
    state_ = state::ended;
    return true;
}

} // namespace hubspool
