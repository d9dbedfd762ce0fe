#include "core/books/start_plan.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace hubspool {

namespace {

// Why the database cannot be this queue's latest, if so.
// A queue without cur/.run was never worked on, unless the database or claimed files say otherwise.
std::optional<std::string> why_lost(const start_facts& facts) {
    if (!facts.mark) {
        if (!facts.fresh)
            return "cur/.run is missing, so that nothing tells whether the state database is the "
                   "latest";
        if (facts.named > 0) return "the state database is new, but there are claimed files";
        return std::nullopt;
    }
    if (facts.fresh) return "the state database is new, but this queue was worked on before";
    if (facts.mark->state_id != facts.known.state_id)
        return "the state database belongs to another queue";
    // Commit numbers only rise: a database behind the mark is an old copy.
    if (facts.mark->commit > facts.known.commit)
        return fmt::format("the state database is older than the queue (commit {} of {})",
                           facts.known.commit, facts.mark->commit);
    return std::nullopt;
}

} // namespace

start_plan plan_start(const start_facts& facts) {
    // A missing mark is all zeros: then the database alone counts.
    const run_mark mark = facts.mark.value_or(run_mark{});
    start_plan plan;
    plan.database_lost = why_lost(facts);
    plan.foreign = plan.database_lost && facts.mark && facts.mark->state_id != facts.known.state_id;
    plan.run = std::max(facts.known.run, mark.run) + 1;
    // A number that was ever given is never given again, whoever remembers it.
    plan.last_number = std::max({facts.named, mark.last_number, facts.known.last_number,
                                 facts.read_to.live.file, facts.read_to.bulk.file});
    // Nor does a stamp fall, also when the clock was set back and cur/ is empty.
    plan.last_stamp = std::max({facts.named_stamp, mark.last_stamp, facts.known.last_stamp});
    // With a lost database anything in cur/ may have been delivered: nothing goes before all of it
    // is read.
    const arrival all = end_of_file(plan.last_number);
    plan.read_to = plan.database_lost ? frontiers{all, all} : facts.read_to;
    // Numbered above both: no copy of either can pass for the newest one later.
    plan.commit_above = std::max(facts.known.commit, mark.commit);
    return plan;
}

order_key horizon_of_lost(const std::optional<file_order>& lowest, as_of_ms last_stamp,
                          std::uint64_t last_number) {
    // Not above what comes next: its stamp may be the same, but not its number.
    if (!lowest) return {last_stamp, last_number + 1, 0};
    return {lowest->stamp, lowest->number, 0};
}

files_at_start files_at_start::of(std::vector<file_row> rows,
                                  const std::function<bool(const file_row&)>& is_in_cur) {
    files_at_start files;
    for (file_row& row : rows) {
        // A row of a file that left without being settled: somebody took it away, or the database
        // is old.
        if (!is_in_cur(row)) { // a row of a file that has left is history
            if (!row.settled) files.vanished.push_back(std::move(row));
            continue;
        }
        open_file file;
        file.book.counts = row.counts;
        file.book.watermark = row.watermark;
        // Below the watermark all is settled; what lies above comes from the blobs by take_up().
        file.book.settled.raise_base(row.watermark.ordinal);
        file.row = std::move(row);
        files.open.emplace(file.row.number, std::move(file));
    }
    return files;
}

void files_at_start::take_up(const settled_record& record) {
    const auto file = open.find(record.file);
    if (file != open.end()) file->second.book.settled.insert(record.ordinal);
}

void files_at_start::close_vanished(wall_time now, totals& sums) {
    for (file_row& row : vanished) {
        // What the row counted as read, but never as settled, leaves the totals: nobody will settle
        // it now.
        sums.records_in += row.counts.settled() - row.records_in.value_or(0);
        row.records_in = row.counts.settled();
        row.settled = now;
    }
}

} // namespace hubspool
