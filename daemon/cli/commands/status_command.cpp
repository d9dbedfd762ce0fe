#include "base/clocks.hpp"
#include "base/json_writer.hpp"
#include "cli/arrivals_report.hpp"
#include "cli/commands/commands.hpp"
#include "cli/hold_text.hpp"
#include "cli/printing.hpp"
#include "cli/state_owner.hpp"
#include "cli/status_report.hpp"
#include "config/units.hpp"
#include "core/json/json_lookup.hpp"
#include "core/words/printable.hpp"

#include <fmt/core.h>

#include <chrono>

namespace hubspool {

namespace {

constexpr std::size_t words_shown_max = 1000;

// Said with whatever comes from the daemon's own words when these are not of a moment ago.
std::string age_of(const running_daemon& daemon) {
    // Whole seconds are enough for a person.
    const auto age = std::chrono::floor<std::chrono::seconds>(daemon.status_age);
    return age.count() < 2 ? "a moment ago" : duration_text(age) + " ago";
}

void put_totals(json_writer& json, const record_totals& totals) {
    json.key("totals").begin_object().key("records_in").value(totals.records_in);
    json.key("delivered").value(totals.delivered).key("superseded").value(totals.superseded);
    json.key("dead_lettered").value(totals.dead_lettered).key("pending").value(totals.pending);
    json.end_object().key("balanced").value(totals.balanced());
}

void put_backlog(json_writer& json, std::string_view key, const status_report::backlog& of) {
    json.key(key)
        .begin_object()
        .key("files")
        .value(of.files)
        .key("bytes")
        .value(of.bytes)
        .end_object();
}

void put_parks(json_writer& json, const std::vector<park_row>& parks) {
    json.key("parks").begin_array();
    for (const park_row& park : parks) {
        json.begin_object().key("reason").value(to_string(park.reason));
        json.key("since").value(iso_time(park.since)).key("words").value(park.words);
        json.key("probe_at");
        park.probe_at ? json.value(iso_time(*park.probe_at)) : json.null();
        json.end_object();
    }
    json.end_array();
}

void put_optional(json_writer& json, std::string_view key, const std::optional<std::string>& text) {
    json.key(key);
    text ? json.value(*text) : json.null();
}

// Null while HubSpot is reached.
void put_unreachable(json_writer& json, const status_report& report) {
    json.key("unreachable");
    // Parked is not unreachable: HubSpot has answered then.
    if (!report.is_unreachable()) {
        json.null();
        return;
    }
    const std::string& live = report.daemon->status;
    json.begin_object();
    put_optional(json, "since", json_text_at(live, "/breaker/failing_since"));
    put_optional(json, "by", json_text_at(live, "/breaker/last_failure"));
    put_optional(json, "next_probe_at", json_text_at(live, "/breaker/probe_at"));
    json.end_object();
}

void put_estimate(json_writer& json, const status_report& report) {
    json.key("unread_records");
    report.unread_records ? json.value(*report.unread_records) : json.null();
    // The two keys exclude each other: sending flows, or it has to recover first.
    const auto seconds = [&](std::string_view key, bool told) {
        json.key(key);
        told&& report.sending_takes ? json.value(report.sending_takes->count() / 1000)
                                    : json.null();
    };
    seconds("estimated_seconds", report.flows);
    seconds("estimated_seconds_after_recovery", !report.flows);
}

bool reserve_lacks(const command_context& context, const status_report& report) {
    return report.free_bytes < context.options.queue.reserve_bytes;
}

std::string json_of(const command_context& context, const status_report& report) {
    // Sections in the order of the text for people.
    json_writer json;
    json.begin_object().key("running").value(report.daemon.has_value()).key("pid");
    report.daemon ? json.value(report.daemon->pid) : json.null();
    put_optional(json, "stuck", report.stuck);
    json.key("live_age_ms");
    report.daemon && !report.daemon->status.empty() ? json.value(report.daemon->status_age.count())
                                                    : json.null();
    json.key("version").value(HUBSPOOL_VERSION);
    json.key("queue").value(context.options.queue.directory);
    json.key("state").value(context.options.state.directory);
    put_totals(json, report.totals);
    json.key("batches").value(report.books.meta.totals.batches);
    json.key("requests").value(report.books.meta.totals.requests);
    put_backlog(json, "unread", report.unread);
    put_backlog(json, "waiting", report.waiting);
    put_arrivals(json, report.arrivals);
    json.key("open_files").value(report.open_files).key("rejected_files").value(report.rejected);
    json.key("free_bytes").value(report.free_bytes);
    json.key("reserve_lacks").value(reserve_lacks(context, report)).key("oldest");
    report.oldest ? json.value(iso_time(*report.oldest)) : json.null();
    json.key("paused").value(report.books.meta.paused);
    put_parks(json, report.books.meta.parks);
    put_unreachable(json, report);
    put_estimate(json, report);
    json.key("mismatched").begin_array();
    for (const file_row& row : report.mismatched) json.value(row.number);
    json.end_array().key("live");
    // What the daemon says of itself, as it is; null when it is no JSON.
    report.daemon ? json.object(report.daemon->status) : json.null();
    json.end_object();
    return json.text();
}

std::string running_text(const status_report& report) {
    if (!report.daemon) return "no: nothing is sent until `hubspool run` or `hubspool drain`";
    const std::string& live = report.daemon->status;
    return fmt::format("yes ({}, pid {})", json_text_at(live, "/command").value_or("starting"),
                       report.daemon->pid);
}

void print_limits(const command_context& context, const std::string& live) {
    // A daemon that has just started has said nothing yet.
    const auto limit = json_number_at(live, "/rate_limit");
    if (!limit) return;
    const std::uint64_t others = json_number_at(live, "/others").value_or(0);
    print("limit      {} requests in {}{}\n", *limit,
          duration_text(context.options.rate_limit.window),
          others > 0 ? fmt::format("; other clients use {}", others) : "");
    const auto today = json_number_at(live, "/today/requests");
    if (!today) return;
    const auto allowed = json_number_at(live, "/today/allowed");
    const auto remaining = json_number_at(live, "/today/account_remaining");
    print("today      {}{}{}, until {}\n", counted(*today, "request"),
          allowed ? fmt::format(" of {}", *allowed) : "",
          remaining ? fmt::format("; the account has {} left", *remaining) : "",
          json_text_at(live, "/today/ends").value_or(""));
}

void print_sending(const command_context& context, const status_report& report) {
    // Parks are in the state, so they are told without a daemon, too.
    for (const park_row& park : report.books.meta.parks) {
        print("parked     {} since {}: {}\n", to_string(park.reason), shown_time(park.since),
              one_line(park.words, words_shown_max));
        if (park.probe_at) print("           next try at {}\n", shown_time(*park.probe_at));
    }
    if (!report.daemon) return;
    const std::string& live = report.daemon->status;
    // From here on only a running daemon knows.
    if (const auto since = json_text_at(live, "/breaker/failing_since")) {
        const std::string by =
            one_line(json_text_at(live, "/breaker/last_failure").value_or(""), words_shown_max);
        print("{} since {}: {}\n", report.is_unreachable() ? "unreachable" : "failing   ", *since,
              by);
        if (const auto next = json_text_at(live, "/breaker/probe_at"))
            print("           next try with one record at {}\n", *next);
    }
    if (const auto why = json_text_at(live, "/credential_waits"))
        fmt::print("credential the newer one waits, the one before stays in use: {}\n",
                   one_line(*why, words_shown_max));
    // Parks and outages have their lines above.
    for (std::size_t i = 0; const auto hold = hold_at(live, i, wall_now()); ++i)
        if (hold->kind != "park" && hold->kind != "outage") print("held       {}\n", hold->text);
    print_limits(context, live);
}

void print_books(const status_report& report) {
    const record_totals& totals = report.totals;
    print("records    {} in = {} delivered + {} superseded + {} dead-lettered + {} pending\n",
          totals.records_in, totals.delivered, totals.superseded, totals.dead_lettered,
          totals.pending);
    // Never seen, and never to be passed over.
    if (!totals.balanced())
        print("           THE BOOKS DO NOT BALANCE: this is an error of hubspool, please "
              "report it\n");
    for (const file_row& row : report.mismatched)
        print("           the sums of file {} ({}) disagree: {} records, {} delivered, {} "
              "superseded, "
              "{} dead; it is read again at the next start\n",
              row.number, printable(row.name), row.records_in.value_or(0), row.counts.delivered,
              row.counts.superseded, row.counts.dead);
    // Live figures are older than the rows: so their age stands beside them.
    if (report.daemon) {
        if (const auto live = json_number_at(report.daemon->status, "/pending/records"))
            print("in memory  {} read and not settled, of {}, {}\n", counted(*live, "record"),
                  counted(json_number_at(report.daemon->status, "/pending/objects").value_or(0),
                          "object"),
                  age_of(*report.daemon));
    }
}

void print_arrivals(const status_report& report) {
    const arrivals_words words = words_of(report.arrivals);
    if (!words.blocked.empty()) print("blocked    {}\n", words.blocked);
    if (!words.left_alone.empty()) print("left alone {}\n", words.left_alone);
    if (!words.unfinished.empty()) print("unfinished {}\n", words.unfinished);
}

void print_text(const command_context& context, const status_report& report) {
    print("running    {}\n", running_text(report));
    // The first thing to know: what follows may be old.
    if (report.stuck)
        print("STUCK      {}\n           what it says of itself below is of {}\n", *report.stuck,
              age_of(*report.daemon));
    print("queue      {}\n", printable(context.options.queue.directory));
    if (!report.has_state)
        print("state      none yet in {}\n", printable(context.options.state.directory));
    print_books(report);
    const bool about = report.unread_records.value_or(0) > 0;
    print("unread     {}, {}{} ({} of these files in new/ and bulk/)\n",
          counted(report.unread.files, "file"), size_text(report.unread.bytes),
          about ? ", about " + counted(*report.unread_records, "record") : "",
          report.waiting.files);
    print_arrivals(report);
    print("in cur/    {}{}\n", counted(report.open_files, "file"),
          report.oldest ? ", the oldest since " + shown_time(*report.oldest) : "");
    if (report.rejected > 0)
        print("rejected   {} in rejected/, each with its reason beside it\n",
              counted(report.rejected, "file"));
    if (reserve_lacks(context, report))
        print("disk       {} left, less than queue.reserve ({}): producers will soon fail to "
              "write; make room, or shorten queue.retention\n",
              size_text(report.free_bytes), size_text(context.options.queue.reserve_bytes));
    print_sending(context, report);
    if (report.sending_takes && report.sending_takes->count() > 0)
        print("done in    about {}{}, at the present limit\n",
              duration_text(std::chrono::ceil<std::chrono::seconds>(*report.sending_takes)),
              report.flows ? "" : " after sending goes on");
}

// For scripts that ask whether somebody must look.
int code_of(const status_report& report) {
    // Nothing runs: whatever else is true, nothing is sent.
    if (!report.daemon) return exit_stopped;
    return report.stuck || !report.books.meta.parks.empty() ? exit_failed : exit_done;
}

} // namespace

int run_status(const command_context& context, bool tells_by_code) {
    // The state can be read by its owner only.
    if (auto became = become_state_owner(context.options); !became)
        return complain(exit_failed, became.error().message);
    const auto report = make_status_report(context.options);
    if (!report) return complain(exit_failed, report.error().message);
    if (context.json) {
        print_text(json_of(context, *report) + '\n');
    } else {
        print_text(context, *report);
    }
    return tells_by_code ? code_of(*report) : exit_done;
}

} // namespace hubspool
