// Lets one process of this machine use a credential: the limit is the app's, not the process's.
#pragma once

#include "base/result.hpp"

#include <string>

namespace hubspool {

// An abstract socket named by a hash of what identifies the credential; it goes with the process.
class credential_lock {
public:
    // `identity`: api host, port and the credential. The failure names the holder's pid.
    static result<credential_lock> take(const std::string& identity);

    credential_lock(credential_lock&& other) noexcept : socket_(other.socket_) {
        other.socket_ = -1;
    }
    credential_lock(const credential_lock&) = delete;
    credential_lock& operator=(const credential_lock&) = delete;
    credential_lock& operator=(credential_lock&&) = delete;
    ~credential_lock();

    // Call it now and then: those who were refused stand in a queue of some length, and when it is
    // full the next ones cannot be told who holds the lock.
    void let_go_of_the_refused();

private:
    explicit credential_lock(int socket) : socket_(socket) {}
    int socket_;
};

} // namespace hubspool
