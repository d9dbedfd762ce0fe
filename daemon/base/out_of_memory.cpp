#include "base/out_of_memory.hpp"

#include <unistd.h>

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

// Takes no memory, and no lock that another thread may hold.
[[noreturn]] void end_with(std::string_view sentence) {
    [[maybe_unused]] const ssize_t written =
        ::write(STDERR_FILENO, sentence.data(), sentence.size());
    ::_exit(exit_failed);
}

[[noreturn]] void on_no_memory() {
    end_with(no_memory);
}

std::terminate_handler usual = nullptr;

// Memory that came from elsewhere than operator new, and threads.
[[noreturn]] void on_terminate() {
    try {
        if (std::current_exception()) throw;
    } catch (const std::bad_alloc&) {
        end_with(no_memory);
    } catch (const std::system_error& refused) {
        if (refused.code() == std::errc::resource_unavailable_try_again) end_with(no_thread);
    } catch (...) { // an error of ours: told in the usual way
    }
    usual();
    ::_exit(exit_failed); // usual() does not return
}

} // namespace

void tell_when_out_of_memory() {
    std::set_new_handler(on_no_memory);
    usual = std::set_terminate(on_terminate);
}

} // namespace hubspool
