#include "state/state_schema.hpp"

#include "state/schema_steps.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>

namespace hubspool {

namespace {

constexpr int application_id = 0x48735331; // "HsS1"
constexpr int schema_version = 9;

// Times are milliseconds since 1970, UTC, unless named otherwise.
constexpr const char* tables = R"sql(
CREATE TABLE meta (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    state_id TEXT NOT NULL DEFAULT '',
    commit_number INTEGER NOT NULL DEFAULT 0,
    run INTEGER NOT NULL DEFAULT 0,
    last_number INTEGER NOT NULL DEFAULT 0,
    last_batch INTEGER NOT NULL DEFAULT 0,
    lowest_cur INTEGER NOT NULL DEFAULT 0, -- of no use any more: cur/ is asked
    live_file INTEGER NOT NULL DEFAULT 0, -- the frontier of each lane
    live_place INTEGER NOT NULL DEFAULT 0,
    bulk_file INTEGER NOT NULL DEFAULT 0,
    bulk_place INTEGER NOT NULL DEFAULT 0,
    records_in INTEGER NOT NULL DEFAULT 0,
    delivered INTEGER NOT NULL DEFAULT 0,
    superseded INTEGER NOT NULL DEFAULT 0,
    dead_lettered INTEGER NOT NULL DEFAULT 0,
    batches INTEGER NOT NULL DEFAULT 0,
    requests INTEGER NOT NULL DEFAULT 0,
    day_ends INTEGER NOT NULL DEFAULT 0,
    day_requests INTEGER NOT NULL DEFAULT 0,
    overtaken INTEGER NOT NULL DEFAULT 0, -- of the superseded ones
    epoch INTEGER NOT NULL DEFAULT 0, -- of the history: another one after a lost or old database
    portal TEXT NOT NULL DEFAULT '',
    portal_from INTEGER NOT NULL DEFAULT 0, -- batch rows up to this seq are of another portal
    horizon_as_of INTEGER NOT NULL DEFAULT 0, -- below this key the history may be forgotten
    horizon_number INTEGER NOT NULL DEFAULT 0,
    last_stamp INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0
);
INSERT INTO meta (id, epoch) VALUES (1, random());

-- What an operator asked for, from another process; the daemon only reads it.
CREATE TABLE wish (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    paused INTEGER NOT NULL DEFAULT 0,
    resumes INTEGER NOT NULL DEFAULT 0,
    bulk_held INTEGER NOT NULL DEFAULT 0 -- by a drain's deadline
);
INSERT INTO wish (id) VALUES (1);

CREATE TABLE park (
    reason INTEGER NOT NULL,
    since INTEGER NOT NULL,
    words TEXT NOT NULL,
    probe_at INTEGER,
    ended INTEGER -- NULL: it stands
);

CREATE TABLE file (
    number INTEGER PRIMARY KEY,
    lane INTEGER NOT NULL,
    name TEXT NOT NULL,
    format INTEGER NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    read_offset INTEGER NOT NULL,
    read_ordinal INTEGER NOT NULL,
    read_line INTEGER NOT NULL,
    read_bad INTEGER NOT NULL,
    delivered INTEGER NOT NULL,
    superseded INTEGER NOT NULL,
    dead INTEGER NOT NULL,
    records_in INTEGER,
    keep_because TEXT,
    claimed INTEGER NOT NULL,
    settled INTEGER,
    mismatches INTEGER NOT NULL,
    overtaken INTEGER NOT NULL DEFAULT 0, -- of the superseded ones
    stamp INTEGER NOT NULL DEFAULT 0, -- as in its name; 0: claimed by a version without stamps
    remark TEXT NOT NULL DEFAULT '', -- what was taken otherwise than it stands there
    unchanged INTEGER NOT NULL DEFAULT 0,
    delimiter INTEGER NOT NULL DEFAULT 0, -- of a table that was begun; 0: not known, or none
    quote INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX file_settled ON file (settled);

-- max_file: the newest file of which it settled a record; 0 when it settled none.
-- top: the largest order key that the ledger learns from it, without the ordinal; -1: none.
-- The row with the largest seq is never deleted: a seq is not given twice.
CREATE TABLE batch (
    seq INTEGER PRIMARY KEY,
    batch INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    lane INTEGER NOT NULL,
    probe INTEGER NOT NULL,
    inputs INTEGER NOT NULL,
    delivered INTEGER NOT NULL,
    retried INTEGER NOT NULL,
    dead_lettered INTEGER NOT NULL,
    http_status INTEGER NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    words TEXT NOT NULL,
    correlation_id TEXT NOT NULL,
    duration_ms INTEGER NOT NULL,
    queue_wait_ms INTEGER NOT NULL,
    finished INTEGER NOT NULL,
    max_file INTEGER NOT NULL,
    settlement BLOB NOT NULL,
    top_as_of INTEGER NOT NULL DEFAULT -1,
    top_number INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX batch_number ON batch (batch);
CREATE INDEX batch_finished ON batch (finished);
CREATE INDEX batch_max_file ON batch (max_file);

CREATE TABLE dead_letter (
    seq INTEGER PRIMARY KEY,
    state_id TEXT NOT NULL,
    file INTEGER NOT NULL,
    place INTEGER NOT NULL,
    object_id TEXT NOT NULL,
    category TEXT NOT NULL,
    reason TEXT NOT NULL,
    content BLOB NOT NULL,
    batch INTEGER NOT NULL,
    died INTEGER NOT NULL,
    records BLOB NOT NULL,
    dropped INTEGER, -- when an operator did; the row stays, so that it does not come again
    value_keys BLOB, -- NULL: nobody knows them
    held INTEGER, -- since when a person has it in hand
    retried INTEGER, -- when it was put into the queue last
    retry_name TEXT, -- as which file
    struck INTEGER, -- when each of its lines had a fate once more
    struck_batch INTEGER, -- and in which batch the last of them got it; 0: without a request
    again_file INTEGER, -- of a line that died again: as which letter
    again_place INTEGER,
    UNIQUE (state_id, file, place)
);
CREATE INDEX dead_letter_file ON dead_letter (file);
CREATE INDEX dead_letter_dropped ON dead_letter (dropped) WHERE dropped IS NOT NULL;
CREATE INDEX dead_letter_struck ON dead_letter (struck, again_file) WHERE struck IS NOT NULL;
CREATE INDEX dead_letter_held ON dead_letter (held)
    WHERE held IS NOT NULL AND struck IS NULL AND dropped IS NULL;
CREATE INDEX dead_letter_retried ON dead_letter (retried)
    WHERE retried IS NOT NULL AND struck IS NULL AND dropped IS NULL;

-- Of an open letter: a record whose values it holds, by the file and the place where it was first.
CREATE TABLE letter_line (
    number INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    letter INTEGER NOT NULL,
    PRIMARY KEY (number, ordinal, letter)
) WITHOUT ROWID;
CREATE INDEX letter_line_letter ON letter_line (letter);

-- How often an object was found guilty of a failure that named nobody, and is still pending.
CREATE TABLE charge (
    object_id TEXT PRIMARY KEY,
    attempts INTEGER NOT NULL,
    last INTEGER NOT NULL
);

-- Replays: what commands ask for. requests_max: in a window, 0: no limit; wish: 0 go on, 1 pause,
-- 2 cancel; over: nothing of it is put into the queue any more.
CREATE TABLE replay (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created INTEGER NOT NULL,
    reason TEXT NOT NULL,
    chosen TEXT NOT NULL,
    files INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    records INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    requests_max INTEGER NOT NULL,
    wish INTEGER NOT NULL DEFAULT 0,
    over INTEGER
);
-- Its files. name: that they get in the queue, and thus in the table file.
CREATE TABLE replay_file (
    replay INTEGER NOT NULL,
    place INTEGER NOT NULL,
    source TEXT NOT NULL,
    staged INTEGER NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    skipped TEXT, -- why it was left out
    PRIMARY KEY (replay, place)
) WITHOUT ROWID;
CREATE INDEX file_of_replay ON file (name) WHERE name >= 'replay' AND name < 'replaz';
)sql";

result<void> in_one_transaction(database& db, const schema_step& step) {
    // Either the whole schema or none of it.
    if (auto begun = db.begin(); !begun) return begun;
    auto done = db.execute(step.sql);
    if (done && step.then != nullptr) done = step.then(db);
    if (done) done = db.commit();
    if (!done) db.roll_back();
    return done;
}

result<void> create_tables(database& db, std::uint64_t last_number) {
    // What makes it ours is set in the same transaction.
    const std::string sql = fmt::format("{}UPDATE meta SET last_number = {};"
                                        "PRAGMA application_id = {}; PRAGMA user_version = {};",
                                        tables, last_number, application_id, schema_version);
    return in_one_transaction(db, schema_step{sql.c_str()});
}

result<int> integer_of(database& db, const char* sql) {
    const auto text = db.value_of(sql);
    if (!text) return text.error();
    return std::atoi(text->c_str());
}

} // namespace

result<void> prepare_schema(database& db, std::optional<std::uint64_t> fill_with_last_number) {
    // At one moment: the daemon may be making its tables meanwhile.
    if (auto begun = db.execute("BEGIN"); !begun) return begun.error();
    const auto id = integer_of(db, "PRAGMA application_id");
    const auto version = integer_of(db, "PRAGMA user_version");
    const auto objects = integer_of(db, "SELECT count(*) FROM sqlite_schema");
    db.roll_back();
    for (const auto* const looked : {&id, &version, &objects}) {
        if (!*looked) return looked->error();
    }

    // Nothing is in it: a file that was made just now.
    if (*id == 0 && *version == 0 && *objects == 0) {
        if (!fill_with_last_number) {
            return failure{fmt::format("the state database {} is empty: hubspool has not run with "
                                       "it yet",
                                       db.path()),
                           ENOENT};
        }
        if (auto made = create_tables(db, *fill_with_last_number); !made) return made.error();
        return {};
    }
    // Somebody else's database: nothing is changed in it.
    if (*id != application_id) {
        return failure{fmt::format("{} is not a state database of hubspool; move it away, or set "
                                   "state.directory to another place",
                                   db.path())};
    }
    if (*version > schema_version) {
        return failure{fmt::format("the state database {} was written by a newer hubspool (its "
                                   "version is {}, this one knows {}): install that one again",
                                   db.path(), *version, schema_version)};
    }
    // Only the daemon brings it up to date; commands beside it only read.
    const bool is_older = *version >= 1 && *version < schema_version;
    if (is_older && !fill_with_last_number) {
        return failure{fmt::format("the state database {} was written by an older hubspool: start "
                                   "`hubspool run` or `hubspool drain` once, which brings it up to "
                                   "date",
                                   db.path()),
                       ESTALE};
    }
    if (!is_older && *version != schema_version) return db.damaged("it has no version");
    // One version after the other, each in a transaction of its own.
    const auto steps = schema_steps();
    for (auto at = static_cast<std::size_t>(*version); at <= steps.size(); ++at) {
        if (auto done = in_one_transaction(db, steps[at - 1]); !done) return done.error();
    }
    return {};
}

} // namespace hubspool
