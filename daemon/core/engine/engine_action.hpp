// What the engine wants done: each value says what its caller does. Nothing is left to decide.
#pragma once

#include "core/books/batch_outcome.hpp"
#include "core/books/file_row.hpp"
#include "core/dispatch/outgoing_request.hpp"
#include "core/engine/daemon_status.hpp"
#include "core/engine/drain_rule.hpp"
#include "core/limits/daily_budget.hpp"
#include "core/sending/account_check.hpp"
#include "core/words/park.hpp"
#include "core/words/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hubspool::action {

// Note the request in `sending`, write it on the connection that is ready, and tell answer_came; or
// not_noted, and write nothing.
struct send_request {
    outgoing_request request;
};
// The same with the account check, which carries the credential that was offered last; then tell
// account_answered, or not_noted.
struct ask_account {};
// Make one more connection; tell connection_made or connection_failed.
struct connect {};
// Note the end of the request (0: the account check): its slot is free again at `slot_release`, and
// its objects may be forgotten if the end is `conclusive`. Close its connection if it says so.
struct end_request {
    std::uint64_t batch = 0;
    boot_time slot_release = {};
    bool conclusive = true; // nothing of it can land any more
    bool close_connection = false;
};
// Use the credential that was asked with, or drop it, or go on waiting; and say so.
struct judge_credential {
    account_effect effect;
};
// Make the outcome durable, in this order; then tell outcome_stored, if it has a ticket. After all
// of one commit tell commit_done with the sum of their bytes.
struct persist_outcome {
    batch_outcome outcome;
    std::size_t bytes = 0; // that it holds in memory until then
};
// Make the count durable; then tell day_count_stored.
struct persist_day_count {
    day_count count;
};
// Make the parks durable in the place of those before, and say what changed.
struct persist_parks {
    std::vector<park> before, now;
};
// Ask the ledger what HubSpot has of these objects, 100 at most; then tell looked_up. One question
// at a time.
struct look_up {
    std::vector<std::string> object_ids;
};
// Log a warning, about this batch if it names one.
struct log_warning {
    std::optional<std::uint64_t> batch;
    std::string words;
};

// Tell day_told and credential_watched, and what has become of the credential's files.
struct look_around {};
// Have read what operators ask for; then tell operators_read.
struct ask_operators {};
// Note what the files that others write are like.
struct note_files {};
// Look with each scan whether they are still as they were noted last; if not, tell others_wrote.
struct begin_rest {};
// Write it down for `hubspool status`, with the number of the process.
struct publish_status {
    daemon_status status;
};
// Give memory that is free back to the system.
struct give_back_memory {};

// End reading, and ask for no more tokens. Cut what is still under way after the time of a request.
struct stop_reading {};
// Cut what is under way now.
struct cut_connections {};
// Nothing is under way any more: end the other threads, so that all is durable; then tell
// books_closed.
struct close_books {};
// Write the status down, and end with this exit code and these words.
struct finished {
    drain_end end;
    totals of_run;
    daemon_status status;
};

// Do nothing until then, or until an event was handled.
struct wait_until {
    boot_time at = boot_time::max();
};

using any =
    std::variant<send_request, ask_account, connect, end_request, judge_credential, persist_outcome,
                 persist_day_count, persist_parks, look_up, log_warning, look_around, ask_operators,
                 note_files, begin_rest, publish_status, give_back_memory, stop_reading,
                 cut_connections, close_books, finished, wait_until>;

} // namespace hubspool::action
