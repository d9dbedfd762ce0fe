// A state database as hubspool 0.1.0 left it (version 4), by sqlite3's .dump.
#pragma once

namespace hubspool {

inline constexpr const char* version_4_sql = R"sql(
CREATE TABLE meta (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    state_id TEXT NOT NULL DEFAULT '',
    commit_number INTEGER NOT NULL DEFAULT 0,
    run INTEGER NOT NULL DEFAULT 0,
    last_number INTEGER NOT NULL DEFAULT 0,
    last_batch INTEGER NOT NULL DEFAULT 0,
    lowest_cur INTEGER NOT NULL DEFAULT 0, -- of no use any more: cur/ is asked
    frontier_file INTEGER NOT NULL DEFAULT 0,
    frontier_place INTEGER NOT NULL DEFAULT 0,
    records_in INTEGER NOT NULL DEFAULT 0,
    delivered INTEGER NOT NULL DEFAULT 0,
    superseded INTEGER NOT NULL DEFAULT 0,
    dead_lettered INTEGER NOT NULL DEFAULT 0,
    batches INTEGER NOT NULL DEFAULT 0,
    requests INTEGER NOT NULL DEFAULT 0,
    day_ends INTEGER NOT NULL DEFAULT 0,
    day_requests INTEGER NOT NULL DEFAULT 0
);
INSERT INTO meta VALUES(1,'c877fde6c14dc4044cf4b714ce262021',7,1,1,1,0,65,9223372036854775807,3,2,1,0,1,1,1796014800000,2);
CREATE TABLE wish (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    paused INTEGER NOT NULL DEFAULT 0,
    resumes INTEGER NOT NULL DEFAULT 0
);
INSERT INTO wish VALUES(1,1,0);
CREATE TABLE park (
    reason INTEGER NOT NULL,
    since INTEGER NOT NULL,
    words TEXT NOT NULL,
    probe_at INTEGER
);
INSERT INTO park VALUES(0,1796013352986,'sending was paused by an operator; `hubspool resume` ends it',NULL);
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
    mismatches INTEGER NOT NULL
);
INSERT INTO file VALUES(1,0,'one.ndjson',0,148,1796013352841854800,0,0,1,0,2,1,0,3,NULL,1796013352956,1796013352960,0);
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
    settlement BLOB NOT NULL
);
INSERT INTO batch VALUES(1,1,1,0,0,2,2,0,0,200,'COMPLETE','','','5b9c1e4a-0000-4000-8000-000000000002',0,4,1796013352960,1,X'4853018ce093f72302096576656e744e616d65046369747902013100010001320002000101010200010004');
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
    UNIQUE (state_id, file, place)
);
CREATE TABLE charge (
    object_id TEXT PRIMARY KEY,
    attempts INTEGER NOT NULL,
    last INTEGER NOT NULL
);
CREATE INDEX file_settled ON file (settled);
CREATE INDEX batch_number ON batch (batch);
CREATE INDEX batch_finished ON batch (finished);
CREATE INDEX batch_max_file ON batch (max_file);
CREATE INDEX dead_letter_file ON dead_letter (file);
CREATE INDEX dead_letter_dropped ON dead_letter (dropped) WHERE dropped IS NOT NULL;
PRAGMA application_id = 1215517489;
PRAGMA user_version = 4;
)sql";

} // namespace hubspool
