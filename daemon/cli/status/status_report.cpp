#include "cli/status/status_report.hpp"

#include "base/clocks.hpp"
#include "cli/queue_files.hpp"
#include "cli/status/backlog_estimate.hpp"
#include "core/words/claim_stamp.hpp"
#include "state/replay/replay_jobs.hpp"
#include "state/state_store.hpp"

#include <algorithm>
#include <cerrno>
#include <map>

namespace hubspool {

namespace {

result<void> look_at_queue(const settings& options, status_report& report) {
    auto queue = open_what_is_made(options, [&] { return look_into_queue(options.queue); });
    if (!queue) return queue.error();
    const auto waiting = (*queue)->waiting();
    if (!waiting) return waiting.error();
    // What waits is unread as a whole.
    report.waiting = report.unread = {waiting->files, waiting->bytes};
    report.arrivals = *waiting;

    std::map<std::uint64_t, const file_row*> rows;
    for (const file_row& row : report.books.files) rows[row.number] = &row;
    auto visited = each_claimed(**queue, [&](const claimed_file& file) {
        const auto row = rows.find(file.number);
        // The first one is the oldest: claims come in order.
        if (report.open_files++ == 0) {
            const auto look = (*queue)->look(file);
            if (row != rows.end()) {
                report.oldest = row->second->claimed;
            } else if (look && *look) {
                report.oldest = wall_time(milliseconds((*look)->mtime_ns / 1000000));
            }
        }
        status_report::waiting_exits& turn = report.waits_for_turn;
        const bool is_settled = row != rows.end() && row->second->settled;
        if (!is_settled && turn.behind == 0) {
            turn.behind = file.number;
            turn.behind_lane = file.lane;
        }
        // What stands before the first one is just being moved.
        if (is_settled && turn.behind != 0) ++turn.files;
        // Read to its end: nothing of it is unread.
        if (row != rows.end() && row->second->records_in) return;
        queue_file open{row == rows.end() ? file_row{} : *row->second, true, file_place::cur};
        if (open.row.watermark.offset > 0) open.is_plain = is_plain(**queue, file);
        ++report.unread.files;
        // A file that was begun counts from its watermark on.
        report.unread.bytes += row == rows.end() ? file.size : open.unread_bytes();
    });
    report.rejected = (*queue)->rejected();
    report.free_bytes = (*queue)->free_bytes();
    return visited;
}

result<void> find_replay(const settings& options, status_report& report) {
    auto jobs = replay_jobs::open(options.state.directory, replay_jobs::access::look);
    if (!jobs) return jobs.error();
    const auto job = jobs->under_way();
    if (!job) return job.error();
    if (!*job) return {};
    const auto progress = jobs->progress_of((*job)->id);
    if (!progress) return progress.error();
    // Whoever does it has not noted yet that it is done.
    if (!progress->is_done(**job)) report.replay.emplace(**job, *progress);
    return {};
}

result<std::optional<std::uint64_t>> lowest_claimed(const settings& options) {
    auto queue = open_what_is_made(options, [&] { return look_into_queue(options.queue); });
    if (!queue) return queue.error();
    return (*queue)->lowest_claimed();
}

// By the records of the files of late.
std::optional<std::uint64_t> records_unread(const status_report& report) {
    // Nothing is unread, whatever a record's size is.
    if (report.unread.bytes == 0) return 0;
    std::uint64_t bytes = 0, records = 0;
    for (const file_row& row : report.books.files) {
        // Of a compressed file that is being read nobody knows how much of it that is.
        if (!row.records_in && row.watermark.offset > row.size) continue;
        bytes += row.records_in ? row.size : row.watermark.offset;
        records += row.records_in.value_or(row.watermark.ordinal);
    }
    // Nothing was read of late that could tell.
    if (bytes == 0 || records == 0) return std::nullopt;
    const double a_byte = static_cast<double>(records) / static_cast<double>(bytes);
    return static_cast<std::uint64_t>(static_cast<double>(report.unread.bytes) * a_byte) + 1;
}

// Nothing stands in the way of sending.
bool flows(const status_report& report) {
    const daemon_status* const told = report.told();
    return told != nullptr && !report.stuck && report.books.meta.parks.empty() && told->breaker &&
           !told->is_unreachable() && told->holds.empty();
}

} // namespace

record_totals totals_of(const books_snapshot& books) {
    record_totals totals;
    const hubspool::totals& known = books.meta.totals;
    totals.records_in = known.records_in;
    totals.delivered = known.delivered;
    totals.superseded = known.superseded;
    totals.dead_lettered = known.dead_lettered;
    totals.overtaken = known.overtaken;
    totals.unchanged = known.unchanged;
    for (const file_row& row : books.files) {
        // Not read to its end: what is settled of it counts as read.
        if (!row.records_in) {
            totals.records_in += row.counts.settled();
        } else if (!row.settled) {
            totals.pending += *row.records_in - std::min(*row.records_in, row.counts.settled());
        }
    }
    return totals;
}

std::optional<wall_time> status_report::clock_lags_until(wall_time now) const {
    const as_of_ms last = books.meta.last_stamp;
    if (!clock_was_set_back(last, now.time_since_epoch().count())) return std::nullopt;
    return wall_time(milliseconds(last));
}

result<status_report> make_status_report(const settings& options) {
    status_report report;
    auto store = state_store::open(options.state.directory, state_store::access::read_only);
    // Before the first start there is none.
    if (!store && store.error().code != ENOENT) return store.error();
    if (store) {
        // Before the rows: what leaves cur/ in between has its row all the same.
        const auto lowest = lowest_claimed(options);
        if (!lowest) return lowest.error();
        auto books = (*store)->load_books(lowest->value_or(no_file));
        if (!books) return books.error();
        report.has_state = true;
        report.books = std::move(*books);
        if (auto found = find_replay(options, report); !found) return found.error();
    }
    report.totals = totals_of(report.books);
    for (const file_row& row : report.books.files) {
        if (row.mismatches > 0) report.mismatched.push_back(row);
    }
    if (auto looked = look_at_queue(options, report); !looked) return looked.error();
    report.daemon = find_daemon(options);
    if (report.daemon) report.stuck = report.daemon->stuck(options);
    report.unread_records = records_unread(report);
    // Anything that holds sending makes the estimate one for afterwards.
    report.flows = flows(report);
    if (report.told() != nullptr && report.unread_records)
        report.sending_takes =
            time_to_send_all(options, *report.told(), *report.unread_records, wall_now());
    return report;
}

} // namespace hubspool
