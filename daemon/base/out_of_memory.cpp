#include "base/out_of_memory.hpp"

#include <poll.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <new>
#include <string_view>
#include <system_error>

namespace hubspool {

namespace {

constexpr int exit_failed = 1;
constexpr std::string_view no_memory =
    "hubspool: out of memory: give it more (the container's or the unit's limit, ulimit -v), or "
    "lower pending.max_bytes; nothing is lost, start it again\n";
constexpr std::string_view no_thread =
    "hubspool: the system gives it no further thread: raise the limit of threads or of memory "
    "(TasksMax=, ulimit -u, ulimit -v); nothing is lost, start it again\n";

// Takes no memory, and no lock that another thread may hold; leaves it unsaid where nobody reads.
void say_last(std::string_view sentence) {
    constexpr int patience_ms = 1000;
    pollfd room{STDERR_FILENO, POLLOUT, 0};
    // A moment's patience: where standard error stands still, the sentence is not worth the wait.
    if (::poll(&room, 1, patience_ms) == 1)
        (void)!::write(STDERR_FILENO, sentence.data(), sentence.size());
}

[[noreturn]] void end_with(std::string_view sentence) {
    say_last(sentence);
    ::_exit(exit_failed);
}

[[noreturn]] void on_no_memory() {
    end_with(no_memory);
}

// Memory that came from elsewhere than operator new, and threads.
[[noreturn]] void on_terminate() {
    // By throwing again the kind of exception is found.
    try {
        if (std::current_exception()) throw;
    } catch (const std::bad_alloc&) {
        end_with(no_memory);
    } catch (const std::system_error& refused) {
        // pthread_create(3): EAGAIN means a limit on threads, or no memory for a stack.
        if (refused.code() == std::errc::resource_unavailable_try_again) end_with(no_thread);
        say_last(refused.what());
    } catch (const std::exception& error) {
        say_last(error.what());
    } catch (...) { // NOLINT(bugprone-empty-catch): it says nothing of itself
    }
    say_last(
        "\nhubspool: this is an error of hubspool, please report it; nothing is lost, start it "
        "again\n");
    std::abort();
}

} // namespace

// Both ways: operator new calls the first, everything else ends in the second.
void tell_when_out_of_memory() {
    std::set_new_handler(on_no_memory);
    std::set_terminate(on_terminate);
}

} // namespace hubspool
