#include "core/books/queue_books.hpp"

#include "core/books/gathered_letter.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace hubspool {

namespace {

// Above this many files the turn alone decides: those of which nothing was read are met again.
constexpr std::size_t looked_at_beyond_the_turn = 1000;

constexpr const char* why_late_ones_are_kept =
    "too many of its records say by their as_of or order that they are older than all that is "
    "still known of what was delivered: HubSpot may have newer values. They were not sent, all "
    "others were. Look whether the times are right; if these values are wanted, take as_of and "
    "order out of these records, and queue them again";

bool has_grown(file_row& row, std::optional<std::uint64_t> size_now) {
    if (row.keep_because || !size_now || *size_now <= row.size) return false;
    row.keep_because =
        fmt::format("it grew from {} to {} bytes after it was read; what came later was not sent",
                    row.size, *size_now);
    return true;
}

} // namespace

void queue_books::restore(open_file file, std::uint64_t unread_from) {
    unread_from_ = unread_from;
    const std::uint64_t number = file.row.number;
    // A file that recovery met twice keeps what was said last.
    if (const open_file* const before = find(number); before && before->row.settled) --settled_;
    if (file.row.settled) ++settled_;
    files_.insert_or_assign(number, std::move(file));
}

open_file* queue_books::find(std::uint64_t file) {
    const auto at = files_.find(file);
    return at == files_.end() ? nullptr : &at->second;
}

void queue_books::started(file_row row, std::uint64_t unread_from) {
    unread_from_ = unread_from;
    // Recovery has put it in already when the run before had begun with it.
    const auto [at, is_new] = files_.try_emplace(row.number);
    if (is_new) at->second.row = std::move(row);
}

void queue_books::block_read(std::uint64_t file, const read_point& from, read_facts facts) {
    open_file* const open = find(file);
    if (open == nullptr) return;
    // Size and mtime are those of the first look: by them the next start tells whether the file
    // changed.
    open->row.size = facts.size;
    open->row.mtime_ns = facts.mtime_ns;
    if (facts.keep_because) open->row.keep_because = std::move(facts.keep_because);
    if (facts.oldest) open->oldest = std::min(open->oldest.value_or(*facts.oldest), *facts.oldest);
    std::vector<read_point>& points = open->book.read_points;
    // Recovery may have given this point already: points must ascend for the watermark's search.
    if (points.empty() || points.back().ordinal < from.ordinal) points.push_back(from);
}

void queue_books::read_to_end(std::uint64_t file, std::uint64_t records_in, read_facts facts,
                              boot_time now) {
    open_file* const open = find(file);
    if (open == nullptr) return;
    // One that was read to its end before may have grown since.
    open->uncounted += records_in - open->row.records_in.value_or(0);
    open->row.records_in = records_in;
    if (facts.keep_because) open->row.keep_because = std::move(facts.keep_because);
    // A run before has told of what it read.
    if (!facts.remark.empty()) open->row.remark = std::move(facts.remark);
    open->row.size = facts.size;
    open->row.mtime_ns = facts.mtime_ns;
    open->book.records_in = records_in;
    open->book.settled.expect(records_in);
    // A file of which everything is settled gets no further fate that would write its row.
    if (open->row.keep_because || open->book.complete()) {
        touched_.insert(file);
        return;
    }
    if (!rows_due_at_) rows_due_at_ = now + row_wait;
    waiting_rows_.push_back(file);
}

void queue_books::take_waiting_rows(boot_time now) {
    if (!rows_due_at_ || now < *rows_due_at_) return;
    for (const std::uint64_t number : waiting_rows_) {
        // With its first fate the row was written already, and its records were counted.
        const open_file* const open = find(number);
        if (open != nullptr && open->uncounted != 0) touched_.insert(number);
    }
    waiting_rows_.clear();
    rows_due_at_.reset();
}

// Records come in runs of one file, so the book is looked up once a run.
void queue_books::settle(const batch_outcome& outcome,
                         const std::function<void(const settled_record&)>& twice) {
    auto at = files_.end();
    for (const settled_record& record : outcome.records) {
        if (at == files_.end() || at->first != record.file) {
            at = files_.find(record.file);
            if (at != files_.end()) touched_.insert(record.file);
        }
        // A record with two fates, or of no known file, is an error of ours: it is told and not
        // counted.
        if (at == files_.end() || !at->second.book.settled.insert(record.ordinal))
            twice(record);
        else
            at->second.book.counts.add(record.fate);
    }
    for (const dead_letter& letter : outcome.dead_letters) {
        open_file* const open = is_gathered(letter) ? find(letter.at.file) : nullptr;
        if (open != nullptr && !open->row.keep_because)
            open->row.keep_because = why_late_ones_are_kept;
    }
}

void queue_books::close(const closing& how, std::vector<file_row>& rows,
                        std::uint64_t& records_in) {
    for (const std::uint64_t number : touched_) {
        open_file& file = files_.at(number);
        close(file, how, records_in);
        rows.push_back(file.row);
    }
}

void queue_books::close(open_file& file, const closing& how, std::uint64_t& records_in) {
    file_book& book = file.book;
    records_in += std::exchange(file.uncounted, 0);
    // The watermark is the last known start of a block below which everything is settled. It may
    // lie below the first open record: then some are skipped by their bits.
    const std::uint64_t open = book.settled.first_open();
    const auto above = std::find_if(book.read_points.begin(), book.read_points.end(),
                                    [&](const read_point& point) { return point.ordinal > open; });
    if (above != book.read_points.begin()) book.watermark = *std::prev(above);
    // Points below it are not needed any more, and bits below it say nothing new.
    book.read_points.erase(book.read_points.begin(), above);
    book.settled.raise_base(book.watermark.ordinal);
    file.row.watermark = book.watermark;
    file.row.counts = book.counts;
    if (file.row.settled || !book.complete()) return;
    if (!book.balanced()) keep_apart(file, how, records_in);
    // A producer may have gone on writing after the file was read: its row must say so before it is
    // settled.
    has_grown(file.row, how.size_now(file.row));
    file.row.settled = how.now;
    ++settled_;
    // A wrong as_of would be silent otherwise.
    if (book.counts.overtaken > book.counts.settled() / 2 && how.overtaken) how.overtaken(file.row);
}

void queue_books::keep_apart(open_file& file, const closing& how, std::uint64_t& records_in) {
    const fate_counts& counts = file.book.counts;
    const std::string sums = fmt::format(
        "its books do not balance: {} records were read; {} delivered, {} superseded, "
        "{} unchanged, "
        "{} dead",
        *file.book.records_in, counts.delivered, counts.superseded, counts.unchanged, counts.dead);
    ++file.row.mismatches;
    // The totals go on with what has a fate.
    records_in += counts.settled() - *file.book.records_in;
    file.row.records_in = counts.settled();
    // Why it could not be read on tells more than the sums.
    file.row.keep_because =
        file.row.keep_because ? fmt::format("{}; {}", *file.row.keep_because, sums) : sums;
    how.disagree(file.row, sums);
}

std::optional<order_key> oldest_key(const queue_books& books) {
    std::optional<order_key> oldest;
    for (const auto& [number, file] : books.files_)
        if (file.oldest)
            oldest = std::min(oldest.value_or(order_key{*file.oldest, 0, 0}), {*file.oldest, 0, 0});
    return oldest;
}

std::vector<std::uint64_t> queue_books::may_leave(std::size_t most) const {
    std::vector<std::uint64_t> leaving;
    bool in_turn = true;
    for (const auto& [number, file] : files_) {
        // Behind an unsettled file only those of which nothing was read may leave.
        in_turn = in_turn && file.row.settled && number < unread_from_;
        if (!in_turn && files_.size() > looked_at_beyond_the_turn) break;
        if (leaving.size() == most) break;
        if (!file.row.settled) continue;
        // A file of which nothing was read owes nobody an order.
        if (in_turn || file.row.records_in == std::uint64_t{0}) leaving.push_back(number);
    }
    return leaving;
}

void queue_books::left(std::uint64_t file) {
    if (files_.at(file).row.settled) --settled_;
    files_.erase(file);
}

bool queue_books::note_growth(std::uint64_t file, std::optional<std::uint64_t> size_now) {
    open_file* const open = find(file);
    if (open == nullptr || !has_grown(open->row, size_now)) return false;
    touched_.insert(file);
    return true;
}

} // namespace hubspool
