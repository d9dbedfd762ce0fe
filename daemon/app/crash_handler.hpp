// Notes in `sending` that the decoder crashed on the bytes it was given, so that a record which
// kills the program is found and set aside instead of killing it for ever.
#pragma once

#include "state/sending/decode_mark.hpp"

#include <signal.h>

#include <array>
#include <cstddef>
#include <memory>

namespace hubspool {

// While it lives, SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGABRT of this process are noted in
// `sending`; each then goes its usual way. At most one at a time.
class crash_handler {
public:
    explicit crash_handler(decode_mark& mark);
    crash_handler(const crash_handler&) = delete;
    crash_handler& operator=(const crash_handler&) = delete;
    ~crash_handler();

private:
    static constexpr std::array signals{SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
    std::array<struct sigaction, signals.size()> before_{};
};

// A stack for the handler, for the thread that makes it and until it goes: a decoder that has
// exhausted its own stack leaves no room there.
class crash_stack {
public:
    crash_stack();
    crash_stack(const crash_stack&) = delete;
    crash_stack& operator=(const crash_stack&) = delete;
    ~crash_stack();

private:
    static constexpr std::size_t bytes = 64 << 10;
    std::unique_ptr<std::byte[]> stack_;
    stack_t before_{};
};

} // namespace hubspool
