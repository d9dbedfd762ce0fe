#include "app/crash_handler.hpp"

#include <atomic>
#include <csignal>
#include <initializer_list>

namespace hubspool {

namespace {

std::atomic<sending_file*> noted_in{nullptr};

extern "C" void on_crash(int signal) {
    if (sending_file* const sending = noted_in.load()) sending->confirm_decode_crash();
    // SA_RESETHAND has put the default action back: the signal now ends the process, with its core.
    ::raise(signal);
}

} // namespace

void install_crash_handler(sending_file& sending) {
    noted_in = &sending;
    struct sigaction action {};
    action.sa_handler = on_crash;
    action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
    for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT})
        ::sigaction(signal, &action, nullptr);
}

} // namespace hubspool
