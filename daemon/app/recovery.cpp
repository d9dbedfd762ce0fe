#include "app/recovery.hpp"

#include "base/clocks.hpp"
#include "base/log.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace hubspool {

namespace {

// The clock may have been set since.
constexpr milliseconds restored_wait_max = std::chrono::hours(24);
// A change that is so old was met by every night's drain since.
constexpr milliseconds charges_kept = std::chrono::hours(48);

std::string new_state_id() {
    std::random_device random;
    return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

result<bool> is_in_cur(queue_directory& queue, const file_row& row) {
    const auto found = queue.survey().look({row.number, row.lane, row.name, row.size});
    if (!found) return found.error();
    return found->has_value();
}

// The claimed files, and the rows of all that lies in cur/, by the directory's word.
result<void> load_files(queue_directory& queue, outcome_store& outcomes, recovered& out) {
    std::vector<skipped_name> skipped;
    result<std::vector<claimed_file>> claimed =
        queue.survey().claimed_page(0, files_known_max, skipped);
    if (!claimed) return claimed.error();
    for (const skipped_name& name : skipped)
        log::warning("a name in cur/ is no claim of hubspool and is left alone: " + name.why,
                     {{"path", name.path}});
    // Of files beyond the page only the directory knows whether they are there.
    const std::uint64_t page_end =
        claimed->size() == files_known_max ? claimed->back().number : no_file;
    std::set<std::uint64_t> present;
    for (const claimed_file& file : *claimed) present.insert(file.number);
    result<std::vector<file_row>> rows =
        outcomes.load_files(present.empty() ? no_file : *present.begin());
    if (!rows) return rows.error();
    result<void> looked;
    out.files = files_at_start::of(std::move(*rows), [&](const file_row& row) {
        if (row.number <= page_end) return present.contains(row.number);
        const result<bool> there = is_in_cur(queue, row);
        if (!there) looked = there.error();
        return there && *there;
    });
    if (!looked) return looked;
    std::map<std::uint64_t, file_begun> begun;
    for (const auto& [number, file] : out.files.open)
        begun[number] = {file.row.watermark, file.row.settled.has_value(), file.row.size,
                         file.row.mtime_ns};
    out.intake.files = reading_list(std::move(begun));
    out.intake.files.take_page(std::move(*claimed));
    return {};
}

result<void> close_vanished(outcome_store& outcomes, recovered& out) {
    if (out.files.vanished.empty()) return {};
    if (!out.database_lost) {
        for (const file_row& row : out.files.vanished)
            log::error(
                "a file that was not settled has vanished from cur/; what of it was not sent is "
                "not sent",
                {{"file", row.number}, {"name", row.name}});
    }
    out.files.close_vanished(wall_now(), out.meta.totals);
    const auto closed = outcomes.commit({.files = out.files.vanished, .totals = out.meta.totals});
    if (!closed) return closed.error();
    out.mark.commit = *closed;
    return {};
}

result<void> load_settled(outcome_store& outcomes, recovered& out) {
    if (out.files.open.empty()) return {};
    return outcomes.load_settled(out.files.settled_from(),
                                 [&](const settled_record& record) { out.files.take_up(record); });
}

} // namespace

result<recovered> recover(queue_directory& queue, outcome_store& outcomes,
                          operator_requests& requests) {
    recovered out;
    // The request first: a resume that comes between the two is then heeded, not lost.
    const auto request = requests.read_request();
    if (!request) return request.error();
    result<meta> loaded = outcomes.load_meta();
    if (!loaded) return loaded.error();
    out.resumes = request->resumes;
    out.meta = *loaded;
    auto mark = queue.read_run_mark();
    if (!mark) return mark.error();
    const result<std::uint64_t> named = queue.survey().largest_number();
    if (!named) return named.error();
    out.run_before = mark->has_value() || *named > 0;
    const meta& known = out.meta;
    const start_plan plan =
        plan_start({known.fresh(),
                    {known.state_id, known.run, known.last_number, known.commit},
                    known.frontier,
                    *mark,
                    *named});
    out.database_lost = plan.database_lost;
    out.intake.next_number = plan.last_number + 1;
    out.intake.frontier = plan.frontier;
    out.mark.state_id = plan.foreign || known.state_id.empty() ? new_state_id() : known.state_id;
    out.mark.run = plan.run;
    out.mark.last_number = plan.last_number;
    if (plan.database_lost) {
        // Of another queue's changes, or of some that have had their fate since.
        out.meta.charges.clear();
        // Before anything else: a crash after begin_run() would find a database that seems to be
        // ours.
        commit_unit unit;
        unit.frontier = plan.frontier;
        unit.last_number = plan.last_number;
        unit.commit_above = plan.commit_above;
        unit.new_epoch = true;
        if (auto done = outcomes.commit(unit); !done) return done.error();
    }
    const auto begun = outcomes.begin_run(out.mark.run, out.mark.state_id);
    if (!begun) return begun.error();
    out.mark.commit = *begun;
    if (plan.foreign) { // begin_run() has forgotten the other queue's files
        totals& sums = out.meta.totals;
        sums.records_in = sums.delivered + sums.superseded + sums.dead_lettered;
    }
    if (auto done = load_files(queue, outcomes, out); !done) return done.error();
    if (auto done = close_vanished(outcomes, out); !done) return done.error();
    if (auto done = load_settled(outcomes, out); !done) return done.error();
    if (auto done = queue.write_run_mark(out.mark); !done) return done.error();
    return out;
}

event::run_before left_by_run_before(const recovered& found, const sending_leftovers& sent,
                                     const moment& now) {
    event::run_before left;
    left.frontier = std::max(found.meta.frontier, found.intake.frontier);
    for (const auto& [number, file] : found.files.open)
        if (!file.row.settled) left.files.emplace_back(number, file.book.settled);
    left.slots = sent.released_at;
    for (const sending_leftovers::unanswered& request : sent.requests) {
        // What was answered has its slot among those that are released.
        if (!request.answered) ++left.unanswered;
        for (const std::uint64_t hash : request.id_hashes)
            left.may_land.emplace_back(hash, request.held_until);
    }
    left.hold_all_until = sent.hold_all_until;
    for (const charge& c : found.meta.charges) {
        // Of a change that is gone by all likelihood: its object may have another one by now.
        if (now.wall - c.last > charges_kept) continue;
        left.charges.emplace_back(c, now.boot - std::clamp(now.wall - c.last, milliseconds(0),
                                                           milliseconds(restored_wait_max)));
    }
    left.paused = found.meta.paused;
    for (const park_row& row : found.meta.parks) {
        park p;
        p.reason = row.reason;
        p.since = row.since;
        p.words = row.words;
        p.probe_at = boot_time::max();
        if (row.reason != park_reason::paused && row.probe_at)
            p.probe_at = now.boot + std::clamp(*row.probe_at - now.wall, milliseconds(0),
                                               milliseconds(restored_wait_max));
        left.parks.push_back(std::move(p));
    }
    left.requests_today = found.meta.today;
    return left;
}

} // namespace hubspool
