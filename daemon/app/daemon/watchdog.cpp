#include "app/daemon/watchdog.hpp"

#include "base/clocks.hpp"
#include "base/log.hpp"
#include "config/units.hpp"

#include <algorithm>

namespace hubspool {

namespace {
constexpr int looks_a_period = 4;
} // namespace

watchdog::watchdog(boost::asio::io_context& loop, service_manager manager,
                   std::optional<milliseconds> period)
    : loop_(loop), manager_(std::move(manager)), period_(period), next_look_(loop) {
}

void watchdog::leave_alone_for(milliseconds time) const {
    if (is_wanted() && time > *period_) manager_.tell(watchdog_period_text(time));
}

void watchdog::watch(std::string name, thread_asker ask) {
    pulses_.emplace_back(loop_, std::move(name), std::move(ask));
}

void watchdog::start() {
    if (!is_wanted()) return;
    // Its own period again, and fed for the first time.
    manager_.tell(watchdog_period_text(*period_) + "\nWATCHDOG=1");
    look();
}

void watchdog::look() {
    for (thread_pulse& one : pulses_) one.ask(boot_now());
    next_look_.expires_after(*period_ / looks_a_period);
    next_look_.async_wait([this](boost::system::error_code ended) {
        if (ended) return;
        tell_who_is_silent();
        if (told_.empty()) manager_.tell("WATCHDOG=1");
        look();
    });
}

// Once, since the journal is what is left of a run that is killed.
void watchdog::tell_who_is_silent() {
    const auto silent = std::find_if(pulses_.begin(), pulses_.end(),
                                     [](const thread_pulse& one) { return !one.has_answered(); });
    const std::string name = silent == pulses_.end() ? "" : silent->name();
    if (!name.empty() && name != told_)
        log::warning(
            "the " + name +
                " thread does not move: if it stays so, the service manager's watchdog starts "
                "hubspool anew; a slow disk does this, too",
            {{"silent", duration_text(silent->silent(boot_now()))}});
    if (name.empty() && !told_.empty()) log::info("the " + told_ + " thread moves again");
    told_ = name;
}

} // namespace hubspool
