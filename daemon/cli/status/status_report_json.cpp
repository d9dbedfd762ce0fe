#include "cli/status/status_report_json.hpp"

#include "base/clocks.hpp"
#include "base/json_writer.hpp"
#include "cli/arrivals_report.hpp"
#include "cli/replay/replay_words.hpp"

namespace hubspool {

namespace {

void put_totals(json_writer& json, const record_totals& totals) {
    json.key("totals").begin_object().key("records_in").value(totals.records_in);
    json.key("delivered").value(totals.delivered).key("superseded").value(totals.superseded);
    json.key("dead_lettered").value(totals.dead_lettered).key("pending").value(totals.pending);
    json.key("overtaken").value(totals.overtaken).key("unchanged").value(totals.unchanged);
    json.end_object().key("balanced").value(totals.balanced());
}

void put_letters(json_writer& json, const letter_sums& letters) {
    json.key("dead_letters").begin_object().key("open").value(letters.open);
    json.key("retried").value(letters.retried).key("held").value(letters.held);
    json.key("struck").value(letters.struck).key("died_again").value(letters.died_again);
    json.key("dropped").value(letters.dropped).end_object();
}

void put_backlog(json_writer& json, std::string_view key, const status_report::backlog& files) {
    json.key(key)
        .begin_object()
        .key("files")
        .value(files.files)
        .key("bytes")
        .value(files.bytes)
        .end_object();
}

void put_parks(json_writer& json, const std::vector<park_row>& parks) {
    json.key("parks").begin_array();
    for (const park_row& park : parks) {
        json.begin_object().key("reason").value(to_string(park.reason));
        json.key("since").value(iso_time(park.since)).key("words").value(park.words);
        json.key("probe_at").value_or_null(iso_time(park.probe_at)).end_object();
    }
    json.end_array();
}

// Null while HubSpot is reached.
void put_unreachable(json_writer& json, const status_report& report) {
    json.key("unreachable");
    // Parked is not unreachable: HubSpot has answered then.
    if (!report.is_unreachable()) {
        json.null();
        return;
    }
    const auto& failing = report.told()->failing;
    json.begin_object().key("since");
    failing ? json.value(iso_time(failing->since)) : json.null();
    json.key("by");
    failing ? json.value(failing->last_failure) : json.null();
    json.key("next_probe_at");
    failing ? json.value_or_null(iso_time(failing->probe_at)) : json.null();
    json.end_object();
}

void put_estimate(json_writer& json, const status_report& report) {
    json.key("unread_records").value_or_null(report.unread_records);
    // The two keys exclude each other: sending flows, or it has to recover first.
    const auto seconds = [&](std::string_view key, bool told) {
        json.key(key);
        told&& report.sending_takes ? json.value(report.sending_takes->count() / 1000)
                                    : json.null();
    };
    seconds("estimated_seconds", report.flows);
    seconds("estimated_seconds_after_recovery", !report.flows);
}

} // namespace

std::string status_report_json(const settings& options, const status_report& report) {
    // Sections in the order of the text for people.
    json_writer json;
    json.begin_object().key("running").value(report.daemon.has_value()).key("pid");
    report.daemon ? json.value(report.daemon->pid) : json.null();
    json.key("stuck").value_or_null(report.stuck).key("live_age_ms");
    report.told() != nullptr ? json.value(report.daemon->status_age.count()) : json.null();
    json.key("version").value(HUBSPOOL_VERSION);
    json.key("queue").value(options.queue.directory);
    json.key("state").value(options.state.directory);
    put_totals(json, report.totals);
    json.key("open_dead_letters").value(report.books.letters.open);
    put_letters(json, report.books.letters);
    json.key("batches").value(report.books.meta.totals.batches);
    json.key("requests").value(report.books.meta.totals.requests);
    put_backlog(json, "unread", report.unread);
    put_backlog(json, "waiting", report.waiting);
    put_arrivals(json, report.arrivals);
    json.key("open_files").value(report.open_files).key("rejected_files").value(report.rejected);
    json.key("waits_for_turn").begin_object().key("files").value(report.waits_for_turn.files);
    json.key("behind").value(report.waits_for_turn.behind).end_object();
    json.key("replay");
    if (report.replay) {
        json.begin_object();
        put_job(json, report.replay->first, report.replay->second);
        json.end_object();
    } else {
        json.null();
    }
    json.key("free_bytes").value(report.free_bytes);
    json.key("reserve_lacks").value(report.lacks_reserve(options));
    json.key("clock_lags_until").value_or_null(iso_time(report.clock_lags_until(wall_now())));
    json.key("oldest")
        .value_or_null(iso_time(report.oldest))
        .key("paused")
        .value(report.books.meta.paused);
    put_parks(json, report.books.meta.parks);
    put_unreachable(json, report);
    put_estimate(json, report);
    json.key("mismatched").begin_array();
    for (const file_row& row : report.mismatched) json.value(row.number);
    json.end_array().key("live");
    // What the daemon says of itself, as it is; null when it is no JSON.
    report.daemon ? json.object(report.daemon->status_json) : json.null();
    json.end_object();
    return json.text();
}

} // namespace hubspool
