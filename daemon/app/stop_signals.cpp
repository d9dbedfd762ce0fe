#include "app/stop_signals.hpp"

#include "base/clocks.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>

namespace hubspool {

namespace {

// What the handler knows. The descriptor lives as long as the process.
std::atomic<int> stop_event{-1};
std::atomic<int> exit_code_at_once{0};
std::atomic<int> asked_by{0};
std::atomic<std::int64_t> asked_at_ms{0};
static_assert(std::atomic<std::int64_t>::is_always_lock_free);

extern "C" void take_stop_signal(int signal) {
    // errno is the interrupted thread's, and must be as it was when it goes on.
    const int error = errno;
    const std::int64_t now_ms = boot_now().time_since_epoch().count();
    std::int64_t first_ms = 0;
    // Of two signals at once one is first, whichever thread took it.
    if (asked_at_ms.compare_exchange_strong(first_ms, now_ms)) {
        asked_by = signal;
        const std::uint64_t one = 1;
        // Wakes whoever polls. A full counter would wake them as well, so the result does not
        // matter.
        (void)!::write(stop_event, &one, sizeof one);
    } else if (now_ms - first_ms >= stop_signals::one_stop.count()) {
        ::_exit(exit_code_at_once); // nothing is lost: what has no recorded outcome is sent again
    }
    errno = error;
}

} // namespace

stop_signals::stop_signals(const std::vector<int>& which, int exit_code) {
    // One for the process, never closed: a late signal must not write into another file's
    // descriptor.
    if (stop_event < 0) stop_event = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    // A stop that came before this object belongs to the command before.
    std::uint64_t before = 0;
    (void)!::read(stop_event, &before, sizeof before);
    exit_code_at_once = exit_code;
    asked_by = 0;
    asked_at_ms = 0;
    struct sigaction action{};
    action.sa_handler = take_stop_signal;
    // System calls of other threads go on as if nothing were: the stop is taken where it is waited
    // for.
    action.sa_flags = SA_RESTART;
    for (const int signal : which) {
        taken_.push_back({signal, {}});
        ::sigaction(signal, &action, &taken_.back().before);
    }
}

stop_signals::~stop_signals() {
    // After a stop the handler stays: a second signal must still end the process at once.
    if (stopped()) return;
    for (const taken& one : taken_) ::sigaction(one.signal, &one.before, nullptr);
}

std::optional<int> stop_signals::stopped() const {
    const int signal = asked_by;
    return signal == 0 ? std::nullopt : std::optional(signal);
}

bool stop_signals::wait_for(milliseconds patience) const {
    const boot_time until = boot_now() + patience;
    while (!stopped()) {
        const milliseconds left = until - boot_now();
        // poll() may also end early, by a signal of another kind; then the time left is computed
        // anew.
        if (left <= milliseconds(0)) return false;
        pollfd asked{stop_event, POLLIN, 0};
        (void)::poll(&asked, 1, static_cast<int>(left.count()));
    }
    return true;
}

int stop_signals::descriptor() const {
    return stop_event;
}

std::vector<int> signals_of_a_waiting_command() {
    struct sigaction now{};
    ::sigaction(SIGHUP, nullptr, &now);
    // nohup(1) has it ignored, and means it.
    if (now.sa_handler == SIG_IGN) return {SIGTERM, SIGINT};
    return {SIGTERM, SIGINT, SIGHUP};
}

} // namespace hubspool
