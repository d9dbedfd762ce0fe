#include "app/submit/submission_json.hpp"
#include "app/submit/submitted_file.hpp"
#include "base/clocks.hpp"
#include "base/json_writer.hpp"
#include "base/log.hpp"
#include "cli/commands/commands.hpp"
#include "cli/printing.hpp"
#include "cli/submit/settle_wait.hpp"
#include "cli/time_argument.hpp"
#include "core/records/meant_field.hpp"
#include "core/words/printable.hpp"
#include "spool/queue_names.hpp"

#include <fmt/core.h>

#include <cerrno>

namespace hubspool {

namespace {

struct submission {
    submitted_file file;
    std::string error;                // why it was not queued, when no record is to blame
    std::optional<settled_file> fate; // of --wait
};

void complain_of_bad(const submitted_file& file) {
    // The file's name is a producer's: it may hold anything.
    complain(exit_failed,
             fmt::format("{}: {} of {} cannot be taken; nothing of it was queued",
                         printable(file.source), file.bad, counted(file.records, "record")));
    std::string lines;
    for (const bad_record& bad : file.listed)
        lines += fmt::format("{}:{}: {}\n", printable(file.source), bad.line,
                             one_line(bad.reason, 1000));
    // Bounded: a broken export has a million of them.
    if (file.bad > file.listed.size())
        lines += fmt::format("and {} more\n", file.bad - file.listed.size());
    log::say(lines);
}

void warn_of_surrogates(const submitted_file& file) {
    fmt::print(stderr,
               "hubspool: warning: {}: {} that stand alone in its texts become U+FFFD; its "
               "producer cut texts in the middle of a character\n",
               printable(file.source), counted(file.lone_surrogates, "surrogate"));
}

void warn_of_future(const submitted_file& file) {
    fmt::print(stderr,
               "hubspool: warning: {}: {} an as_of in the future, and will count as of when the "
               "file came; look at the producer's clock\n",
               printable(file.source),
               file.future_as_of == 1 ? "1 record has"
                                      : counted(file.future_as_of, "record") + " have");
}

void warn_of_misspelt(const submitted_file& file) {
    fmt::print(stderr,
               "hubspool: warning: {}: {} in its name counts for nothing: write as_of=, or its "
               "records count as of when the file came\n",
               printable(file.source), printable(file.misspelt_as_of));
}

void warn_of_unknown(const submitted_file& file) {
    std::string fields;
    for (const auto& [name, records] : file.unknown_fields) {
        const std::string_view meant = meant_field(name);
        fields += fmt::format("  {} ({}){}\n", one_line(name, 60), counted(records, "record"),
                              meant.empty() ? "" : fmt::format(": did you mean {}?", meant));
    }
    log::say(fmt::format("hubspool: warning: {}: fields that HubSpot does not document go there as "
                         "they stand:\n{}",
                         printable(file.source), fields));
}

int complain_of_new(const failure& why) {
    // 75 tells a script that the same call may work later (sysexits.h, EX_TEMPFAIL).
    const bool full = why.code == ENOSPC || why.code == EDQUOT;
    return complain(full ? exit_try_again : exit_failed,
                    full ? why.message + "; try again when there is room" : why.message);
}

void print_list(const std::vector<submission>& all, lane to) {
    json_writer json;
    json.begin_array();
    for (const submission& one : all) {
        // No name: it was not queued.
        json.begin_object().key("file").value(one.file.source).key("name");
        one.file.name.empty() ? json.null() : json.value(one.file.name);
        json.key("lane").value(lane_name(to)).key("records").value(one.file.records);
        put_findings(json, one.file);
        if (!one.error.empty()) json.key("error").value(one.error);
        if (one.fate) {
            const fate_counts& counts = one.fate->counts;
            json.key("settled").value(one.fate->settled);
            for (const auto& [key, count] :
                 {std::pair("delivered", counts.delivered),
                  std::pair("superseded", counts.superseded),
                  std::pair("dead_lettered", counts.dead), std::pair("overtaken", counts.overtaken),
                  std::pair("unchanged", counts.unchanged)}) {
                json.key(key);
                // Counts that a producer may not see are null, not 0.
                one.fate->counts_known ? json.value(count) : json.null();
            }
            const std::string& why = one.fate->rejected_because;
            if (!why.empty()) json.key("rejected_because").value(why);
        }
        json.end_object();
    }
    json.end_array();
    print_json(json);
}

// 1 when a file was refused, 75 when there was no room; goes on to the next file after a bad one.
int put_all(const command_context& context, const submit_arguments& arguments, bool follow,
            std::optional<as_of_ms> as_of, std::vector<submission>& all) {
    const lane to = arguments.bulk ? lane::bulk : lane::live;
    const std::vector<std::string> none{"-"};
    int exit_code = exit_done;
    // Without a name it is standard input, as of other commands.
    for (const std::string& name : arguments.files.empty() ? none : arguments.files) {
        auto put = submit_file(name, context.options, {to, follow, arguments.check_only, as_of});
        if (!put) {
            submission refused;
            refused.file.source = name;
            refused.error = put.error().message;
            all.push_back(std::move(refused));
            const int code = complain_of_new(put.error());
            if (exit_code != exit_failed) exit_code = code;
            // Without room the next file would fail as well.
            if (code == exit_try_again) break;
            continue;
        }
        all.push_back({std::move(*put), {}, {}});
        const submitted_file& file = all.back().file;
        // Not one record of it was queued; the other files go on.
        if (file.bad > 0) {
            complain_of_bad(file);
            exit_code = exit_failed;
            continue;
        }
        if (file.lone_surrogates > 0) warn_of_surrogates(file);
        if (file.future_as_of > 0) warn_of_future(file);
        if (!file.misspelt_as_of.empty()) warn_of_misspelt(file);
        if (!file.unknown_fields.empty()) warn_of_unknown(file);
        if (context.json) {
            continue;
        } else if (arguments.check_only) {
            print("{}: {} can be taken; nothing was queued\n", printable(file.source),
                  counted(file.records, "record"));
        } else if (file.name.empty()) {
            print("{}: holds no records; nothing to queue\n", printable(file.source));
        } else {
            print("{}/{}  {}\n", lane_directory(to), file.name, counted(file.records, "record"));
        }
    }
    return exit_code;
}

void print_fate(const submission& one) {
    const fate_counts& counts = one.fate->counts;
    const char* const settled = one.fate->settled ? "settled" : "not settled";
    // A producer sees that the file left, and no more.
    if (one.fate->counts_known)
        print("{}  {}: {} delivered, {} superseded{}{}, {} dead-lettered\n", one.file.name, settled,
              counts.delivered, counts.superseded, overtaken_text(counts.overtaken),
              unchanged_text(counts.unchanged, ", {} unchanged"), counts.dead);
    else
        print("{}  {}; whether records of it were dead-lettered only root and hubspool's user can "
              "see: sudo hubspool files\n",
              one.file.name, settled);
    if (!one.fate->rejected_because.empty())
        print("{}  is in rejected/: {}\n", one.file.name,
              one_line(one.fate->rejected_because, 1000));
}

int exit_code_of(const settled_file& fate) {
    if (!fate.settled) return exit_stopped;
    return fate.counts.dead > 0 || !fate.rejected_because.empty() ? exit_dead_letters : exit_done;
}

// Failed goes before stopped, and that before dead letters.
int stronger_of(int so_far, int code) {
    if (so_far == exit_failed || so_far == exit_try_again || code == exit_done) return so_far;
    return code == exit_stopped || so_far == exit_done ? code : so_far;
}

// One after the other: files settle in the order in which they were queued.
int wait_for_all(settle_wait& wait, bool json, std::vector<submission>& all, int exit_code) {
    const stop_signals signals(signals_of_a_waiting_command(), exit_stopped);
    for (submission& one : all) {
        if (one.file.name.empty()) continue;
        auto fate = wait.wait_for(one.file.name, signals,
                                  one.file.followed ? &*one.file.followed : nullptr);
        if (!fate)
            return complain(exit_failed, fmt::format("{} is queued, but cannot be waited for: {}",
                                                     one.file.name, fate.error().message));
        one.fate = std::move(*fate);
        // The descriptor is given back before the next wait.
        one.file.followed.reset();
        if (!json) print_fate(one);
        exit_code = stronger_of(exit_code, exit_code_of(*one.fate));
        // What stopped this one stops the others, too.
        if (!one.fate->settled) {
            complain(exit_stopped, one.fate->why);
            break;
        }
    }
    return exit_code;
}

result<std::optional<as_of_ms>> as_of_argument(const submit_arguments& arguments) {
    if (arguments.as_of.empty()) return std::optional<as_of_ms>();
    const wall_time now = wall_now();
    const auto time = parse_time(arguments.as_of, now);
    const std::string said = "--as-of " + printable(arguments.as_of);
    if (!time)
        return failure{said + " is no time; write it as 2026-11-30T01:00:00Z, \"2026-11-30 01:00\" "
                              "or 2h ago; nothing was queued"};
    if (*time > now)
        return failure{said + " lies in the future: no record can be of then; nothing was queued"};
    if (*time < wall_time{}) return failure{said + " lies before 1970; nothing was queued"};
    return std::optional(static_cast<as_of_ms>(time->time_since_epoch().count()));
}

} // namespace

int run_submit(const command_context& context, const submit_arguments& arguments) {
    const auto as_of = as_of_argument(arguments);
    if (!as_of) return complain(exit_usage, as_of.error().message);
    settle_wait wait(context.options);
    // What would make the wait useless is told before anything is queued.
    if (arguments.wait) {
        if (auto ready = wait.prepare(); !ready)
            return complain(exit_failed,
                            fmt::format("{}; nothing was queued", ready.error().message));
    }
    std::vector<submission> all;
    int exit_code = put_all(context, arguments, wait.needs_followed(), *as_of, all);
    // Names are out before a wait that may take long.
    (void)flush_printed();
    if (arguments.wait) exit_code = wait_for_all(wait, context.json, all, exit_code);
    if (context.json) print_list(all, arguments.bulk ? lane::bulk : lane::live);
    return exit_code;
}

} // namespace hubspool
