// The commands, one function each. They print to standard output, trouble to standard error, and
// return the exit code.
#pragma once

#include "base/result.hpp"
#include "cli/letters/letter_filter.hpp"
#include "cli/report/report_forms.hpp"
#include "config/settings.hpp"
#include "core/books/retry_records.hpp"
#include "core/words/lane.hpp"
#include "core/words/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

inline constexpr int exit_done = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_dead_letters = 3;
inline constexpr int exit_stopped = 4;
inline constexpr int exit_try_again = 75; // EX_TEMPFAIL of sysexits.h

struct command_context {
    settings options;
    std::string config_path;
    bool json = false;
};

struct drain_arguments {
    std::optional<milliseconds> deadline; // from now
    std::optional<std::uint64_t> requests_max;
    std::optional<lane> only; // that is read and sent; nothing: both
    bool full = false;        // what is unchanged is sent, too
    std::string report;       // a file for the summary, by its ending; empty: none
    std::string metrics_file; // empty: none
    bool quiet = false;       // only errors, and the exit code
    bool verbose = false;     // a line for each batch, wherever standard error goes
};

struct plan_arguments {
    std::vector<std::string> files; // none: what is queued
    std::size_t sample = 0;         // bodies to be shown
    bool online = false;            // ask HubSpot, too
};

struct check_arguments {
    bool online = false;         // ask HubSpot, too
    bool quiet = false;          // only errors, and the exit code
    std::string writer;          // the queue whose producer is watched instead; empty: nobody is
    std::string patience = "1m"; // so long
};

struct submit_arguments {
    std::vector<std::string> files; // "-" is standard input, and so is none at all
    bool bulk = false;
    bool wait = false;       // until settled
    bool check_only = false; // nothing is queued
    std::string as_of;       // a time; empty: what the files' names say, or when they come
};

struct history_arguments {
    std::optional<wall_time> since;
    bool failed_only = false;
    bool follow = false;
    std::size_t rows_max = 1000;
};

struct dead_letter_arguments {
    letter_filter filter;
    std::vector<std::string> ids; // FILE:OFFSET as list prints it, or -; show: an objectId
    std::size_t rows_max = 1000;
    bool each = false;    // list: a line for each, not by reason
    bool struck = false;  // list: those that were struck, and not the open ones
    bool all = false;     // drop, retry, hold, release: all that there are
    bool dry_run = false; // drop, retry: only say what would be done
    bool yes = false;     // drop, retry: do not ask
    letter_edits edits;   // retry, export
};

struct trace_arguments {
    std::string object_id;
    std::string field; // only what sets it; empty: all
    std::optional<wall_time> since;
    std::size_t rows_max = 1000; // batches
};

struct replay_arguments {
    std::vector<std::string> files; // paths in done/, names, numbers
    std::optional<wall_time> since, until;
    std::vector<std::string> object_ids; // none: all
    std::optional<lane> only;            // nothing: both
    bool failed_only = false;            // only records that died
    bool execute = false;
    bool as_newest = false; // over what is newer in HubSpot
    bool yes = false;       // do not ask
    std::string reason;
    std::string requests_max; // a number or a share of the limit; empty: no limit
    std::uint64_t id = 0;     // show, pause, resume, cancel
};

struct report_arguments {
    wall_time since = {};
    std::optional<wall_time> until; // nothing: now
    report_form form = report_form::text;
};

struct ledger_arguments {
    std::string object_id;
};

// `metrics_path`: a file that is written at the end; empty: none.
int run_run(const command_context& context, const std::string& metrics_path);
int run_drain(const command_context& context, const drain_arguments& arguments);
int run_plan(const command_context& context, const plan_arguments& arguments);
int run_submit(const command_context& context, const submit_arguments& arguments);
int run_check(const command_context& context, const check_arguments& arguments);
int run_check_writer(const command_context& context, const check_arguments& arguments);
int run_status(const command_context& context, bool tells_by_code);
int run_batches(const command_context& context, const history_arguments& arguments);
int run_files(const command_context& context, const history_arguments& arguments);
int run_dead_letters_list(const command_context& context, const dead_letter_arguments& arguments);
int run_dead_letters_show(const command_context& context, const dead_letter_arguments& arguments);
int run_dead_letters_export(const command_context& context, const dead_letter_arguments& arguments);
int run_dead_letters_drop(const command_context& context, const dead_letter_arguments& arguments);
int run_dead_letters_retry(const command_context& context, const dead_letter_arguments& arguments);
int run_dead_letters_hold(const command_context& context, const dead_letter_arguments& arguments);
int run_dead_letters_release(const command_context& context,
                             const dead_letter_arguments& arguments);
int run_trace(const command_context& context, const trace_arguments& arguments);
int run_replay(const command_context& context, const replay_arguments& arguments);
int run_replay_list(const command_context& context);
int run_replay_show(const command_context& context, const replay_arguments& arguments);
int run_replay_pause(const command_context& context, const replay_arguments& arguments);
int run_replay_resume(const command_context& context, const replay_arguments& arguments);
int run_replay_cancel(const command_context& context, const replay_arguments& arguments);
int run_report(const command_context& context, const report_arguments& arguments);
int run_ledger_show(const command_context& context, const ledger_arguments& arguments);
int run_ledger_check(const command_context& context);
int run_ledger_rebuild(const command_context& context);

} // namespace hubspool
