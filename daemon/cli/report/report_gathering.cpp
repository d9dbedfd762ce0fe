#include "cli/report/report_gathering.hpp"

#include "cli/live_daemon.hpp"
#include "state/letters/dead_letter_box.hpp"
#include "state/state_store.hpp"

#include <utility>

namespace hubspool {

namespace {

result<void> add_settled(span_history& books, bool to_now, span_report& report) {
    auto done = books.visit_hours(report.span,
                                  [&](const hour_figures& hour) { report.hours.push_back(hour); });
    if (!done) return done;
    return books.visit_files(report.span, to_now,
                             [&](const file_row& row) { report.files.add(row); });
}

result<void> add_letters(const settings& options, span_report& report) {
    auto box = dead_letter_box::open(options.state.directory, dead_letter_box::access::look);
    if (!box) return box.error();
    return box->visit([&](const kept_dead_letter& kept) {
        if (kept.died >= report.span.since && kept.died < report.span.until)
            report.dead.add(kept.letter);
        // They come from new to old; the clock may have been set in between.
        return kept.died >= report.span.since - std::chrono::hours(24);
    });
}

// Of few files: those that an example names.
result<void> add_names(span_history& books, span_report& report) {
    for (const report_reasons::reason& reason : report.dead.largest()) {
        for (const report_reasons::example& example : reason.examples) {
            if (report.names.contains(example.file)) continue;
            auto name = books.file_name(example.file);
            if (!name) return name.error();
            report.names.emplace(example.file, std::move(*name));
        }
    }
    return {};
}

// Of ours the state knows; what the account has left only a running daemon, as HubSpot told it
// last.
void add_day(const settings& options, const meta& known, wall_time now, span_report& report) {
    if (known.today.ends > now) {
        daemon_status::day_figures ours;
        ours.requests = known.today.used;
        ours.ends = known.today.ends;
        report.today = ours;
    }
    const auto daemon = find_daemon(options);
    if (daemon && daemon->status && daemon->status->today) report.today = daemon->status->today;
}

} // namespace

result<span_report> gather_report(const settings& options, const time_span& span, wall_time now) {
    span_report report;
    report.span = span;
    report.queue = options.queue.directory;
    auto store = open_what_is_made(options, [&] {
        return state_store::open(options.state.directory, state_store::access::read_only);
    });
    if (!store) return store.error();
    const auto known = (*store)->load_meta();
    if (!known) return known.error();
    report.parks = known->parks;
    if (span.since < now - options.state.history) report.history_from = now - options.state.history;
    auto books = span_history::open(options.state.directory);
    if (!books) return books.error();
    if (auto done = add_settled(*books, span.until >= now, report); !done) return done.error();
    if (auto done = add_letters(options, report); !done) return done.error();
    if (auto done = add_names(*books, report); !done) return done.error();
    report.over = past_parks(span);
    const auto told =
        books->visit_parks(span, [&](ended_park park) { report.over.add(std::move(park)); });
    if (!told) return told.error();
    add_day(options, *known, now, report);
    return report;
}

} // namespace hubspool
