#include "app/recovery.hpp"

#include "base/clocks.hpp"
#include "base/log.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <random>
#include <set>

namespace hubspool {

namespace {

// The clock may have been set since.
constexpr milliseconds restored_wait_max = std::chrono::hours(24);

std::string new_state_id() {
    std::random_device random;
    return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

// Why the database cannot be this queue's latest, if so.
std::optional<std::string> lost(const meta& known, bool fresh, bool worked_on,
                                const std::optional<queue_directory::run_mark>& mark) {
    if (!mark) {
        if (fresh && worked_on) return "the state database is new, but there are claimed files";
        return std::nullopt;
    }
    if (fresh) return "the state database is new, but this queue was worked on before";
    if (mark->state_id != known.state_id) return "the state database belongs to another queue";
    if (mark->commit > known.commit)
        return fmt::format("the state database is older than the queue (commit {} of {})",
                           known.commit, mark->commit);
    return std::nullopt;
}

result<bool> is_in_cur(queue_directory& queue, const file_row& row) {
    const auto found = queue.look({row.number, row.lane, row.name, row.size});
    if (!found) return found.error();
    return found->has_value();
}

result<void> load_files(queue_directory& queue, state_store& store, recovered& out) {
    std::vector<skipped_name> skipped;
    result<std::vector<claimed_file>> claimed = queue.claimed_page(0, files_known_max, skipped);
    if (!claimed) return claimed.error();
    // The rows of all that lies in cur/, by the directory's word.
    std::map<std::uint64_t, file_row> rows;
    result<std::vector<file_row>> loaded =
        store.load_files(claimed->empty() ? no_file : claimed->front().number);
    if (!loaded) return loaded.error();
    for (file_row& row : *loaded) rows.emplace(row.number, std::move(row));
    for (const skipped_name& name : skipped)
        log::warning("a name in cur/ is no claim of hubspool and is left alone: " + name.why,
                     {{"path", name.path}});
    if (claimed->size() == files_known_max) out.intake.more_after = claimed->back().number;
    const std::uint64_t page_end = out.intake.more_after.value_or(0);
    std::set<std::uint64_t> present;
    for (claimed_file& file : *claimed) {
        present.insert(file.number);
        out.intake.files.push_back({std::move(file), file_format::unknown, {}});
    }
    for (auto& [number, row] : rows) {
        const result<bool> there = page_end == 0 || number <= page_end
                                       ? result<bool>(present.contains(number))
                                       : is_in_cur(queue, row);
        if (!there) return there.error();
        if (!*there) { // a row of a file that has left is history
            if (!row.settled) out.vanished.push_back(std::move(row));
            continue;
        }
        out.intake.begun[number] = {row.format, row.watermark, row.settled.has_value(), row.size,
                                    row.mtime_ns};
        open_file open;
        open.book.counts = row.counts;
        open.book.watermark = row.watermark;
        open.book.settled.raise_base(row.watermark.ordinal);
        open.row = std::move(row);
        out.files.emplace(number, std::move(open));
    }
    std::erase_if(out.intake.files, [&](file_to_read& f) { return !out.intake.take_up(f); });
    return {};
}

// An old copy of the database does not know that a file was settled and has left; or somebody took
// the file away. Its books are closed with what is known to have a fate.
result<void> close_vanished(state_store& store, recovered& out) {
    if (out.vanished.empty()) return {};
    commit_unit unit;
    unit.totals = out.meta.totals;
    for (file_row& row : out.vanished) {
        if (!out.database_lost)
            log::error(
                "a file that was not settled has vanished from cur/; what of it was not sent is "
                "not sent",
                {{"file", row.number}, {"name", row.name}});
        unit.totals->records_in += row.counts.settled() - row.records_in.value_or(0);
        row.records_in = row.counts.settled();
        row.settled = wall_now();
        unit.files.push_back(row);
    }
    out.meta.totals = *unit.totals;
    return store.commit(unit);
}

result<void> load_settled(state_store& store, recovered& out) {
    if (out.files.empty()) return {};
    return store.load_settled(out.files.begin()->first, [&](const settled_record& record) {
        const auto file = out.files.find(record.file);
        if (file != out.files.end()) file->second.book.settled.insert(record.ordinal);
    });
}

} // namespace

result<recovered> recover(queue_directory& queue, state_store& store) {
    recovered out;
    // The wish first: a resume that comes between the two is then heeded, not lost.
    const auto wish = store.read_wish();
    if (!wish) return wish.error();
    result<meta> loaded = store.load_meta();
    if (!loaded) return loaded.error();
    out.resumes = wish->resumes;
    out.meta = *loaded;
    auto mark = queue.read_run_mark();
    if (!mark) return mark.error();
    const result<std::uint64_t> named = queue.largest_number();
    if (!named) return named.error();
    out.run_before = mark->has_value() || *named > 0;
    out.database_lost = lost(out.meta, store.fresh(), *named > 0, *mark);
    const bool foreign = out.database_lost && *mark && (*mark)->state_id != out.meta.state_id;

    const std::uint64_t marked = *mark ? (*mark)->last_number : 0;
    const std::uint64_t last =
        std::max({*named, marked, out.meta.last_number, out.meta.frontier.file});
    out.intake.next_number = last + 1;
    out.intake.frontier = out.database_lost ? end_of_file(last) : out.meta.frontier;

    out.mark.state_id = foreign || out.meta.state_id.empty() ? new_state_id() : out.meta.state_id;
    out.mark.run = std::max(out.meta.run, *mark ? (*mark)->run : 0) + 1;
    out.mark.last_number = last;
    if (out.database_lost) {
        // Before anything else: a crash after begin_run() would find a database that seems to be
        // ours.
        commit_unit unit;
        unit.frontier = out.intake.frontier;
        unit.last_number = last;
        if (auto done = store.commit(unit); !done) return done.error();
    }
    if (auto begun = store.begin_run(out.mark.run, out.mark.state_id); !begun) return begun.error();
    if (foreign) { // begin_run() has forgotten the other queue's files
        totals& sums = out.meta.totals;
        sums.records_in = sums.delivered + sums.superseded + sums.dead_lettered;
    }
    if (auto done = load_files(queue, store, out); !done) return done.error();
    if (auto done = close_vanished(store, out); !done) return done.error();
    if (auto done = load_settled(store, out); !done) return done.error();
    out.mark.commit = store.commit_number();
    if (auto done = queue.write_run_mark(out.mark); !done) return done.error();
    return out;
}

void restore(dispatcher& core, const recovered& from, const sending_leftovers& left, boot_time now,
             wall_time wall) {
    core.await_frontier();
    core.raise_frontier(std::max(from.meta.frontier, from.intake.frontier), now);
    for (const auto& [number, file] : from.files) {
        if (!file.row.settled) core.restore_settled(number, file.book.settled);
    }
    for (const auto& [release, count] : left.released_at) core.restore_slots(release, count);
    for (const sending_leftovers::unanswered& request : left.requests) {
        if (!request.answered) core.restore_unanswered(now);
        for (const std::uint64_t hash : request.id_hashes)
            core.hold_object(hash, request.held_until);
    }
    if (left.hold_all_until) core.hold_all(*left.hold_all_until, hold_cause::restart);
    if (from.meta.paused) core.pause({now, wall, 0});
    for (const park_row& row : from.meta.parks) {
        park p;
        p.reason = row.reason;
        p.since = row.since;
        p.words = row.words;
        p.probe_at = boot_time::max();
        if (row.reason != park_reason::paused && row.probe_at)
            p.probe_at = now + std::clamp(*row.probe_at - wall, milliseconds(0), restored_wait_max);
        core.restore_park(p);
    }
}

} // namespace hubspool
