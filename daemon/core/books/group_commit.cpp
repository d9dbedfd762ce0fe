#include "core/books/group_commit.hpp"

#include <algorithm>
#include <utility>

namespace hubspool {

void group_commit::add(batch_outcome outcome, std::size_t bytes) {
    bytes_ += bytes;
    // What was found while reading took no request.
    if (outcome.batch != 0) ++totals_.requests;
    unit_.outcomes.push_back(std::move(outcome));
    due_ = true;
}

void group_commit::add(file_row row) {
    unit_.files.push_back(std::move(row));
    due_ = true;
}

void group_commit::number_given(std::uint64_t number) {
    // Not due by itself: a number without a record is worth no transaction.
    last_number_ = std::max(last_number_, number);
    unit_.last_number = last_number_;
}

void group_commit::raise_frontier(lane which, arrival upto) {
    // The farthest one counts: reading goes on while this waits.
    unit_.read_to[which] = std::max(unit_.read_to[which], upto);
    due_ = true;
}

void group_commit::count_day(day_count count) {
    unit_.today = count;
    due_ = true;
}

void group_commit::replace_parks(std::vector<park_row> parks) {
    unit_.parks = std::move(parks);
    due_ = true;
}

void group_commit::change_portal(portal_change change) {
    // Of two in one commit the last one counts; what was another's stays so.
    if (unit_.portal) change.is_from_another |= unit_.portal->change.is_from_another;
    unit_.portal = {std::move(change), unit_.outcomes.size()};
    due_ = true;
}

void group_commit::stamp_given(as_of_ms stamp) {
    unit_.last_stamp = std::max(unit_.last_stamp, stamp);
}

milliseconds group_commit::wait_for_more(const queue_books& books, boot_time now) const {
    // The loop thread waits for these before it sends.
    const bool is_urgent = unit_.read_to != frontiers{} || unit_.today || unit_.parks;
    // One outcome a commit: they come slower than they are committed.
    if (!due(books) || is_urgent || together_ < 2) return milliseconds(0);
    // Since the last commit: so often at most, however many outcomes come.
    return std::max(committed_at_ + wait_max - now, milliseconds(0));
}

const commit_unit& group_commit::close(queue_books& books, const queue_books::closing& how) {
    // Rows of files as they stand now: what the outcomes have settled is in them.
    books.close(how, unit_.files, totals_.records_in);
    unit_.totals = totals_;
    return unit_;
}

group_commit::durable group_commit::committed(queue_books& books, boot_time now) {
    // For the loop thread: what is durable now, and how much memory comes back.
    durable done{{}, std::exchange(bytes_, 0), unit_.read_to, unit_.today};
    done.tickets.reserve(unit_.outcomes.size());
    for (const batch_outcome& outcome : unit_.outcomes) done.tickets.push_back(ticket_of(outcome));
    // How many came together: when it was one, waiting for a second would only delay it.
    together_ = done.tickets.size();
    committed_at_ = now;
    books.written();
    unit_ = {};
    due_ = false;
    return done;
}

} // namespace hubspool
