#include "cli/report/report_json.hpp"

#include "base/clocks.hpp"
#include "cli/printing.hpp"

namespace hubspool {

namespace {

// Keys of an open object.
void put_counts(json_writer& json, const report_counts& counts) {
    json.key("records_in").value(counts.records_in);
    json.key("delivered").value(counts.fates.delivered);
    json.key("superseded").value(counts.fates.superseded);
    json.key("overtaken").value(counts.fates.overtaken);
    json.key("unchanged").value(counts.fates.unchanged);
    json.key("dead_lettered").value(counts.fates.dead);
    json.key("pending").value(counts.pending);
}

void put_hour(json_writer& json, const hour_figures& hour) {
    json.key("requests").value(hour.requests).key("failed").value(hour.failed);
    json.key("inputs").value(hour.inputs).key("delivered").value(hour.delivered);
    json.key("retried").value(hour.retried).key("dead_lettered").value(hour.dead_lettered);
    json.key("answer_ms");
    hour.answered == 0 ? json.null() : json.value(mean_answer_ms(hour));
}

void put_hours(json_writer& json, const span_report& report) {
    json.key("requests").begin_object();
    put_hour(json, report.requests());
    const auto slowest = report.slowest_hour();
    json.key("slowest_hour")
        .value_or_null(slowest ? std::optional(iso_time(slowest->begins)) : std::nullopt);
    json.end_object();
    json.key("hours").begin_array();
    for (const hour_figures& hour : report.hours) {
        json.begin_object().key("begins").value(iso_time(hour.begins));
        put_hour(json, hour);
        json.end_object();
    }
    json.end_array();
}

void put_files(json_writer& json, const report_files& files) {
    json.key("files").begin_object();
    json.key("settled").value(files.settled()).key("open").value(files.open());
    json.key("rejected").value(files.rejected());
    json.key("most_trouble").begin_array();
    for (const file_row& row : files.troubled()) {
        json.begin_object().key("number").value(row.number).key("name").value(row.name);
        json.key("lane").value(lane_name(row.lane));
        put_counts(json, counts_of(row));
        json.key("settled").value_or_null(iso_time(row.settled));
        json.key("keep_because").value_or_null(row.keep_because);
        json.key("remark").value(row.remark).end_object();
    }
    json.end_array();
    json.key("others").begin_object().key("files").value(files.all() - files.troubled().size());
    put_counts(json, files.rest());
    json.end_object().end_object();
}

void put_reasons(json_writer& json, const span_report& report) {
    json.key("dead_letters").begin_object().key("letters").value(report.dead.letters());
    json.key("records").value(report.dead.records());
    json.key("reasons").begin_array();
    for (const report_reasons::reason& reason : report.dead.largest()) {
        json.begin_object().key("reason").value(reason.words);
        json.key("letters").value(reason.letters).key("records").value(reason.records);
        json.key("examples").begin_array();
        for (const report_reasons::example& example : reason.examples) {
            const auto name = report.names.find(example.file);
            json.begin_object().key("id").value(example.letter);
            json.key("object_id").value(example.object_id).key("file").value(example.file);
            json.key("name").value(name == report.names.end() ? std::string() : name->second);
            json.key("line").value(example.line).end_object();
        }
        json.end_array().end_object();
    }
    json.end_array().end_object();
}

void put_day(json_writer& json, const span_report& report) {
    json.key("today");
    if (!report.today) {
        json.null();
        return;
    }
    json.begin_object().key("requests").value(report.today->requests);
    json.key("allowed").value_or_null(report.today->allowed);
    json.key("account_remaining").value_or_null(report.today->account_remaining);
    json.key("ends").value(iso_time(report.today->ends)).end_object();
}

void put_past_parks(json_writer& json, const past_parks& over) {
    json.key("parks_over").begin_object().key("count").value(over.count());
    json.key("stood_ms").value(over.stood().count()).key("longest").begin_array();
    for (const ended_park& park : over.longest()) {
        json.begin_object().key("reason").value(to_string(park.reason));
        json.key("since").value(iso_time(park.since)).key("ended").value(iso_time(park.ended));
        json.key("words").value(park.words).end_object();
    }
    json.end_array().end_object();
}

} // namespace

void put_report(json_writer& json, const span_report& report) {
    json.begin_object().key("since").value(iso_time(report.span.since));
    json.key("until").value(iso_time(report.span.until)).key("queue").value(report.queue);
    json.key("known_since").value_or_null(iso_time(report.history_from));
    json.key("records").begin_object();
    put_counts(json, report.files.sums());
    json.end_object();
    put_files(json, report.files);
    put_reasons(json, report);
    put_hours(json, report);
    put_day(json, report);
    json.key("parks").begin_array();
    for (const park_row& park : report.parks) {
        json.begin_object().key("reason").value(to_string(park.reason));
        json.key("since").value(iso_time(park.since)).key("words").value(park.words).end_object();
    }
    json.end_array();
    put_past_parks(json, report.over);
    json.end_object();
}

} // namespace hubspool
