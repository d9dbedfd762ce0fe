#include "state/replay/replay_jobs.hpp"

#include "state/database_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <utility>

namespace hubspool {

namespace {

const std::string select_jobs =
    "SELECT id, created, reason, chosen, files, bytes, records, requests, requests_max, wish, over"
    " FROM replay";

replay_job job_of(const statement& row) {
    replay_job job;
    job.id = row.number(0);
    job.created = row.time(1);
    job.reason = row.text(2);
    job.chosen = row.text(3);
    job.files = row.number(4);
    job.bytes = row.number(5);
    job.records = row.number(6);
    job.requests = row.number(7);
    job.requests_max = static_cast<std::uint32_t>(row.number(8));
    // What a newer version may have written holds, too.
    job.wish = row.integer(9) == 0   ? replay_wish::go_on
               : row.integer(9) == 1 ? replay_wish::pause
                                     : replay_wish::cancel;
    if (!row.is_null(10)) job.over = row.time(10);
    return job;
}

result<std::vector<replay_job>> all_of(statement& rows) {
    std::vector<replay_job> jobs;
    while (true) {
        const auto row = rows.step();
        if (!row) return row.error();
        if (!*row) return jobs;
        jobs.push_back(job_of(rows));
    }
}

} // namespace

result<replay_jobs> replay_jobs::open(const std::string& directory, access how) {
    auto db = open_database(directory, how == access::look ? database::mode::read_only
                                                           : database::mode::write);
    if (!db) return db.error();
    return replay_jobs(std::move(*db));
}

result<void> replay_jobs::in_one_transaction(const std::function<result<void>()>& change) {
    if (auto begun = db_.begin(); !begun) return begun;
    auto done = change();
    if (done) done = db_.commit();
    if (!done) {
        db_.roll_back();
        return done;
    }
    // Where no daemon runs nobody else moves the log of changes.
    return db_.checkpoint_if_due();
}

result<std::uint64_t>
replay_jobs::add(replay_job job, std::vector<replay_file> files,
                 const std::function<std::string(std::uint64_t, std::size_t)>& name_of,
                 wall_time forget_before) {
    std::uint64_t id = 0;
    auto done = in_one_transaction([&]() -> result<void> {
        if (auto room = has_room(); !room) return room;
        // Done, if it is there at all.
        if (auto closed = close(job.created); !closed) return closed;
        if (auto forgotten = forget(forget_before); !forgotten) return forgotten;
        auto insert = db_.prepare("INSERT INTO replay (created, reason, chosen, files, bytes,"
                                  " records, requests, requests_max)"
                                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
        if (!insert) return insert.error();
        insert->bind(job.created, job.reason, job.chosen, job.files, job.bytes, job.records,
                     job.requests, job.requests_max);
        if (auto inserted = insert->run(); !inserted) return inserted;
        const auto given = db_.value_of("SELECT last_insert_rowid()");
        if (!given) return given.error();
        id = std::stoull(*given);
        for (std::size_t place = 0; place < files.size(); ++place)
            files[place].name = name_of(id, place);
        return insert_files(id, files);
    });
    if (!done) return done.error();
    return id;
}

result<void> replay_jobs::insert_files(std::uint64_t id, const std::vector<replay_file>& files) {
    auto insert = db_.prepare("INSERT INTO replay_file (replay, place, source, staged, name, size,"
                              " mtime_ns) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    if (!insert) return insert.error();
    for (std::size_t place = 0; place < files.size(); ++place) {
        const replay_file& file = files[place];
        insert->bind(id, std::uint64_t{place}, file.source, file.staged, file.name, file.size,
                     file.mtime_ns);
        if (auto done = insert->run(); !done) return done;
    }
    return {};
}

result<void> replay_jobs::close(wall_time now) {
    auto update = db_.prepare("UPDATE replay SET over = ?1 WHERE over IS NULL");
    if (!update) return update.error();
    update->bind(now);
    return update->run();
}

result<void> replay_jobs::forget(wall_time before) {
    for (const char* const sql :
         {"DELETE FROM replay_file WHERE replay IN (SELECT id FROM replay WHERE over < ?1)",
          "DELETE FROM replay WHERE over < ?1"}) {
        auto drop = db_.prepare(sql);
        if (!drop) return drop.error();
        drop->bind(before);
        if (auto done = drop->run(); !done) return done;
    }
    return {};
}

result<std::vector<replay_job>> replay_jobs::load() {
    auto rows = db_.prepare(select_jobs + " ORDER BY id");
    if (!rows) return rows.error();
    return all_of(*rows);
}

result<std::optional<replay_job>> replay_jobs::find(std::uint64_t id) {
    auto rows = db_.prepare(select_jobs + " WHERE id = ?1");
    if (!rows) return rows.error();
    rows->bind(id);
    auto found = all_of(*rows);
    if (!found) return found.error();
    if (found->empty()) return std::optional<replay_job>();
    return std::optional(std::move(found->front()));
}

result<std::optional<replay_job>> replay_jobs::under_way() {
    auto rows = db_.prepare(select_jobs + " WHERE over IS NULL ORDER BY id LIMIT 1");
    if (!rows) return rows.error();
    auto found = all_of(*rows);
    if (!found) return found.error();
    if (found->empty()) return std::optional<replay_job>();
    return std::optional(std::move(found->front()));
}

result<void> replay_jobs::has_room() {
    const auto other = under_way();
    if (!other) return other.error();
    if (!*other) return {};
    const auto progress = progress_of((*other)->id);
    if (!progress) return progress.error();
    // Whoever puts its files into the queue has not noticed yet, or does not run.
    if (progress->is_done(**other)) return {};
    return failure{
        fmt::format("replay {0} is not over yet, and one goes at a time: `hubspool replay "
                    "show {0}` tells how far it is, `hubspool replay cancel {0}` ends it",
                    (*other)->id),
        EBUSY};
}

result<std::vector<replay_file>> replay_jobs::files_of(std::uint64_t id, std::size_t from,
                                                       std::size_t most) {
    auto rows = db_.prepare("SELECT source, staged, name, size, mtime_ns FROM replay_file"
                            " WHERE replay = ?1 AND place >= ?2 ORDER BY place LIMIT ?3");
    if (!rows) return rows.error();
    rows->bind(id, std::uint64_t{from}, std::uint64_t{most});
    std::vector<replay_file> files;
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) return files;
        files.push_back({std::string(rows->text(0)), rows->integer(1) != 0,
                         std::string(rows->text(2)), rows->number(3), rows->integer(4)});
    }
}

result<replay_progress> replay_jobs::progress_of(std::uint64_t id) {
    // The bounds are those of the index over the names of replays.
    auto rows =
        db_.prepare("SELECT count(skipped), count(number), count(settled),"
                    " ifnull(sum(delivered), 0), ifnull(sum(superseded), 0),"
                    " ifnull(sum(dead), 0), ifnull(sum(overtaken), 0), max(settled),"
                    " ifnull(sum(unchanged), 0)"
                    " FROM replay_file LEFT JOIN file ON file.name = replay_file.name"
                    " AND file.name >= 'replay' AND file.name < 'replaz' WHERE replay = ?1");
    if (!rows) return rows.error();
    rows->bind(id);
    const auto row = rows->step();
    if (!row) return row.error();
    replay_progress progress;
    if (!*row) return progress;
    progress.skipped = rows->number(0);
    progress.begun = rows->number(1);
    progress.settled = rows->number(2);
    progress.counts.delivered = rows->number(3);
    progress.counts.superseded = rows->number(4);
    progress.counts.dead = rows->number(5);
    progress.counts.overtaken = rows->number(6);
    progress.counts.unchanged = rows->number(8);
    if (!rows->is_null(7)) progress.last_settled = rows->time(7);
    return progress;
}

result<std::vector<std::pair<std::string, std::string>>> replay_jobs::skipped_of(std::uint64_t id,
                                                                                 std::size_t most) {
    auto rows = db_.prepare("SELECT source, skipped FROM replay_file WHERE replay = ?1"
                            " AND skipped IS NOT NULL ORDER BY place LIMIT ?2");
    if (!rows) return rows.error();
    rows->bind(id, std::uint64_t{most});
    std::vector<std::pair<std::string, std::string>> skipped;
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) return skipped;
        skipped.emplace_back(rows->text(0), rows->text(1));
    }
}

result<bool> replay_jobs::wish(std::uint64_t id, replay_wish what, wall_time now) {
    bool is_heard = false;
    auto done = in_one_transaction([&]() -> result<void> {
        auto update = db_.prepare("UPDATE replay SET wish = ?2, over = CASE WHEN ?2 = 2 THEN ?3"
                                  " END WHERE id = ?1 AND over IS NULL");
        if (!update) return update.error();
        update->bind(id, static_cast<int>(what), now);
        auto updated = update->run();
        is_heard = db_.changed() > 0;
        return updated;
    });
    if (!done) return done.error();
    return is_heard;
}

result<void> replay_jobs::skip(std::uint64_t id, std::size_t place, std::string_view why) {
    return in_one_transaction([&]() -> result<void> {
        auto update =
            db_.prepare("UPDATE replay_file SET skipped = ?3 WHERE replay = ?1 AND place = ?2");
        if (!update) return update.error();
        update->bind(id, std::uint64_t{place}, why);
        return update->run();
    });
}

result<void> replay_jobs::end(std::uint64_t id, wall_time now) {
    return in_one_transaction([&]() -> result<void> {
        const auto known = find(id);
        if (!known) return known.error();
        return *known && !(*known)->over ? close(now) : result<void>();
    });
}

result<replay_jobs::book> replay_jobs::book_of(const std::string& name) {
    auto rows = db_.prepare("SELECT settled FROM file WHERE name = ?1"
                            " AND name >= 'replay' AND name < 'replaz'");
    if (!rows) return rows.error();
    rows->bind(name);
    const auto row = rows->step();
    if (!row) return row.error();
    if (!*row) return book::unknown;
    return rows->is_null(0) ? book::open : book::settled;
}

} // namespace hubspool
