// Finds where records begin and end in a stream of bytes, told in windows. Decides nothing about
// their content but the bracket balance.
//
// A file is a sequence of values, with white space between them or without:
// * `[` begins an array; behind other values only if an object or its end follows;
// * `{` whose first key is `inputs` with an array is a request body;
// * any other `{` is a record.
//
// A byte order mark in front of one is skipped. A record ends where its brackets balance, and a
// newline is the point to resume after damage. Damage makes one bad piece, up to the next newline
// after the piece's start. It is one of these: a raw newline inside a string; a bracket that closes
// another kind; a `{` that follows no `:`, `,` or `[`; an object that never ends; text between
// objects.
//
// From there to the place where the damage showed, an object must end on its line. So each byte is
// looked at a fixed number of times, and no array or request body begins. In these an element ends
// where its brackets and quotes balance. An element whose end cannot be found is a damaged tail,
// and so are a missing comma and a missing end.
//
// Memory: counters, and the first bad_content_bytes_max bytes of a bad piece. A piece longer than
// record_bytes_max is skipped as it comes by; the caller's window never need hold more than that.
// The pieces are the same however the bytes are cut into windows. Single thread. No failure: any
// bytes give pieces.
#pragma once

#include "core/json/json_walker.hpp"
#include "core/words/read_point.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

enum class piece_kind : std::uint8_t {
    object,       // `text` is one balanced object
    damaged,      // text that is no record; its neighbours are not touched
    oversized,    // longer than the limit; `text` is its first bytes
    damaged_tail, // the rest of the file; nothing after it can be read
};

struct piece {
    piece_kind kind = piece_kind::object;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    std::uint64_t line = 0;
    // The whole of an object; of any other piece at most the first bad_content_bytes_max bytes.
    std::string_view text;
    // Set unless it is an object, and of one that is refused whatever its text is. It lives as long
    // as the text.
    std::string_view reason = {};
};

class record_scanner {
public:
    explicit record_scanner(std::size_t record_bytes_max);
    // To read on from the middle of a file.
    record_scanner(std::size_t record_bytes_max, read_point from);

    // Gives the next piece in `window`, whose first byte is at consumed(), or nothing when more
    // bytes are needed. `last`: the window reaches the end of the file; then nothing means the end.
    // After a piece, or nothing, consumed() has moved on: the caller drops the bytes before it
    // (they are window.substr(consumed() - the former value)) and calls again with the rest. `text`
    // of the piece is a view into `window`, or into the scanner until the next call.
    std::optional<piece> next(std::string_view window, bool last);

    // A guess at the next piece of a sequence, without looking at its bytes: the line at hand, from
    // its `{` to its last byte. It is right when that is one JSON object, which the caller finds
    // out by parsing it. Then take_line() moves on as next() would have. Else leave_line() keeps
    // from guessing until a record stands on one line again. Nothing changes by guessing.
    std::optional<piece> guess_line(std::string_view window, bool last) const;
    void take_line(const piece& line);
    void leave_line() { guess_lines_ = false; }

    // True in a piece that is bad whatever comes, with all told bytes consumed. NUL bytes at hand
    // need then only be counted: they change nothing in it but its size.
    bool skips_nul() const;
    void skip_nul(std::uint64_t bytes);

    std::uint64_t consumed() const { return consumed_; } // first byte not yet used
    file_format format() const { return format_; }       // of what that byte stands in
    std::uint64_t line() const { return line_; }         // of the byte at consumed(), from 1

    // After a piece: a scanner that is made anew from consumed(), format() and line() gives the
    // same pieces from here on. Not so on the lines between the start of a damaged object and its
    // damage.
    bool can_resume_here() const { return consumed_ >= one_line_until_; }

private:
    enum class state : std::uint8_t {
        between,         // before a value, or before anything at all
        detecting_array, // at a `[`: an array, or a line of something else
        detecting_body,  // at a `{`: a request body, or a record
        in_record,       // in an object of a sequence; consumed() is its start
        skipping,        // in a bad piece that ends at the newline
        before_first,    // after the opening bracket of an array
        before_element,  // after a comma of it
        in_element,      // consumed() is the element's start, unless it is oversized
        after_element,   // a comma or the closing bracket must come
        after_array,     // the brace that closes the request body must come
        in_tail,         // in what cannot be read, until the end of the file
        ended,           // the damaged tail was given
    };

    // Each deals with one state: true when it changed (or `found` was set), false when bytes lack.
    bool step(std::string_view& window, bool last, std::optional<piece>& found);
    bool find_value(std::string_view& window, bool last);
    bool detect_array(std::string_view& window, bool last);
    bool detect_body(std::string_view& window, bool last);
    bool walk_record(std::string_view& window, bool last, std::optional<piece>& found);
    bool skip_line(std::string_view& window, bool last, std::optional<piece>& found);
    bool find_element(std::string_view& window, bool last, std::optional<piece>& found);
    bool walk_element(std::string_view& window, bool last, std::optional<piece>& found);
    bool find_comma(std::string_view& window, bool last);
    bool find_end(std::string_view& window, bool last);
    bool skip_tail(std::string_view& window, bool last, std::optional<piece>& found);

    void advance(std::string_view& window, std::size_t bytes, std::uint64_t newlines);
    bool skip_space(std::string_view& window);
    void begin_record();
    void begin_bad_line(std::string_view reason);
    void begin_bad(state next, piece_kind kind, std::string_view reason);
    void shed(std::string_view& window, std::size_t bytes, std::uint64_t newlines);
    void close_array(std::string_view& window);
    void close_value();
    piece finish_bad();
    piece finish_element(std::string_view& window);

    std::size_t record_bytes_max_;
    state state_ = state::between;
    file_format format_ = file_format::unknown;
    std::uint64_t consumed_ = 0;
    std::uint64_t line_ = 1;
    std::size_t ahead_ = 0;            // bytes after consumed() that were walked already
    std::size_t matched_ = 0;          // of the beginning of a request body
    std::uint64_t one_line_until_ = 0; // objects that begin before it must end on their line
    bool guess_lines_ = true;          // records stand on a line each, as far as was seen
    bool shed_ = false; // the element's first bytes are in head_, no more in the window
    json_walker walker_;
    piece bad_;        // under way; its size and text are set when it ends
    std::string head_; // its first bytes
};

} // namespace hubspool
