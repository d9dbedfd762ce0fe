#include "cli/drain_progress.hpp"

#include "base/log.hpp"
#include "cli/hold_text.hpp"
#include "cli/running_daemon.hpp"
#include "cli/terminal.hpp"
#include "core/json/json_lookup.hpp"

#include <fmt/core.h>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <string>

namespace hubspool {

namespace {
constexpr std::chrono::seconds every{1};
constexpr std::size_t bar_width = 20;
constexpr std::size_t narrow_width = 80;
} // namespace

drain_progress::drain_progress(const settings& options, bool quiet) : options_(options) {
    // On a terminal only: elsewhere a line that changes is noise.
    if (!quiet && ::isatty(STDERR_FILENO) == 1) thread_ = std::thread([this] { run(); });
}

drain_progress::~drain_progress() {
    box_.close();
    if (!thread_.joinable()) return;
    thread_.join();
    // Taken off the screen, so that the summary stands alone.
    log::show_progress("");
    // The summary goes to standard output, past the log: the bar must be gone before.
    log::flush();
}

void drain_progress::run() {
    while (true) {
        // Ends with the box, at the latest a second later.
        box_.wait_closed(every);
        if (box_.closed()) return;
        print();
    }
}

void drain_progress::print() const {
    const auto daemon = find_daemon(options_);
    if (!daemon || daemon->status.empty()) return;
    const std::string& live = daemon->status;
    const auto number = [&](const char* pointer) {
        return json_number_at(live, pointer).value_or(0);
    };
    const std::uint64_t settled =
        number("/run/delivered") + number("/run/superseded") + number("/run/dead_lettered");
    const std::uint64_t pending = number("/pending/records");
    // At least one, so that nothing is divided by zero.
    const std::uint64_t known = std::max<std::uint64_t>(settled + pending, 1);
    const std::size_t filled = static_cast<std::size_t>(settled * bar_width / known);
    const auto hold = hold_at(live, 0, wall_now());
    // Why nothing is sent says more than the bar, where there is not room for both.
    const std::string line =
        hold ? fmt::format("{} of {} records settled; held: {}", settled, settled + pending,
                           hold->text)
             : fmt::format("[{:#<{}}{:.<{}}] {} of the {} records read so far are settled", "",
                           filled, "", bar_width - filled, settled, settled + pending);
    // A line that is as wide as the terminal would wrap on some.
    const std::size_t width = terminal_width(STDERR_FILENO).value_or(narrow_width);
    log::show_progress(cut_to_width(line, width - 1));
}

} // namespace hubspool
