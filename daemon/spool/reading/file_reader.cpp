#include "spool/reading/file_reader.hpp"

#include "core/records/foreign_form.hpp"
#include "core/rows/piece_scanner.hpp"
#include "core/rows/table_name.hpp"
#include "spool/reading/end_remark.hpp"
#include "spool/reading/file_window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

namespace hubspool {

namespace {

// What is shown of the first piece of a range of bad ones; the file itself is kept.
constexpr std::size_t range_content_bytes_max = 1024;

bool is_blank(std::string_view bytes) {
    using namespace std::string_view_literals;
    return bytes.find_first_not_of("\0 \t\r\n"sv) == std::string_view::npos;
}

class reader final : public file_reader {
public:
    reader(int descriptor, const claimed_file& file, read_point from, file_reader_options options)
        : file_(file), options_(std::move(options)), at_(from),
          window_(descriptor, from.offset, options_.block_bytes + options_.record_bytes_max,
                  options_.block_bytes, options_.quiet_period, options_.unpack),
          scanner_(options_.record_bytes_max, from), decoder_(options_.decode) {}

    std::optional<decoded_block> next() override;
    std::optional<decoded_block> next_undecoded(const std::string& why) override;
    void set_block_bytes(std::size_t block_bytes) override { options_.block_bytes = block_bytes; }
    const file_end& end() const override { return end_; }
    read_point at() const override { return at_; }
    std::uint64_t text_size() const override;
    std::uint64_t size() const override { return window_.source().file().first_size(); }
    std::int64_t mtime_ns() const override { return window_.source().file().first_mtime_ns(); }

private:
    bool start();
    bool holds_something();
    bool may_be_read();
    bool see_beginning();
    bool refuse(const std::string& form);
    bool begin_table(char delimiter);
    bool take_line(decoded_block& block);
    void take(const piece& found, decoded_block& block);
    void note_size(const piece& found, bad_record& bad);
    void take_bad(const piece& found, decoded_block& block);
    void take_undecoded(const piece& found, decoded_block& block);
    void move_on(decoded_block& block, bool was_bad);
    void limit_bad(decoded_block& block);
    void finish();
    void keep(std::string_view why);
    bool block_is_full(const decoded_block& block);
    bool keep_on();
    std::string reason(const piece& found) const;

    claimed_file file_;
    file_reader_options options_;
    read_point at_; // after the last piece
    file_window window_;
    piece_scanner scanner_;
    change_decoder decoder_;
    file_end end_;
    std::string undecoded_because_; // set while nothing is to be decoded
    bool saw_nul_ = false;          // in a file that holds no more than white space beside
    bool content_was_cut_ = false;
    bool is_foreign_ = false; // it cannot be read, and is refused as a whole
    bool started_ = false;
    bool finished_ = false;
    bool given_up_ = false;
};

std::optional<decoded_block> reader::next() {
    if (finished_ || given_up_) return std::nullopt;
    decoded_block block;
    block.file = file_.number;
    block.lane = file_.lane;
    block.order = file_.order;
    if (!started_ && !start()) {
        if (!given_up_) finish();
        return std::nullopt;
    }
    block.from = at_;
    // Room is taken once; a block's texts are about as long as its window.
    block.arena.room(std::min(options_.block_bytes, window_.bytes().size()));
    while (!block_is_full(block)) {
        const std::uint64_t used = scanner_.consumed();
        // Most files are a record a line: the parser's own success finds the end of the record.
        if (take_line(block)) {
            window_.drop(scanner_.consumed() - used);
            continue;
        }
        // Else the scanner finds where the piece ends.
        const auto found = scanner_.next(window_.bytes(), window_.source().end());
        if (found) take(*found, block);
        window_.drop(scanner_.consumed() - used);
        if (found) continue;
        if (window_.ended()) {
            finish();
            break;
        }
        // Asked once a window: a record may be as long as the limit, and a stop must not wait for
        // it.
        if (!keep_on()) return std::nullopt;
        // Inside what is bad anyway a hole need not be read byte by byte.
        if (scanner_.skips_nul()) scanner_.skip_nul(window_.skip_hole());
        window_.fill();
    }
    block.to = at_;
    end_.lone_surrogates += block.lone_surrogates;
    end_.future_as_of += block.as_of_above(file_.order.stamp);
    if (finished_) end_.remark = end_remark(file_, end_);
    if (block.to.ordinal == block.from.ordinal) return std::nullopt;
    return block;
}

bool reader::keep_on() {
    given_up_ = options_.keep_on && !options_.keep_on();
    return !given_up_;
}

// False when there is nothing to read.
bool reader::start() {
    // From the start of a file it may still be nothing at all, or no JSON.
    started_ = true;
    if (at_.offset == 0) return holds_something() && may_be_read();
    // What its columns are stands at its beginning.
    const bool is_table = at_.format == file_format::rows || at_.format == file_format::cut_rows;
    if (is_table) {
        window_.seek(0);
        if (!begin_table(table_named(file_.name).value_or('\0'))) return false;
        scanner_.go_on_from(at_);
        window_.seek(at_.offset);
    }
    // Of a compressed file all that lies before is unpacked again.
    do {
        if (!keep_on()) return false;
        window_.fill();
    } while (window_.bytes().empty() && !window_.ended());
    if (!window_.bytes().empty()) return true;
    // Blocks end at the end of a file only with its damaged tail, but for a sequence
    // (block_is_full).
    const bool may_end_here =
        scanner_.format() == file_format::sequence || scanner_.format() == file_format::rows;
    if (!may_end_here && window_.source().trouble().empty())
        keep("its tail cannot be read, as was found when it was read before");
    return false;
}

// False for a file of white space, or of NUL bytes: what a power loss leaves of a file that was not
// fsynced.
bool reader::holds_something() {
    do {
        // What is blank is dropped window by window.
        window_.drop(window_.bytes().size());
        if (!keep_on()) return false;
        saw_nul_ = window_.skip_hole() > 0 || saw_nul_;
        window_.fill();
        if (!is_blank(window_.bytes())) {
            // Blanks were passed in several windows: reading begins anew, so that offsets and lines
            // are right.
            const bool from_the_start = window_.text_offset() == window_.bytes().size();
            if (!from_the_start) window_.seek(0);
            return true;
        }
        saw_nul_ = saw_nul_ || window_.bytes().find('\0') != std::string_view::npos;
    } while (!window_.ended());
    return false;
}

// False for a file of another form, which is refused as a whole.
bool reader::may_be_read() {
    if (!see_beginning()) return false;
    // JSON is told by its beginning whatever its name is; a table only by its name.
    const auto table = table_named(file_.name);
    if (table && !begins_as_json(window_.bytes())) {
        const std::string form = foreign_table(window_.bytes());
        return form.empty() ? begin_table(*table) : refuse(form);
    }
    const std::string form = foreign_form(window_.bytes(), window_.ended());
    return form.empty() || refuse(form);
}

// As much of the text as tells its form. False: it was given up.
bool reader::see_beginning() {
    const std::size_t wanted = std::min(form_bytes_max, options_.record_bytes_max);
    while (!window_.ended() && window_.bytes().size() < wanted) {
        if (!keep_on()) return false;
        window_.fill();
    }
    return true;
}

// Reads the header, from the beginning of the text.
bool reader::begin_table(char delimiter) {
    csv_options how = options_.csv;
    how.go_on_in(at_.dialect);
    scanner_.begin_table(std::move(how), delimiter);
    while (true) {
        const std::uint64_t used = scanner_.consumed();
        const bool is_taken = scanner_.take_header(window_.bytes(), window_.ended());
        window_.drop(scanner_.consumed() - used);
        if (is_taken) break;
        if (!keep_on()) return false;
        window_.fill();
    }
    at_.dialect = scanner_.place(0, 0).dialect;
    return scanner_.refusal().empty() || refuse(scanner_.refusal());
}

bool reader::refuse(const std::string& form) {
    is_foreign_ = true;
    keep("it " + about_file(window_.source().form(), form));
    return false;
}

// A block ends where reading can start anew, and never just before the end of the file: whether an
// array was cut short there is told with its last element, so that a start at the end tells
// nothing.
bool reader::block_is_full(const decoded_block& block) {
    if (at_.offset - block.from.offset < options_.block_bytes || !scanner_.can_resume_here())
        return false;
    // Whatever the window was cut at, the same blocks: a crash is found by where its block begins.
    while (window_.bytes().empty() && !window_.ended()) {
        window_.fill();
        // A compressed file may hold much that makes no text.
        if (window_.bytes().empty() && !keep_on()) return true;
    }
    return !window_.bytes().empty();
}

// The short way for files of a record a line: what the parser takes needs no other look. True when
// it took one.
bool reader::take_line(decoded_block& block) {
    // One by one, a crash must be that of one record: a guess may be of several on one line.
    if (options_.block_bytes == 1 || !undecoded_because_.empty()) return false;
    const auto line = scanner_.guess_line(window_.bytes(), window_.ended());
    if (!line) return false;
    // A record may be refused: then it is bad, but its line was taken.
    const std::size_t bad_before = block.bad.size();
    if (!decoder_.decode_if_object(line->text, line->offset, at_.ordinal, line->line, block)) {
        scanner_.leave_line();
        return false;
    }
    scanner_.take_line(*line);
    move_on(block, block.bad.size() > bad_before);
    return true;
}

void reader::take(const piece& found, decoded_block& block) {
    const std::size_t bad_before = block.bad.size();
    // After a crash this piece is not shown to the decoder any more.
    if (!undecoded_because_.empty()) {
        take_undecoded(found, block);
    } else if (found.kind == piece_kind::object) {
        decoder_.decode(found.text, found.offset, at_.ordinal, found.line, block, found.reason);
        // A row's record is longer than the row.
        if (block.bad.size() > bad_before) note_size(found, block.bad.back());
    } else {
        take_bad(found, block);
    }
    move_on(block, block.bad.size() > bad_before);
}

void reader::note_size(const piece& found, bad_record& bad) {
    bad.size = found.size;
    content_was_cut_ = content_was_cut_ || bad.content.size() < found.text.size();
}

// A piece was taken.
void reader::move_on(decoded_block& block, bool was_bad) {
    at_ = scanner_.place(at_.ordinal + 1, at_.bad + (was_bad ? 1 : 0));
    if (was_bad) limit_bad(block);
}

void reader::take_bad(const piece& found, decoded_block& block) {
    block.bad.push_back({found.offset,
                         found.size,
                         at_.ordinal,
                         1,
                         found.line,
                         reason(found),
                         std::string(found.text),
                         {},
                         {}});
    // What follows cannot be read, so the file is kept with what is known.
    if (found.kind == piece_kind::damaged_tail)
        keep(fmt::format("its tail from byte {} (line {}) on cannot be read: {}", found.offset,
                         found.line, found.reason));
}

std::optional<decoded_block> reader::next_undecoded(const std::string& why) {
    // The file is kept in rejected/: a person must be able to look at the record.
    keep(fmt::format("what stands at byte {} (line {}) was not decoded: {}", at_.offset, at_.line,
                     why));
    undecoded_because_ = why;
    auto block = next();
    undecoded_because_.clear();
    return block;
}

void reader::take_undecoded(const piece& found, decoded_block& block) {
    block.bad.push_back({found.offset,
                         found.size,
                         at_.ordinal,
                         1,
                         found.line,
                         undecoded_because_,
                         std::string(found.text.substr(0, bad_content_bytes_max)),
                         {},
                         {}});
}

std::string reader::reason(const piece& found) const {
    if (found.kind == piece_kind::oversized)
        return fmt::format("{} (queue.max_record_bytes, {} bytes)", found.reason,
                           options_.record_bytes_max);
    if (found.kind == piece_kind::damaged_tail)
        return fmt::format("the file ends in what is no record: {}", found.reason);
    return std::string(found.reason);
}

// The newest bad record may be one too many: then it only lengthens the range before it.
void reader::limit_bad(decoded_block& block) {
    bad_record& newest = block.bad.back();
    content_was_cut_ = content_was_cut_ || newest.content.size() < newest.size;
    // Below the limit each bad record has a row of its own.
    if (at_.bad <= options_.bad_records_max) return;
    if (at_.bad == options_.bad_records_max + 1)
        keep(fmt::format("more than {} of its records are bad", options_.bad_records_max));
    // Only neighbours go together: a row owns all ordinals of its range, and good ones may lie
    // between.
    if (at_.bad > options_.bad_records_max + 1 && block.bad.size() > 1) {
        bad_record& range = block.bad.end()[-2];
        if (range.ordinal + range.count == newest.ordinal) {
            ++range.count;
            range.size = newest.offset + newest.size - range.offset;
            block.bad.pop_back();
            return;
        }
    }
    newest.reason =
        fmt::format("too many bad records: this one, and those that follow it without a "
                    "good one between, stand in the file only; the first: {}",
                    newest.reason);
    newest.content.resize(std::min(newest.content.size(), range_content_bytes_max));
}

void reader::finish() {
    finished_ = true;
    // What the books hold against the fates.
    end_.records_in = at_.ordinal;
    const text_source& source = window_.source();
    end_.lone_surrogates += source.lone_surrogates();
    end_.size = is_foreign_ ? size() : source.size_on_disk();
    end_.mtime_ns = source.file().last_mtime_ns();
    // A dead letter that lost bytes needs its file.
    if (content_was_cut_ && !end_.keep_because)
        keep(fmt::format("it has bad records longer than the {} bytes that a dead letter keeps",
                         bad_content_bytes_max));
    if (!source.trouble().empty()) {
        keep(source.trouble());
    } else if (!is_foreign_ && saw_nul_ && at_.ordinal == 0) {
        // Blank with NUL: a file whose content a power loss took.
        keep("it holds nothing but NUL bytes and white space: its producer may not have called "
             "fsync before a power loss");
    }
}

std::uint64_t reader::text_size() const {
    const text_source& source = window_.source();
    if (source.form().is_plain()) return source.file().first_size();
    return window_.ended() ? window_.text_offset() : std::numeric_limits<std::uint64_t>::max();
}

void reader::keep(std::string_view why) {
    // Several reasons may come together; the file's reason names all.
    if (end_.keep_because) {
        end_.keep_because->append("; ").append(why);
    } else {
        end_.keep_because = why;
    }
}

} // namespace

std::unique_ptr<file_reader> file_reader::make(int descriptor, const claimed_file& file,
                                               read_point from, file_reader_options options) {
    return std::make_unique<reader>(descriptor, file, from, std::move(options));
}

} // namespace hubspool
