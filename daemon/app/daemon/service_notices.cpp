#include "app/daemon/service_notices.hpp"

#include "app/daemon/status_line.hpp"

#include <fmt/core.h>

#include <chrono>
#include <utility>

namespace hubspool {

namespace {

using namespace std::chrono_literals;

// The rows and bitmaps of a queue of any size, from a slow disk.
constexpr milliseconds loading_max = 10min;
// Asked for so often, for so long each time: a loop that is stuck asks no more.
constexpr milliseconds asked_every = 15s, asked_for = 1min;
// For what is recorded after the last answer.
constexpr milliseconds recording_max = 30s;
// For what no later message makes up for. Only a manager that does not read costs it.
constexpr milliseconds patience = 100ms;

std::string more_time(milliseconds time) {
    return fmt::format("EXTEND_TIMEOUT_USEC={}",
                       std::chrono::duration_cast<std::chrono::microseconds>(time).count());
}

} // namespace

service_notices::service_notices(boost::asio::io_context& loop, milliseconds request_timeout,
                                 service_manager manager)
    : manager_(std::move(manager)), request_timeout_(request_timeout), more_time_(loop) {
}

void service_notices::loading() {
    say(more_time(loading_max) + "\nSTATUS=Loading the state", 0ms);
}

void service_notices::reading() {
    if (!manager_.listens()) return; // and nothing wakes for it
    say(more_time(asked_for), 0ms);
    more_time_.expires_after(asked_every);
    more_time_.async_wait([this](boost::system::error_code ended) {
        if (!ended) reading();
    });
}

void service_notices::ready() {
    more_time_.cancel();
    owes_ready_ = true;
    say("STATUS=Watching the queue", patience);
}

void service_notices::stopping() {
    more_time_.cancel();
    say("STOPPING=1\n" + more_time(request_timeout_ + recording_max), patience);
}

void service_notices::tell(const daemon_status& status) {
    if (!manager_.listens()) return;
    std::string line = status_line(status);
    if (line == told_) return;
    if (say("STATUS=" + line, status.resting ? patience : 0ms)) told_ = std::move(line);
}

bool service_notices::say(const std::string& lines, milliseconds patience_with_it) {
    if (!manager_.listens()) return false;
    if (!owes_ready_) return manager_.tell(lines, patience_with_it);
    // What the manager had no room for goes with the next message.
    owes_ready_ = !manager_.tell("READY=1\n" + lines, patience_with_it);
    return !owes_ready_;
}

} // namespace hubspool
