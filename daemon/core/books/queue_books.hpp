// The books of all files in cur/ that reading has come to: what is written of them, and which may
// leave.
//
// Three rules. A file is settled when it was read to its end and every record has its fate; its row
// says so before it is moved. Files leave in number order, except those of which nothing was read:
// none stays behind later ones, or a lost database would let its old values go over theirs. A file
// whose sums disagree is kept apart.
// Pure. Owned by the state thread (and filled once by recovery).
#pragma once

#include "core/books/batch_outcome.hpp"
#include "core/books/file_books.hpp"
#include "core/books/file_row.hpp"
#include "core/words/arrival.hpp"
#include "core/words/order_key.hpp"
#include "core/words/time.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace hubspool {

// A file in cur/ of which reading has begun, or which only waits to be moved.
struct open_file {
    file_row row;
    file_book book;
    std::uint64_t uncounted = 0;         // of its records: they come into the totals with its row
    std::optional<as_of_ms> oldest = {}; // as_of of what of it was read in this run
};

// What is known of a file while it is read: it must outlive a restart in the middle.
struct read_facts {
    std::uint64_t size = 0; // at the first look
    std::int64_t mtime_ns = 0;
    std::optional<std::string> keep_because;
    std::optional<as_of_ms> oldest = {}; // as_of of its records
    std::string remark = {};             // at its end, of what was read in this run
};

struct books_size {
    std::size_t files = 0;
    std::size_t settled = 0; // of these: they only wait for their turn to leave
};

class queue_books {
public:
    // Of a run before. `unread_from`: the lowest number in cur/ of which reading has not begun; the
    // lanes are read side by side, so that may be below this one.
    void restore(open_file file, std::uint64_t unread_from = no_file);

    // Reading of it begins.
    void started(file_row row, std::uint64_t unread_from = no_file);
    void block_read(std::uint64_t file, const read_point& from, read_facts facts);
    // To its end. Its row is written soon when nothing else would write it; else it waits for the
    // first fate, and is then written once instead of twice, but no longer than row_wait.
    void read_to_end(std::uint64_t file, std::uint64_t records_in, read_facts facts, boot_time now);
    static constexpr milliseconds row_wait{300};
    // When the first of those that wait has waited long enough; then all are taken.
    std::optional<boot_time> rows_due_at() const { return rows_due_at_; }
    void take_waiting_rows(boot_time now);
    // What an answer settled. `twice` is told of what has a fate already, or is of no known file.
    void settle(const batch_outcome& outcome,
                const std::function<void(const settled_record&)>& twice);

    // Closes what is complete. Adds the rows that the next commit writes to `rows`, and what they
    // bring into the totals to `records_in`. `size_now` tells the size of a file that is about to
    // be settled (nothing: it cannot be told), `disagree` hears of a file that is kept apart, and
    // `overtaken` of one of which more than half lost to what was delivered before.
    struct closing {
        wall_time now;
        std::function<std::optional<std::uint64_t>(const file_row&)> size_now;
        std::function<void(const file_row&, const std::string& sums)> disagree;
        std::function<void(const file_row&)> overtaken = {};
    };
    void close(const closing& how, std::vector<file_row>& rows, std::uint64_t& records_in);
    void written() { touched_.clear(); }
    // There is something for the next commit to write.
    bool has_rows() const { return !touched_.empty(); }

    // Settled files that may leave cur/ now, in order; the first so many of them.
    std::vector<std::uint64_t> may_leave(std::size_t most = SIZE_MAX) const;
    // True when it has grown since it was read: its row says so first, with the next commit, since
    // those who wait for the file read the row.
    bool note_growth(std::uint64_t file, std::optional<std::uint64_t> size_now);
    void left(std::uint64_t file);

    const file_row& row(std::uint64_t file) const { return files_.at(file).row; }
    books_size size() const { return {files_.size(), settled_}; }

private:
    friend std::optional<order_key> oldest_key(const queue_books& books);
    open_file* find(std::uint64_t file);
    void close(open_file& file, const closing& how, std::uint64_t& records_in);
    void keep_apart(open_file& file, const closing& how, std::uint64_t& records_in);

    std::map<std::uint64_t, open_file> files_;
    std::size_t settled_ = 0;                 // of files_
    std::uint64_t unread_from_ = no_file;     // what is not in files_, in cur/
    std::set<std::uint64_t> touched_;         // whose rows the next commit writes
    std::vector<std::uint64_t> waiting_rows_; // read to their end, and nothing is settled yet
    std::optional<boot_time> rows_due_at_;
};

// Not above any key that may be pending; nothing: nothing is.
std::optional<order_key> oldest_key(const queue_books& books);

} // namespace hubspool
