// What can happen to the engine: one value for each kind, handed to engine::handle().
//
// A reference in one need only live until handle() returns.
#pragma once

#include "core/answers/api_response.hpp"
#include "core/books/file_books.hpp"
#include "core/limits/daily_budget.hpp"
#include "core/records/decoded_block.hpp"
#include "core/words/arrival.hpp"
#include "core/words/charge.hpp"
#include "core/words/ledger_entry.hpp"
#include "core/words/operator_request.hpp"
#include "core/words/park.hpp"
#include "core/words/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace hubspool::event {

// What the run before left: once, after the first day_told, before anything is read. Nothing is
// sent then before frontiers_passed.
struct run_before {
    frontiers read_to = {};    // durable
    order_key newest_key = {}; // not below any that was ever accepted
    order_key horizon = {};    // below it the ledger may have forgotten
    std::vector<std::pair<std::uint64_t, settled_set>> files =
        {}; // by number: what of them is settled
    // Requests that still count: how many, until when; and those whose answer never came.
    std::vector<std::pair<boot_time, std::uint32_t>> slots = {};
    std::uint32_t unanswered = 0;
    // How full the window is until then, only another state directory knows.
    std::optional<boot_time> window_taken_until = {};
    // Objects by object_id_hash(), whose last request may land until then.
    std::vector<std::pair<std::uint64_t, boot_time>> may_land = {};
    std::optional<boot_time> hold_all_until =
        {}; // after a restart of the machine: requests may land
    std::vector<std::pair<charge, boot_time>> charges = {}; // and when the object was last charged
    std::vector<park> parks = {};
    bool paused = false;
    std::optional<day_count> requests_today = {}; // durable; nothing: it need not be
};
// The threads run, and actions are carried out: the rules of a run hold from here on.
struct run_begun {};

// Reading.
struct records_read { // one block of a file
    const decoded_block& block;
};
struct file_ended { // read to its end
    std::uint64_t file = 0;
};
struct reading_changed { // more is there to be read just now, or is not
    bool reading = false;
};
struct frontiers_passed {};     // all that the run before had read is read again
struct everything_read {        // drain: there will be no more
    std::string unclaimed = {}; // what kept it from claiming all that was there; empty: nothing
};
struct files_open_changed { // what open files cost elsewhere counts against the same limit
    std::size_t bytes = 0;
    std::size_t settled_bytes = 0; // of those that only wait for their turn to leave cur/
};

// What became durable.
struct frontiers_stored {
    frontiers upto; // {}: of that lane nothing new
};
struct outcome_stored { // persist_outcome was done
    std::uint64_t ticket = 0;
};
struct commit_done { // all outcomes of one commit were told; these were their bytes
    std::size_t bytes = 0;
};
struct history_trimmed {
    order_key horizon; // below it the ledger may have forgotten from now on
};
struct looked_up { // to look_up: an entry for each object that was asked about
    ledger_answer answer;
};
struct day_count_stored { // persist_day_count was done
    day_count count;
};
struct books_closed {                 // close_books was done
    std::uint64_t files_rejected = 0; // not wholly readable
    std::uint64_t files_left = 0;     // settled, and still in cur/
};

// The network.
struct connection_made {};
struct connection_failed {
    std::string why;
};
struct not_noted { // send_request, or ask_account with 0: nothing of it goes out
    std::uint64_t batch = 0;
};
struct answer_came { // to send_request, however it ended
    std::uint64_t batch = 0;
    const api_response& response;
};
struct account_answered { // to ask_account, however it ended
    const api_response& response;
};

// The credential. Without a word of it, it counts as proved.
struct credential_missing {}; // there is none to send with
struct credential_offered {   // another one was put in place
    bool first = false;       // there is none that was proved: nothing else goes until it is
    std::optional<std::uint64_t> told_portal; // by an OAuth token's answer
};
struct credential_adopted {}; // a new one is in use: what the one before could not do, it may
struct token_not_had {        // no access token can be had now; the caller tries again
    std::string why;
};
struct credential_refused { // none can be had, and a person must act
    park_request park;
};
struct credential_watched { // why what the files hold is not used though it is newer
    std::string waits;      // empty: nothing waits
};

// People and time.
struct day_told { // the day of the quota: at the start, and again and again
    quota_day day;
};
struct operators_read { // to ask_operators; nothing: it could not be read
    std::optional<operator_request> found;
};
struct others_wrote {};    // files of others may have changed since note_files
struct operators_wrote {}; // nothing goes before what they ask for is read
struct flush_wanted {};    // what stood in the way may have gone, an operator says
struct stop_wanted {};     // a signal
struct failed {            // the run must end, whatever it waited for
    std::string why;
};

using any =
    std::variant<run_before, run_begun, records_read, file_ended, reading_changed, frontiers_passed,
                 everything_read, files_open_changed, frontiers_stored, outcome_stored, commit_done,
                 history_trimmed, looked_up, day_count_stored, books_closed, connection_made,
                 connection_failed, not_noted, answer_came, account_answered, credential_missing,
                 credential_offered, credential_adopted, token_not_had, credential_refused,
                 credential_watched, day_told, operators_read, others_wrote, operators_wrote,
                 flush_wanted, stop_wanted, failed>;

} // namespace hubspool::event
