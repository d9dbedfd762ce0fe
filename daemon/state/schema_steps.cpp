#include "state/schema_steps.hpp"

#include "state/letters/letter_update.hpp"

#include <array>

namespace hubspool {

namespace {

// From version 1: what counts the requests of the day.
constexpr const char* from_version_1 = R"sql(
ALTER TABLE meta ADD COLUMN day_ends INTEGER NOT NULL DEFAULT 0;
ALTER TABLE meta ADD COLUMN day_requests INTEGER NOT NULL DEFAULT 0;
PRAGMA user_version = 2;
)sql";

// From version 2: what is charged to objects.
constexpr const char* from_version_2 = R"sql(
CREATE TABLE charge (
    object_id TEXT PRIMARY KEY,
    attempts INTEGER NOT NULL,
    last INTEGER NOT NULL
);
PRAGMA user_version = 3;
)sql";

// From version 3: which dead letters were dropped.
constexpr const char* from_version_3 = R"sql(
ALTER TABLE dead_letter ADD COLUMN dropped INTEGER;
CREATE INDEX dead_letter_dropped ON dead_letter (dropped) WHERE dropped IS NOT NULL;
PRAGMA user_version = 4;
)sql";

// From version 4: order keys. The rows so far have none, so nobody knows under which keys their
// values were acknowledged: what is older than this moment is not sent without a person.
constexpr const char* from_version_4 = R"sql(
ALTER TABLE meta ADD COLUMN overtaken INTEGER NOT NULL DEFAULT 0;
ALTER TABLE meta ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE meta ADD COLUMN portal TEXT NOT NULL DEFAULT '';
ALTER TABLE meta ADD COLUMN portal_from INTEGER NOT NULL DEFAULT 0;
ALTER TABLE meta ADD COLUMN horizon_as_of INTEGER NOT NULL DEFAULT 0;
ALTER TABLE meta ADD COLUMN horizon_number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE meta ADD COLUMN last_stamp INTEGER NOT NULL DEFAULT 0;
ALTER TABLE file ADD COLUMN overtaken INTEGER NOT NULL DEFAULT 0;
ALTER TABLE file ADD COLUMN stamp INTEGER NOT NULL DEFAULT 0;
ALTER TABLE batch ADD COLUMN top_as_of INTEGER NOT NULL DEFAULT -1;
ALTER TABLE batch ADD COLUMN top_number INTEGER NOT NULL DEFAULT 0;
UPDATE meta SET epoch = random(),
    horizon_as_of = CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER);
UPDATE meta SET last_stamp = horizon_as_of;
PRAGMA user_version = 5;
)sql";

// From version 5: what was told of a file, what is needed to send a dead letter once more, replays,
// and a frontier for each lane: the one of before was of both.
constexpr const char* from_version_5 = R"sql(
ALTER TABLE file ADD COLUMN remark TEXT NOT NULL DEFAULT '';
ALTER TABLE dead_letter ADD COLUMN value_keys BLOB;
ALTER TABLE dead_letter ADD COLUMN held INTEGER;
ALTER TABLE dead_letter ADD COLUMN retried INTEGER;
ALTER TABLE dead_letter ADD COLUMN retry_name TEXT;
ALTER TABLE dead_letter ADD COLUMN struck INTEGER;
ALTER TABLE dead_letter ADD COLUMN struck_batch INTEGER;
ALTER TABLE dead_letter ADD COLUMN again_file INTEGER;
ALTER TABLE dead_letter ADD COLUMN again_place INTEGER;
CREATE INDEX dead_letter_struck ON dead_letter (struck, again_file) WHERE struck IS NOT NULL;
CREATE INDEX dead_letter_held ON dead_letter (held)
    WHERE held IS NOT NULL AND struck IS NULL AND dropped IS NULL;
CREATE INDEX dead_letter_retried ON dead_letter (retried)
    WHERE retried IS NOT NULL AND struck IS NULL AND dropped IS NULL;
CREATE TABLE letter_line (
    number INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    letter INTEGER NOT NULL,
    PRIMARY KEY (number, ordinal, letter)
) WITHOUT ROWID;
CREATE INDEX letter_line_letter ON letter_line (letter);
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
CREATE TABLE replay_file (
    replay INTEGER NOT NULL,
    place INTEGER NOT NULL,
    source TEXT NOT NULL,
    staged INTEGER NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    skipped TEXT,
    PRIMARY KEY (replay, place)
) WITHOUT ROWID;
CREATE INDEX file_of_replay ON file (name) WHERE name >= 'replay' AND name < 'replaz';
ALTER TABLE meta RENAME COLUMN frontier_file TO live_file;
ALTER TABLE meta RENAME COLUMN frontier_place TO live_place;
ALTER TABLE meta ADD COLUMN bulk_file INTEGER NOT NULL DEFAULT 0;
ALTER TABLE meta ADD COLUMN bulk_place INTEGER NOT NULL DEFAULT 0;
UPDATE meta SET bulk_file = live_file, bulk_place = live_place;
PRAGMA user_version = 6;
)sql";

// From version 6: records that were not sent, since HubSpot had their values already.
constexpr const char* from_version_6 = R"sql(
ALTER TABLE meta ADD COLUMN unchanged INTEGER NOT NULL DEFAULT 0;
ALTER TABLE file ADD COLUMN unchanged INTEGER NOT NULL DEFAULT 0;
PRAGMA user_version = 7;
)sql";

// From version 7: by which signs a table was divided, of which a part is settled; whether bulk is
// held.
constexpr const char* from_version_7 = R"sql(
ALTER TABLE file ADD COLUMN delimiter INTEGER NOT NULL DEFAULT 0;
ALTER TABLE file ADD COLUMN quote INTEGER NOT NULL DEFAULT 0;
ALTER TABLE wish ADD COLUMN bulk_held INTEGER NOT NULL DEFAULT 0;
PRAGMA user_version = 8;
)sql";

// From version 8: parks of the past stay, for reports.
constexpr const char* from_version_8 = R"sql(
ALTER TABLE park ADD COLUMN ended INTEGER;
PRAGMA user_version = 9;
)sql";

constexpr std::array steps{schema_step{from_version_1},
                           schema_step{from_version_2},
                           schema_step{from_version_3},
                           schema_step{from_version_4},
                           schema_step{from_version_5, give_letters_their_keys},
                           schema_step{from_version_6},
                           schema_step{from_version_7},
                           schema_step{from_version_8}};

} // namespace

std::span<const schema_step> schema_steps() {
    return steps;
}

} // namespace hubspool
