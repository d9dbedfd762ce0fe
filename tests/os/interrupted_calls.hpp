// Lets reads and writes of one file come to little: interrupted by signals, and in small pieces.
//
// read, write, pread and pwrite are defined in interrupted_calls.cpp and go in front of the C
// library's. They do as those do for all other descriptors, and while no interrupted_calls lives;
// one at a time may, on one thread.
#pragma once

#include <cstddef>

namespace hubspool::testing {

class interrupted_calls {
public:
    // Of this descriptor. The first `signals` calls fail with EINTR, and so does each one that
    // follows a call that moved bytes; a call moves `bytes_most` at most.
    interrupted_calls(int fd, int signals, std::size_t bytes_most);
    ~interrupted_calls();
    interrupted_calls(const interrupted_calls&) = delete;
    interrupted_calls& operator=(const interrupted_calls&) = delete;

    // From now on calls fail with this error when `bytes` have been moved.
    void fail_after(std::size_t bytes, int error);
    // That were interrupted so far.
    int interrupted() const;
};

} // namespace hubspool::testing
