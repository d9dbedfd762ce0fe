#include "cli/drain/drain_progress.hpp"

#include "base/clocks.hpp"
#include "base/log.hpp"
#include "cli/live_daemon.hpp"
#include "cli/printing.hpp"
#include "cli/status/backlog_estimate.hpp"
#include "cli/status/hold_text.hpp"
#include "cli/terminal.hpp"
#include "config/units.hpp"

#include <fmt/core.h>

#include <unistd.h>

#include <algorithm>
#include <chrono>

namespace hubspool {

namespace {
constexpr std::chrono::seconds on_terminal_every{1};
constexpr std::chrono::minutes elsewhere_first{1};
constexpr std::chrono::hours elsewhere_at_most{1};
constexpr std::size_t bar_width = 10;
constexpr std::size_t narrow_width = 80;
} // namespace

drain_progress::drain_progress(const settings& options, bool quiet)
    : options_(options), on_terminal_(::isatty(STDERR_FILENO) == 1),
      pace_(options.rate_limit.window) {
    // The journal gets a line for each batch.
    if (!quiet && !log::goes_to_journal()) thread_ = std::thread([this] { run(); });
}

drain_progress::~drain_progress() {
    box_.close();
    if (!thread_.joinable()) return;
    thread_.join();
    // Taken off the screen, so that the summary stands alone.
    if (on_terminal_) log::show_progress("");
    // The summary goes to standard output, past the log: the bar must be gone before.
    log::flush();
}

void drain_progress::run() {
    milliseconds waits = on_terminal_ ? milliseconds(on_terminal_every) : next_wait({});
    while (true) {
        // Ends with the box.
        box_.wait_closed(waits);
        if (box_.closed()) return;
        print();
        if (!on_terminal_) waits = next_wait(waits);
    }
}

void drain_progress::print() {
    const auto daemon = find_daemon(options_);
    if (!daemon || !daemon->status) return;
    const wall_time now = wall_now();
    const milliseconds takes = time_to_send_all(options_, *daemon->status, 0, now);
    pace_.look(boot_now(), daemon->status->run.requests, daemon->status->run.settled());
    const std::string line =
        progress_line(*daemon->status, takes, now, pace_.text(daemon->status->rate_limit));
    if (!on_terminal_) return log::say(fmt::format("{}  {}\n", shown_time(now), line));
    // A line that is as wide as the terminal would wrap on some.
    const std::size_t width = terminal_width(STDERR_FILENO).value_or(narrow_width);
    log::show_progress(cut_to_width(line, width - 1));
}

milliseconds next_wait(milliseconds last) {
    return std::clamp<milliseconds>(2 * last, elsewhere_first, elsewhere_at_most);
}

std::string progress_line(const daemon_status& told, milliseconds sending_takes, wall_time now,
                          std::string_view pace) {
    const std::uint64_t settled = told.run.settled();
    const std::uint64_t read = settled + told.pending.records;
    const std::string dead =
        told.run.dead_lettered > 0 ? fmt::format(", {} dead", told.run.dead_lettered) : "";
    // Why nothing is sent says more than the bar, where there is not room for both.
    if (!told.holds.empty())
        return fmt::format("{} of {} records settled{}; held: {}", settled, read, dead,
                           hold_text(told.holds.front(), now));
    // At least one, so that nothing is divided by zero.
    const std::size_t filled =
        static_cast<std::size_t>(settled * bar_width / std::max<std::uint64_t>(read, 1));
    return fmt::format("[{:#<{}}{:.<{}}] {} of {} records{}; {} left, {}; {}{}{}", "", filled, "",
                       bar_width - filled, settled, read, dead,
                       counted(told.pending.objects, "object"),
                       duration_text(std::chrono::ceil<std::chrono::seconds>(sending_takes)),
                       counted(told.run.requests, "request"), pace.empty() ? "" : "; ", pace);
}

} // namespace hubspool
