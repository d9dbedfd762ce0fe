#include "state/sqlite_state_store.hpp"

#include "base/clocks.hpp"
#include "state/batch_rows.hpp"
#include "state/charge_rows.hpp"
#include "state/dead_letter_rows.hpp"
#include "state/file_rows.hpp"
#include "state/meta_rows.hpp"
#include "state/state_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

namespace hubspool {

namespace {

// One step of trimming holds the write lock for some milliseconds; one call holds up the state
// thread for less than a second.
constexpr int trim_rows = 500;
constexpr int trim_steps = 20;
// Their records tell how many there may be in what is not read yet.
constexpr std::uint64_t files_of_late = 1000;

bool is_final(const failure& why) {
    return why.code == EIO || why.code == EBADMSG;
}

} // namespace

result<meta> sqlite_state_store::load_meta() {
    return load_meta_rows(of_.db);
}

result<std::vector<file_row>> sqlite_state_store::load_files(std::uint64_t from) {
    return load_file_rows(of_.db, from);
}

result<state_store::books> sqlite_state_store::load_books(std::uint64_t from) {
    // Reading begins a snapshot, which lasts until the end of the transaction.
    if (auto begun = of_.db.execute("BEGIN"); !begun) return begun.error();
    auto loaded = load_meta_rows(of_.db);
    const std::uint64_t last = loaded ? loaded->last_number : 0;
    // Of late files those that are settled are told, too: their records say how large such files
    // are.
    auto files = load_file_rows(of_.db, std::min(from, last - std::min(last, files_of_late)));
    // Nothing was written: rolling back only ends the snapshot.
    of_.db.roll_back();
    if (!loaded) return loaded.error();
    if (!files) return files.error();
    return books{std::move(*loaded), std::move(*files)};
}

result<std::vector<file_row>> sqlite_state_store::load_done_files(wall_time since,
                                                                  std::size_t most) {
    return load_done_file_rows(of_.db, since, most);
}

result<std::optional<file_row>> sqlite_state_store::find_file(const std::string& name) {
    return find_file_row(of_.db, name);
}

result<void>
sqlite_state_store::load_settled(std::uint64_t from,
                                 const std::function<void(const settled_record&)>& visit) {
    return visit_settled(of_.db, from, visit);
}

result<std::vector<batch_outcome>> sqlite_state_store::load_batches(const history_filter& filter) {
    return load_batch_rows(of_.db, filter);
}

result<std::vector<dead_letter>>
sqlite_state_store::load_dead_letters(const history_filter& filter) {
    return load_dead_letter_rows(of_.db, filter);
}

result<state_store::operator_wish> sqlite_state_store::read_wish() {
    return load_wish(of_.db);
}

// Runs `change` as one transaction; on a full disk once more without the reserve.
result<void> sqlite_state_store::transact(const work& change) {
    if (of_.how == access::read_only) {
        return failure{fmt::format("the state in {} is open for reading only", directory_), EACCES};
    }
    // After a failure of the disk nothing is written any more: nobody knows what an earlier fsync
    // kept.
    if (broken_) return *broken_;
    auto done = attempt(change);
    // The reserve is there for this one moment.
    if (!done && done.error().code == ENOSPC && of_.reserve.give_up()) done = attempt(change);
    if (!done) {
        if (is_final(done.error())) broken_ = done.error();
        return done;
    }
    // The transaction is durable, so a checkpoint that fails is told by the next call.
    if (auto moved = of_.db.checkpoint_if_due(); !moved) broken_ = moved.error();
    return {};
}

result<void> sqlite_state_store::attempt(const work& change) {
    if (auto begun = of_.db.begin(); !begun) return begun;
    auto done = change();
    // Only a commit makes it count; everything before can be taken back.
    if (done) done = of_.db.commit();
    if (!done) of_.db.roll_back();
    forget_log(done);
    return done;
}

void sqlite_state_store::forget_log(const result<void>& done) {
    // After a failing disk nobody knows whether the commit is durable: the lines stay.
    if (log_ && !done && !is_final(done.error())) log_->take_back();
    log_.reset();
}

result<void> sqlite_state_store::commit(const commit_unit& unit) {
    if (of_.how != access::read_write) {
        return failure{"outcomes are recorded by the daemon alone", EACCES};
    }
    auto done = transact([&] { return write(unit); });
    // Known without a question: the transaction raised it by one.
    if (done) of_.commit_number = std::max(of_.commit_number, unit.commit_above) + 1;
    return done;
}

result<void> sqlite_state_store::write(const commit_unit& unit) {
    // Outcomes, rows and sums go together: they agree at every moment, also after a crash.
    if (auto done = insert_batches(of_.db, unit.outcomes); !done) return done;
    if (auto done = write_charges(of_.db, unit.outcomes); !done) return done;
    if (auto done = write_files(of_.db, unit.files); !done) return done;
    const auto dead_known = write_dead_letters(unit);
    if (!dead_known) return dead_known.error();
    if (auto done = raise_meta(of_.db, unit, *dead_known); !done) return done;
    if (unit.parks) {
        if (auto done = replace_parks(of_.db, *unit.parks); !done) return done;
    }
    return raise_commit_number(of_.db, unit.commit_above);
}

// How many dead records of `unit` have a letter from before.
result<std::uint64_t> sqlite_state_store::write_dead_letters(const commit_unit& unit) {
    std::uint64_t dead_known = 0;
    for (const batch_outcome& outcome : unit.outcomes) {
        const wall_time died = finished_or_now(outcome);
        for (const dead_letter& letter : outcome.dead_letters) {
            if (auto done = record_dead_letter(letter, died, dead_known); !done) {
                return done.error();
            }
        }
    }
    // The lines are durable before the rows: a lost database must not lose them.
    if (log_) {
        if (auto durable = log_->sync(); !durable) return durable.error();
    }
    return dead_known;
}

result<void> sqlite_state_store::record_dead_letter(const dead_letter& letter, wall_time died,
                                                    std::uint64_t& dead_known) {
    const auto added = insert_dead_letter(of_.db, letter, died);
    if (!added) return added.error();
    // It was recorded before a crash: it is neither written nor counted again.
    if (!*added) {
        for (const dead_letter::origin& record : letter.records) dead_known += record.count;
        return {};
    }
    // Opened on demand, so that an operator may move the file away at any time.
    if (!log_) {
        auto opened = dead_letter_log::open(directory_);
        if (!opened) return opened.error();
        log_ = std::move(*opened);
    }
    return log_->append(letter, died);
}

namespace {

// Another state id: the rows speak of another queue's files, whose numbers this queue uses anew.
result<void> disown_files(database& db, const std::string& state_id) {
    for (const char* const sql :
         {"DELETE FROM file WHERE (SELECT state_id FROM meta) NOT IN ('', ?1)",
          "UPDATE batch SET max_file = 0 WHERE (SELECT state_id FROM meta) NOT IN ('', ?1)",
          "UPDATE meta SET records_in = delivered + superseded + dead_lettered"
          " WHERE state_id NOT IN ('', ?1)"}) {
        auto change = db.prepare(sql);
        if (!change) return change.error();
        change->bind(state_id);
        if (auto done = change->run(); !done) return done;
    }
    return {};
}

} // namespace

result<void> sqlite_state_store::begin_run(std::uint64_t run, const std::string& state_id) {
    if (of_.how != access::read_write) return failure{"only the daemon begins a run", EACCES};
    // Both in one transaction: a foreign database is never half adopted.
    auto done = transact([&]() -> result<void> {
        if (auto disowned = disown_files(of_.db, state_id); !disowned) return disowned;
        auto update = of_.db.prepare("UPDATE meta SET run = ?1, state_id = ?2");
        if (!update) return update.error();
        update->bind(run, state_id);
        if (auto updated = update->run(); !updated) return updated;
        return raise_commit_number(of_.db);
    });
    if (done) ++of_.commit_number;
    return done;
}

result<void> sqlite_state_store::trim(wall_time now, milliseconds history,
                                      std::uint64_t lowest_cur) {
    if (of_.how != access::read_write) return failure{"only the daemon trims its history", EACCES};
    // SQLite's integers are signed.
    const auto lowest = static_cast<std::uint64_t>(coded_place(lowest_cur));
    // In small steps: a reader of another process must not wait for long.
    for (int step = 0; step < trim_steps; ++step) {
        const auto more = trim_step(now - history, lowest);
        if (!more) return more.error();
        if (!*more) break;
    }
    return {};
}

result<bool> sqlite_state_store::trim_step(wall_time before, std::uint64_t lowest_cur) {
    bool more = false;
    auto done = transact([&]() -> result<void> {
        const auto batches = trim_batches(of_.db, before, lowest_cur, trim_rows);
        if (!batches) return batches.error();
        const auto files = trim_files(of_.db, before, lowest_cur, trim_rows);
        if (!files) return files.error();
        // A full step means that there may be more.
        more = *batches >= trim_rows || *files >= trim_rows;
        return raise_commit_number(of_.db);
    });
    if (!done) return done.error();
    ++of_.commit_number;
    return more;
}

result<void> sqlite_state_store::set_paused(bool paused) {
    // The commit number is the daemon's own and stays.
    return transact([&]() -> result<void> {
        if (auto written = write_wish(of_.db, paused); !written) return written;
        return write_wished_parks(of_.db, paused, wall_now());
    });
}

result<bool> sqlite_state_store::restore_reserve() {
    // Commands of other processes only give it up.
    if (of_.how != access::read_write) return false;
    if (auto done = of_.reserve.restore(); !done) return done.error();
    return of_.reserve.held();
}

} // namespace hubspool
