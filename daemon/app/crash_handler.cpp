#include "app/crash_handler.hpp"

#include "base/log.hpp"

#include <atomic>

namespace hubspool {

namespace {

std::atomic<decode_mark*> noted_in{nullptr};

extern "C" void on_crash(int signal) {
    // First of all: should anything below crash too, the note is there. It is one pwrite(2), which
    // a handler may call (signal-safety(7)).
    if (decode_mark* const mark = noted_in.load()) mark->confirm_crash();
    log::flush_in_signal_handler(); // what was said before
    // SA_RESETHAND has put the default action back: the signal now ends the process, with its core.
    ::raise(signal);
}

} // namespace

crash_handler::crash_handler(decode_mark& mark) {
    noted_in = &mark;
    struct sigaction action{};
    // One handler for all five: what the crash was does not matter, only that the decoder was at
    // work.
    action.sa_handler = on_crash;
    // NODEFER, so that raise() in the handler ends the process at once. ONSTACK, for a decoder that
    // has used up its own stack.
    action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER | SA_ONSTACK);
    for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &action, &before_[i]);
}

crash_handler::~crash_handler() {
    for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &before_[i], nullptr);
    // Last, so that a handler that still runs finds it.
    noted_in = nullptr;
}

crash_stack::crash_stack() : stack_(std::make_unique<std::byte[]>(bytes)) {
    // sigaltstack(2) is per thread: each thread that decodes makes one.
    stack_t ours{};
    ours.ss_sp = stack_.get();
    ours.ss_size = bytes;
    ::sigaltstack(&ours, &before_);
}

crash_stack::~crash_stack() {
    ::sigaltstack(&before_, nullptr);
}

} // namespace hubspool
