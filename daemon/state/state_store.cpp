#include "state/state_store.hpp"

#include "base/clocks.hpp"
#include "state/batch_rows.hpp"
#include "state/charge_rows.hpp"
#include "state/coded_place.hpp"
#include "state/database_file.hpp"
#include "state/file_rows.hpp"
#include "state/letters/dead_letter_rows.hpp"
#include "state/letters/letter_lines.hpp"
#include "state/meta_rows.hpp"
#include "state/state_failure.hpp"

#include <fmt/format.h>

#include <sys/stat.h>

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

result<std::unique_ptr<state_store>> state_store::open(const std::string& directory, access how) {
    if (how == access::read_write) return open_for_daemon(directory);
    auto opened = open_database(directory, how == access::read_only ? database::mode::read_only
                                                                    : database::mode::write);
    if (!opened) return opened.error();
    return loaded(std::unique_ptr<state_store>(new state_store(
        directory, how, std::nullopt, disk_reserve(directory), std::move(*opened))));
}

result<std::unique_ptr<state_store>> state_store::open_for_daemon(const std::string& directory) {
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
        return state_failure("create the state directory", directory, errno);
    }
    // The lock before all else: two daemons must not even look at one reserve.
    auto lock = directory_lock::take(directory);
    if (!lock) return lock.error();
    disk_reserve reserve(directory);
    if (auto done = reserve.restore(); !done) return done.error();

    auto opened = open_or_create_database(directory);
    // Making the tables needs room as well.
    if (!opened && opened.error().code == ENOSPC && reserve.give_up()) {
        opened = open_or_create_database(directory);
    }
    if (!opened) return opened.error();
    return loaded(std::unique_ptr<state_store>(new state_store(
        directory, access::read_write, std::move(*lock), std::move(reserve), std::move(*opened))));
}

// Read once at the opening, so that a damaged database is told at once.
result<std::unique_ptr<state_store>> state_store::loaded(std::unique_ptr<state_store> made) {
    const auto known = load_meta_rows(made->db_);
    if (!known) return known.error();
    made->commit_number_ = known->commit;
    return made;
}

result<meta> state_store::load_meta() {
    return load_meta_rows(db_);
}

result<std::vector<file_row>> state_store::load_files(std::uint64_t from) {
    return load_file_rows(db_, from);
}

result<books_snapshot> state_store::load_books(std::uint64_t from) {
    // Reading begins a snapshot, which lasts until the end of the transaction.
    if (auto begun = db_.execute("BEGIN"); !begun) return begun.error();
    auto loaded = load_meta_rows(db_);
    const std::uint64_t last = loaded ? loaded->last_number : 0;
    // Of late files those that are settled are told, too: their records say how large such files
    // are.
    auto files = load_file_rows(db_, std::min(from, last - std::min(last, files_of_late)));
    const auto letters = count_dead_letters(db_);
    // Nothing was written: rolling back only ends the snapshot.
    db_.roll_back();
    if (!loaded) return loaded.error();
    if (!files) return files.error();
    if (!letters) return letters.error();
    return books_snapshot{std::move(*loaded), std::move(*files), *letters};
}

result<std::vector<file_row>> state_store::load_done_files(wall_time since, std::size_t most) {
    return load_done_file_rows(db_, since, most);
}

result<std::optional<file_row>> state_store::find_file(const std::string& name) {
    return find_file_row(db_, name);
}

result<void> state_store::load_settled(std::uint64_t from,
                                       const std::function<void(const settled_record&)>& visit) {
    return visit_settled(db_, from, visit);
}

result<std::vector<batch_outcome>> state_store::load_batches(const history_filter& filter) {
    return load_batch_rows(db_, filter);
}

result<operator_request> state_store::read_request() {
    return load_request(db_);
}

// Runs `change` as one transaction; on a full disk once more without the reserve.
result<void> state_store::transact(const work& change) {
    if (how_ == access::read_only) {
        return failure{fmt::format("the state in {} is open for reading only", directory_), EACCES};
    }
    // After a failure of the disk nothing is written any more: nobody knows what an earlier fsync
    // kept.
    if (broken_) return *broken_;
    auto done = attempt(change);
    // The reserve is there for this one moment.
    if (!done && done.error().code == ENOSPC && reserve_.give_up()) done = attempt(change);
    if (!done) {
        if (is_final(done.error())) broken_ = done.error();
        return done;
    }
    // The transaction is durable, so a checkpoint that fails is told by the next call.
    if (auto moved = db_.checkpoint_if_due(); !moved) broken_ = moved.error();
    return {};
}

result<void> state_store::attempt(const work& change) {
    if (auto begun = db_.begin(); !begun) return begun;
    auto done = change();
    // Only a commit makes it count; everything before can be taken back.
    if (done) done = db_.commit();
    if (!done) db_.roll_back();
    forget_log(done);
    return done;
}

void state_store::forget_log(const result<void>& done) {
    // After a failing disk nobody knows whether the commit is durable: the lines stay.
    if (log_ && !done && !is_final(done.error())) log_->take_back();
    log_.reset();
}

result<std::uint64_t> state_store::commit(const commit_unit& unit) {
    if (how_ != access::read_write) {
        return failure{"outcomes are recorded by the daemon alone", EACCES};
    }
    if (auto done = transact([&] { return write(unit); }); !done) return done.error();
    // Known without a question: the transaction raised it by one.
    commit_number_ = std::max(commit_number_, unit.commit_above) + 1;
    return commit_number_;
}

result<void> state_store::write(const commit_unit& unit) {
    // Outcomes, rows and sums go together: they agree at every moment, also after a crash.
    if (auto done = insert_batches(db_, unit.outcomes); !done) return done;
    if (auto done = write_charges(db_, unit.outcomes); !done) return done;
    if (auto done = write_files(db_, unit.files); !done) return done;
    const auto dead_known = write_dead_letters(unit);
    if (!dead_known) return dead_known.error();
    if (auto done = raise_meta(db_, unit, *dead_known); !done) return done;
    if (auto done = note_history(db_, unit); !done) return done;
    if (unit.parks) {
        if (auto done = replace_parks(db_, *unit.parks, wall_now()); !done) return done;
    }
    return raise_commit_number(db_, unit.commit_above);
}

// How many dead records of `unit` have a letter from before.
result<std::uint64_t> state_store::write_dead_letters(const commit_unit& unit) {
    std::uint64_t dead_known = 0;
    for (const batch_outcome& outcome : unit.outcomes) {
        const wall_time died = finished_or_now(outcome);
        if (auto settled = settle_letter_lines(db_, outcome, died); !settled) {
            return settled.error();
        }
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

result<void> state_store::record_dead_letter(const dead_letter& letter, wall_time died,
                                             std::uint64_t& dead_known) {
    const auto added = insert_dead_letter(db_, letter, died);
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
    constexpr const char* totals =
        "UPDATE meta SET records_in = delivered + superseded + unchanged + dead_lettered,"
        " portal_from = (SELECT ifnull(max(seq), 0) FROM batch)"
        " WHERE state_id NOT IN ('', ?1)";
    for (const char* const sql :
         {"DELETE FROM file WHERE (SELECT state_id FROM meta) NOT IN ('', ?1)",
          "UPDATE batch SET max_file = 0 WHERE (SELECT state_id FROM meta) NOT IN ('', ?1)",
          "DELETE FROM letter_line WHERE (SELECT state_id FROM meta) NOT IN ('', ?1)",
          "DELETE FROM charge WHERE (SELECT state_id FROM meta) NOT IN ('', ?1)", totals}) {
        auto change = db.prepare(sql);
        if (!change) return change.error();
        change->bind(state_id);
        if (auto done = change->run(); !done) return done;
    }
    return {};
}

} // namespace

result<std::uint64_t> state_store::begin_run(std::uint64_t run, const std::string& state_id) {
    if (how_ != access::read_write) return failure{"only the daemon begins a run", EACCES};
    // Both in one transaction: a foreign database is never half adopted.
    auto done = transact([&]() -> result<void> {
        if (auto disowned = disown_files(db_, state_id); !disowned) return disowned;
        auto update = db_.prepare("UPDATE meta SET run = ?1, state_id = ?2");
        if (!update) return update.error();
        update->bind(run, state_id);
        if (auto updated = update->run(); !updated) return updated;
        return raise_commit_number(db_);
    });
    if (!done) return done.error();
    return ++commit_number_;
}

result<order_key> state_store::trim(const history_bounds& bounds) {
    if (how_ != access::read_write) return failure{"only the daemon trims its history", EACCES};
    // In small steps: a reader of another process must not wait for long.
    for (int step = 0; step < trim_steps; ++step) {
        const auto more = trim_step(bounds);
        if (!more) return more.error();
        if (!*more) break;
    }
    const auto known = load_meta_rows(db_);
    if (!known) return known.error();
    return known->horizon;
}

result<bool> state_store::trim_step(const history_bounds& bounds) {
    bool more = false;
    // SQLite's integers are signed.
    const auto lowest = static_cast<std::uint64_t>(coded_place(bounds.lowest_cur));
    auto done = transact([&]() -> result<void> {
        const auto batches = trim_batches(db_, bounds, trim_rows);
        if (!batches) return batches.error();
        // With the rows goes what the history knew of their keys.
        if (auto raised = raise_horizon(db_, batches->horizon); !raised) return raised;
        const auto files = trim_files(db_, bounds.before, lowest, trim_rows);
        if (!files) return files.error();
        const auto letters = trim_dropped(db_, bounds.before, lowest, trim_rows);
        if (!letters) return letters.error();
        const auto parks = trim_parks(db_, bounds.before, trim_rows);
        if (!parks) return parks.error();
        // A full step means that there may be more.
        more = std::max({batches->rows, *files, *letters, *parks}) >= std::uint64_t{trim_rows};
        // A copy of the database from before counts as old from now on.
        return raise_commit_number(db_);
    });
    if (!done) return done.error();
    ++commit_number_;
    return more;
}

result<void> state_store::ask_for(operator_command what) {
    // The commit number is the daemon's own and stays.
    return transact([&]() -> result<void> {
        if (auto written = write_request(db_, what); !written) return written;
        return write_requested_parks(db_, what, wall_now());
    });
}

result<bool> state_store::restore_reserve() {
    // Commands of other processes only give it up.
    if (how_ != access::read_write) return false;
    if (auto done = reserve_.restore(); !done) return done.error();
    return reserve_.held();
}

} // namespace hubspool
