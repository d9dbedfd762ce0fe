#include "app/settle/file_exits.hpp"

#include "base/log.hpp"

#include <algorithm>

namespace hubspool {

void file_exits::move(queue_books& books, boot_time now) {
    has_more_ = false;
    const std::vector<std::uint64_t> leaving = books.may_leave(moves_a_turn);
    // In order of number, up to the first that may not leave.
    for (const std::uint64_t number : leaving) {
        const file_row& row = books.row(number);
        // Its row first: those who wait for the file read the row. Those behind it wait with it.
        if (books.note_growth(number, size_now(row))) return;
        const result<void> moved = move_out(row, now);
        if (!moved) {
            // Once for each reason: it is tried again every second.
            if (trouble_ != moved.error().message)
                log::error("a settled file cannot leave cur/: " + moved.error().message,
                           {{"file", row.number}, {"name", row.name}});
            trouble_ = moved.error().message;
            return;
        }
        trouble_.clear();
        books.left(number);
    }
    // Whoever waits for the thread is heard before the next.
    has_more_ = leaving.size() == moves_a_turn;
}

std::optional<std::uint64_t> file_exits::size_now(const file_row& row) {
    const auto now = moves_.look(file_of(row));
    if (!now || !*now) return std::nullopt;
    // A failure is as if it had not grown: the move that follows tells.
    return (*now)->size;
}

result<void> file_exits::move_out(const file_row& row, boot_time now) {
    const claimed_file claimed = file_of(row);
    // Not wholly readable: it stays where a person finds it.
    if (row.keep_because) {
        log::warning("a file goes to rejected/: " + *row.keep_because,
                     {{"file", row.number}, {"name", row.name}});
        const result<void> rejected = moves_.reject(claimed, *row.keep_because);
        if (rejected) ++rejected_;
        return rejected;
    }
    // Without retention there is no done/.
    if (options_.queue.retention.count() == 0) return moves_.remove(claimed);
    const result<void> moved = moves_.to_done(claimed, *row.settled);
    // From now on it is looked at for a while: a producer may still hold it open.
    if (moved) late_growth_.watch(row, now);
    return moved;
}

std::vector<file_row> file_exits::look_for_late_growth(boot_time now, bool at_once) {
    const std::optional<boot_time> due = late_growth_.next_look();
    // At the end once more, whatever is due: there is no later.
    if (!at_once && (!due || now < *due)) return {};
    std::vector<file_row> grown = late_growth_.look(moves_, now);
    rejected_ += grown.size();
    return grown;
}

std::optional<boot_time> file_exits::next(boot_time now) const {
    const std::optional<boot_time> look = late_growth_.next_look();
    if (trouble_.empty()) return look;
    // A move that failed is tried again soon.
    return std::min(look.value_or(boot_time::max()), now + retry_every);
}

} // namespace hubspool
