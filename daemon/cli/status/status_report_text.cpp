#include "cli/status/status_report_text.hpp"

#include "base/clocks.hpp"
#include "cli/arrivals_report.hpp"
#include "cli/printing.hpp"
#include "cli/replay/replay_words.hpp"
#include "cli/status/hold_text.hpp"
#include "config/units.hpp"
#include "core/words/printable.hpp"

#include <fmt/core.h>

#include <chrono>
#include <utility>

namespace hubspool {

namespace {

constexpr std::size_t words_shown_max = 1000;

// Said with whatever comes from the daemon's own words when these are not of a moment ago.
std::string age_of(const live_daemon& daemon) {
    // Whole seconds are enough for a person.
    const auto age = std::chrono::floor<std::chrono::seconds>(daemon.status_age);
    return age.count() < 2 ? "a moment ago" : duration_text(age) + " ago";
}

std::string running_text(const status_report& report) {
    if (!report.daemon) return "no: nothing is sent until `hubspool run` or `hubspool drain`";
    const daemon_status* const told = report.told();
    return fmt::format("yes ({}, pid {})", told != nullptr ? told->command : "starting",
                       report.daemon->pid);
}

// Lines, each a name and what there is to say.
class report_lines {
public:
    template <class... Arguments>
    void add(fmt::format_string<Arguments...> words, Arguments&&... arguments) {
        text_ += fmt::format(words, std::forward<Arguments>(arguments)...);
    }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

void add_limits(report_lines& out, const settings& options, const daemon_status& told) {
    if (!told.rate_limit) return;
    out.add("limit      {} requests in {}{}\n", *told.rate_limit,
            duration_text(options.rate_limit.window),
            told.others > 0 ? fmt::format("; other clients use {}", told.others) : "");
    if (!told.today) return;
    const auto& [requests, allowed, remaining, ends] = *told.today;
    out.add("today      {}{}{}, until {}\n", counted(requests, "request"),
            allowed ? fmt::format(" of {}", *allowed) : "",
            remaining ? fmt::format("; the account has {} left", *remaining) : "", iso_time(ends));
}

void add_failing(report_lines& out, const daemon_status& told) {
    if (!told.failing) return;
    out.add("{} since {}: {}\n", told.is_unreachable() ? "unreachable" : "failing   ",
            iso_time(told.failing->since), one_line(told.failing->last_failure, words_shown_max));
    if (told.failing->probe_at)
        out.add("           next try with one record at {}\n", iso_time(*told.failing->probe_at));
}

void add_sending(report_lines& out, const settings& options, const status_report& report,
                 wall_time now) {
    // Parks are in the state, so they are told without a daemon, too.
    for (const park_row& park : report.books.meta.parks) {
        out.add("parked     {} since {}: {}\n", to_string(park.reason), shown_time(park.since),
                one_line(park.words, words_shown_max));
        if (park.probe_at) out.add("           next try at {}\n", shown_time(*park.probe_at));
    }
    const daemon_status* const told = report.told();
    if (told == nullptr) return;
    // From here on only a running daemon knows.
    add_failing(out, *told);
    if (!told->credential_waits.empty())
        out.add("credential the newer one waits, the one before stays in use: {}\n",
                one_line(told->credential_waits, words_shown_max));
    // Parks and outages have their lines above.
    for (const daemon_status::hold& hold : told->holds)
        if (hold.kind != "park" && hold.kind != "outage")
            out.add("held       {}\n", hold_text(hold, now));
    add_limits(out, options, *told);
}

// What became of those that were sent once more.
std::string letters_text(const letter_sums& letters) {
    std::string text;
    const auto add = [&](std::uint64_t count, std::string_view what, std::string_view before) {
        if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : before, count, what);
    };
    add(letters.retried, "of them retried", "");
    add(letters.held, "of them held", ", ");
    add(letters.struck, "struck: delivered or superseded since", "; ");
    add(letters.died_again, "died again as others", ", ");
    return text;
}

void add_books(report_lines& out, const status_report& report) {
    const record_totals& totals = report.totals;
    out.add("records    {} in = {} delivered + {} superseded{}{} + {} dead-lettered + {} pending\n",
            totals.records_in, totals.delivered, totals.superseded,
            overtaken_text(totals.overtaken), unchanged_text(totals.unchanged, " + {} unchanged"),
            totals.dead_lettered, totals.pending);
    const letter_sums& letters = report.books.letters;
    if (letters.open > 0)
        out.add("dead       {} open; `hubspool dead-letters list` tells why\n",
                counted(letters.open, "dead letter"));
    if (const std::string also = letters_text(letters); !also.empty())
        out.add("           {}\n", also);
    // Never seen, and never to be passed over.
    if (!totals.balanced())
        out.add("           THE BOOKS DO NOT BALANCE: this is an error of hubspool, please "
                "report it\n");
    for (const file_row& row : report.mismatched)
        out.add("           the sums of file {} ({}) disagree: this is an error of hubspool, "
                "please report it; {}\n",
                row.number, printable(row.name), row.keep_because.value_or(""));
    // Live figures are older than the rows: so their age stands beside them.
    if (const daemon_status* const told = report.told())
        out.add("in memory  {} read and not settled, of {}, {}\n",
                counted(told->pending.records, "record"), counted(told->pending.objects, "object"),
                age_of(*report.daemon));
}

void add_arrivals(report_lines& out, const status_report& report) {
    const arrivals_words words = words_of(report.arrivals);
    if (!words.blocked.empty()) out.add("blocked    {}\n", words.blocked);
    if (!words.left_alone.empty()) out.add("left alone {}\n", words.left_alone);
    if (!words.unfinished.empty()) out.add("unfinished {}\n", words.unfinished);
}

} // namespace

std::string status_report_text(const settings& options, const status_report& report,
                               wall_time now) {
    report_lines out;
    out.add("running    {}\n", running_text(report));
    // The first thing to know: what follows may be old.
    if (report.stuck)
        out.add("STUCK      {}\n           what it says of itself below is of {}\n", *report.stuck,
                age_of(*report.daemon));
    out.add("queue      {}\n", printable(options.queue.directory));
    if (!report.has_state)
        out.add("state      none yet in {}\n", printable(options.state.directory));
    add_books(out, report);
    const bool about = report.unread_records.value_or(0) > 0;
    out.add("unread     {}, {}{} ({} of these files in new/ and bulk/)\n",
            counted(report.unread.files, "file"), size_text(report.unread.bytes),
            about ? ", about " + counted(*report.unread_records, "record") : "",
            report.waiting.files);
    add_arrivals(out, report);
    out.add("in cur/    {}{}\n", counted(report.open_files, "file"),
            report.oldest ? ", the oldest since " + shown_time(*report.oldest) : "");
    if (const auto& turn = report.waits_for_turn; turn.files > 0)
        out.add("           {} of these {} settled and will leave after file {} ({})\n",
                counted(turn.files, "file"), turn.files == 1 ? "is" : "are", turn.behind,
                lane_name(turn.behind_lane));
    if (report.replay) {
        const auto& [job, progress] = *report.replay;
        out.add("replay     {}, {}: {} of {} settled\n", job.id, state_of(job, progress),
                progress.settled, counted(job.files, "file"));
    }
    if (report.rejected > 0)
        out.add("rejected   {} in rejected/, each with its reason beside it\n",
                counted(report.rejected, "file"));
    if (report.lacks_reserve(options))
        out.add("disk       {} left, less than queue.reserve ({}): producers will soon fail to "
                "write; make room, or shorten queue.retention\n",
                size_text(report.free_bytes), size_text(options.queue.reserve_bytes));
    if (const auto until = report.clock_lags_until(now))
        out.add("clock      was set back: stamps of files stand at {} until it has caught up, and "
                "until then an as_of of a clock that is right counts as older than what came "
                "before\n",
                shown_time(*until));
    add_sending(out, options, report, now);
    if (report.sending_takes && report.sending_takes->count() > 0)
        out.add("done in    about {}{}, at the present limit\n",
                duration_text(std::chrono::ceil<std::chrono::seconds>(*report.sending_takes)),
                report.flows ? "" : " after sending goes on");
    return out.take();
}

} // namespace hubspool
