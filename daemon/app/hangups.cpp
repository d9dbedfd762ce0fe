#include "app/hangups.hpp"

#include <atomic>
#include <csignal>

namespace hubspool {

namespace {

std::atomic<bool> is_noted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a handler writes it");

} // namespace

void note_hangups() {
    struct sigaction action{};
    action.sa_handler = [](int) { is_noted = true; };
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGHUP, &action, nullptr);
}

void note_hangup() {
    is_noted = true;
}

bool take_noted_hangup() {
    return is_noted.exchange(false);
}

} // namespace hubspool
