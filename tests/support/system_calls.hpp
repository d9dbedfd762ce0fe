// Watches, refuses and times some system calls of this test program.
//
// fsync, fdatasync, syncfs, renameat2, mkdirat, fchmod, statfs and clock_gettime are defined in
// system_calls.cpp and go in front of the C library's, also for the libraries that it uses. They do
// as those do while no system_calls object lives; one at a time may.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace hubspool::testing {

class system_calls {
public:
    // Paths are told relative to `root`, e.g. "fsync cur/000000" and "rename new/a ->
    // cur/000000/...".
    explicit system_calls(const std::string& root);
    ~system_calls();
    system_calls(const system_calls&) = delete;
    system_calls& operator=(const system_calls&) = delete;

    std::vector<std::string> seen() const;
    void forget();
    // From now on calls whose line starts with `call` fail with `error`; 0: no longer.
    void refuse(const std::string& call, int error);
    // Whether a call whose line starts with `first` was seen, and after it one that starts with
    // `then`.
    bool saw(const std::string& first, const std::string& then) const;
    // fsync does nothing, for tests of speed.
    void without_fsync();
    // What any path lies on from now on, as statfs tells it.
    void set_file_system(long type);
    // Somebody sets the wall clock.
    void set_wall_clock_by(std::chrono::nanoseconds step);
    // Time passes, on every clock.
    void advance(std::chrono::nanoseconds by);
};

} // namespace hubspool::testing
