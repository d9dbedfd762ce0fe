// The report of a night, and what such reports are made of.
#pragma once

#include "cli/report/span_report.hpp"
#include "cli/some_letters.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace hubspool {

// When the files of these reports were settled.
inline constexpr wall_time report_evening =
    std::chrono::sys_days(std::chrono::year(2020) / 11 / 29) + std::chrono::hours(22);

inline file_row reported_file(std::uint64_t number, const std::string& name, std::uint64_t records,
                              fate_counts counts, bool settled = true) {
    file_row row;
    row.number = number;
    row.lane = lane::bulk;
    row.name = name;
    row.records_in = records;
    row.counts = counts;
    if (settled) row.settled = report_evening;
    return row;
}

inline hour_figures reported_hour(milliseconds after, std::uint64_t requests,
                                  std::uint64_t answer_ms) {
    return {report_evening + after, requests, 0, requests * 100, requests * 100, 0, 0, requests,
            requests * answer_ms};
}

// A night of two exports, of which one has faults, and a live file that waits.
inline span_report reported_night() {
    using std::chrono::hours;
    span_report report;
    report.span = {report_evening, report_evening + hours(9)};
    report.queue = "/var/spool/hubspool";
    report.files.add(reported_file(11, "contacts.ndjson", 300000, {298990, 1000, 10, 40}));
    file_row broken = reported_file(12, "orders <i>.csv", 0, {});
    broken.keep_because = "it looks like CSV; hubspool takes JSON";
    report.files.add(broken);
    report.files.add(reported_file(13, "change.json", 5, {2, 0, 0}, false));
    for (std::uint64_t i = 0; i < 5; ++i)
        report.dead.add(
            some_letter(11, 20 * i, "4" + std::to_string(i), "no property \"nope\"", 2));
    report.dead.add(some_letter(11, 900, "", "an object that HubSpot does not have"));
    report.names = {{11, "contacts.ndjson"}};
    report.hours = {reported_hour(hours(0), 1000, 180), reported_hour(hours(1), 1900, 450),
                    reported_hour(hours(4), 100, 200)};
    report.hours[1].failed = 2;
    report.hours[1].retried = 200;
    report.today = daemon_status::day_figures{3000, 250000, 180000, report_evening + hours(7)};
    report.parks = {
        {park_reason::quota, report_evening + hours(5), "the day's requests are spent", {}}};
    return report;
}

// Nothing happened in it.
inline span_report empty_report() {
    span_report report;
    report.span = {report_evening, report_evening + std::chrono::hours(9)};
    report.queue = "/q";
    return report;
}

} // namespace hubspool
