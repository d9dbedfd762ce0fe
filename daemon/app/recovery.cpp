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

// The files in cur/, a page at a time, for who asks for them in number order.
class claimed_pages {
public:
    claimed_pages(queue_directory& queue, const std::vector<claimed_file>& first)
        : queue_(queue), page_(&first) {}

    // Null: no file of that number is there.
    result<const claimed_file*> find(std::uint64_t number) {
        // A full page: what lies beyond it is in the next one.
        while (page_->size() == files_known_max && page_->back().number < number) {
            std::vector<skipped_name> skipped; // told with the first page
            auto next =
                queue_.survey().claimed_page(page_->back().number, files_known_max, skipped);
            if (!next) return next.error();
            further_ = std::move(*next);
            page_ = &further_;
        }
        const auto at = std::ranges::lower_bound(*page_, number, {}, &claimed_file::number);
        return at != page_->end() && at->number == number ? &*at : nullptr;
    }

private:
    queue_directory& queue_;
    const std::vector<claimed_file>* page_;
    std::vector<claimed_file> further_;
};

// A row that was written before its file got a stamp learns of it, or the file would not be found
// under its name. So it does after an update, once.
result<void> note_stamps(outcome_store& outcomes, std::vector<file_row> changed, recovered& out) {
    if (changed.empty()) return {};
    const auto done = outcomes.commit({.files = std::move(changed)});
    if (!done) return done.error();
    out.mark.commit = *done;
    return {};
}

// What is to be read of each lane. `first`: the first page of cur/, of both.
result<void> list_files(const queue_directory& queue, std::vector<claimed_file> first,
                        recovered& out) {
    per_lane<std::map<std::uint64_t, file_begun>> begun;
    for (const auto& [number, file] : out.files.open)
        begun[file.row.lane][number] = {file.row.watermark, file.row.settled.has_value(),
                                        file.row.size, file.row.mtime_ns};
    const bool is_all = first.size() < files_known_max;
    per_lane<std::vector<claimed_file>> pages;
    if (is_all)
        for (claimed_file& file : first) pages[file.lane].push_back(std::move(file));
    for (const lane which : both_lanes) {
        std::vector<skipped_name> skipped; // told with the first page
        result<std::vector<claimed_file>> page = std::move(pages[which]);
        if (!is_all) page = queue.survey().claimed_page(0, files_known_max, skipped, which);
        if (!page) return page.error();
        out.intake.files[which] = reading_list(std::move(begun[which]));
        out.intake.files[which].take_page(std::move(*page));
    }
    return {};
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
    result<std::vector<file_row>> rows =
        outcomes.load_files(claimed->empty() ? no_file : claimed->front().number);
    if (!rows) return rows.error();
    claimed_pages pages(queue, *claimed);
    std::set<std::uint64_t> present;
    std::vector<file_row> stamped;
    for (file_row& row : *rows) {
        const auto file = pages.find(row.number);
        if (!file) return file.error();
        if (*file == nullptr) continue;
        present.insert(row.number);
        if (row.stamp != (*file)->order.stamp) {
            row.stamp = (*file)->order.stamp;
            stamped.push_back(row);
        }
    }
    if (auto noted = note_stamps(outcomes, std::move(stamped), out); !noted) return noted;
    out.files = files_at_start::of(
        std::move(*rows), [&](const file_row& row) { return present.contains(row.number); });
    return list_files(queue, std::move(*claimed), out);
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

// What came before the lowest file of cur/ may have been delivered, and nobody knows. So that none
// of it comes back there, what has left is durable first.
result<order_key> horizon_of_lost(const queue_directory& queue, as_of_ms last_stamp,
                                  std::uint64_t last_number) {
    if (auto synced = queue.sync_moves_of_before(); !synced) return synced.error();
    std::vector<skipped_name> skipped;
    const auto lowest = queue.survey().claimed_page(0, 1, skipped);
    if (!lowest) return lowest.error();
    return hubspool::horizon_of_lost(lowest->empty() ? std::nullopt
                                                     : std::optional(lowest->front().order),
                                     last_stamp, last_number);
}

// Nothing that lies beyond its lane's frontier was ever sent, so all else has a key that is not
// above.
order_key newest_key_of(const recovered& found, const frontiers& read_to) {
    const std::uint64_t newest = std::max(read_to.live.file, read_to.bulk.file);
    if (newest == 0) return {};
    const auto file = found.files.open.find(newest);
    const as_of_ms stamp =
        file != found.files.open.end() ? file->second.row.stamp : found.mark.last_stamp;
    return {stamp, newest, UINT64_MAX};
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
    const result<last_given> named = queue.survey().given();
    if (!named) return named.error();
    out.run_before = mark->has_value() || named->number > 0;
    const meta& known = out.meta;
    const start_plan plan =
        plan_start({known.fresh(),
                    {known.state_id, known.run, known.last_number, known.commit, known.last_stamp},
                    known.read_to,
                    *mark,
                    named->number,
                    named->stamp});
    out.database_lost = plan.database_lost;
    out.intake.last_stamp = plan.last_stamp;
    if (named->lack_stamps) {
        // Files of a version without stamps: the moment of the update is theirs.
        const std::int64_t now = wall_now().time_since_epoch().count();
        out.intake.last_stamp = stamp_of_claim(plan.last_stamp, now, now);
        if (auto done = queue.stamp_claims(out.intake.last_stamp); !done) return done.error();
    }
    out.intake.next_number = plan.last_number + 1;
    out.intake.read_to = plan.read_to;
    out.mark.state_id = plan.foreign || known.state_id.empty() ? new_state_id() : known.state_id;
    out.mark.run = plan.run;
    out.mark.last_number = plan.last_number;
    out.mark.last_stamp = out.intake.last_stamp;
    if (plan.database_lost) {
        // Of another queue's changes, or of some that have had their fate since.
        out.meta.charges.clear();
        // Before anything else: a crash after begin_run() would find a database that seems to be
        // ours.
        commit_unit unit;
        unit.read_to = plan.read_to;
        unit.last_number = plan.last_number;
        unit.last_stamp = out.intake.last_stamp;
        unit.commit_above = plan.commit_above;
        unit.new_epoch = true;
        const result<order_key> horizon =
            horizon_of_lost(queue, out.intake.last_stamp, plan.last_number);
        if (!horizon) return horizon.error();
        unit.horizon = *horizon;
        out.meta.horizon = std::max(out.meta.horizon, *horizon);
        if (auto done = outcomes.commit(unit); !done) return done.error();
    }
    const auto begun = outcomes.begin_run(out.mark.run, out.mark.state_id);
    if (!begun) return begun.error();
    out.mark.commit = *begun;
    if (plan.foreign) { // begin_run() has forgotten the other queue's files
        totals& sums = out.meta.totals;
        sums.records_in = sums.delivered + sums.superseded + sums.unchanged + sums.dead_lettered;
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
    left.read_to = found.meta.read_to;
    raise(left.read_to, found.intake.read_to);
    left.newest_key = newest_key_of(found, left.read_to);
    left.horizon = found.meta.horizon;
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
