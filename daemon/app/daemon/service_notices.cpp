#include "app/daemon/service_notices.hpp"

#include "app/daemon/status_line.hpp"

#include <fmt/core.h>

#include <chrono>
#include <string_view>
#include <utility>

namespace hubspool {

namespace {

using namespace std::chrono_literals;

// Asked for each time: a loop that is stuck asks no more.
constexpr milliseconds asked_for = 1min;
// For what is recorded after the last answer.
constexpr milliseconds recording_max = 30s;
// For what no later message makes up for. Only a manager that does not read costs it.
constexpr milliseconds patience = 100ms;

} // namespace

service_notices::service_notices(boost::asio::io_context& loop, milliseconds request_timeout,
                                 service_manager manager, milliseconds look_every)
    : manager_(std::move(manager)), request_timeout_(request_timeout), look_every_(look_every),
      next_look_(loop) {
}

void service_notices::loading() {
    manager_.tell(more_time(loading_max) + "\nSTATUS=Loading the state");
}

void service_notices::reading() {
    if (manager_.listens()) look(); // else nothing wakes for it
}

void service_notices::look() {
    // Its timer may have run out just before it was cancelled.
    if (stage_ == stage::starting && asked_in_vain_++ < asked_in_vain_max)
        manager_.tell(more_time(asked_for));
    if (owes_ready_) say(0ms);
    if (stage_ != stage::starting && !owes_ready_) return;
    next_look_.expires_after(look_every_);
    next_look_.async_wait([this](boost::system::error_code ended) {
        if (!ended) look();
    });
}

void service_notices::ready() {
    if (stage_ != stage::starting || !manager_.listens()) return;
    stage_ = stage::ready;
    owes_ready_ = true;
    status_ = "Watching the queue";
    say(patience); // else the next look tries again, even if nothing else is told till then
}

void service_notices::stopping() {
    stop("STOPPING=1\nSTATUS=Stopping: requests under way are waited for\n");
}

void service_notices::renewing() {
    stop("RELOADING=1\nSTATUS=Reloading: requests under way are waited for\n");
}

void service_notices::stop(std::string_view lines) {
    stage_ = stage::stopping;
    owes_ready_ = false;
    next_look_.cancel();
    manager_.tell(std::string(lines) + more_time(request_timeout_ + recording_max), patience);
}

void service_notices::reloading() {
    if (stage_ == stage::ready)
        manager_.tell("RELOADING=1\nSTATUS=Reading the configuration", patience);
}

void service_notices::goes_on(const std::string& trouble) {
    if (stage_ != stage::ready || !manager_.listens()) return;
    owes_ready_ = true;
    reload_trouble_.clear();
    if (!trouble.empty())
        reload_trouble_ = "; the configuration of before stays in force: " + trouble;
    status_ = "Watching the queue" + reload_trouble_; // until the next status
    say(patience);
    if (owes_ready_) look(); // tried again
}

void service_notices::tell(const daemon_status& status) {
    if (stage_ == stage::stopping || !manager_.listens()) return;
    status_ = status_line(status) + reload_trouble_;
    if (status_ != told_) say(status.resting ? patience : 0ms);
}

void service_notices::say(milliseconds patience_with_it) {
    // What the manager had no room for goes with the next message.
    const std::string_view first = owes_ready_ ? "READY=1\n" : "";
    if (!manager_.tell(fmt::format("{}STATUS={}", first, status_), patience_with_it)) return;
    told_ = status_;
    if (std::exchange(owes_ready_, false)) next_look_.cancel();
}

} // namespace hubspool
