#include "os/credential_lock.hpp"

#include "core/words/fnv.hpp"

#include <fmt/core.h>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

namespace hubspool {

namespace {

constexpr int refused_max = 1024; // until the next let_go_of_the_refused()

// Who connects learns the pid of who listens (unix(7), SO_PEERCRED): that is all the message needs.
int holder_pid(const sockaddr_un& address, socklen_t size) {
    ucred peer{};
    socklen_t peer_size = sizeof peer;
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int pid = 0;
    if (probe >= 0 && ::connect(probe, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
        ::getsockopt(probe, SOL_SOCKET, SO_PEERCRED, &peer, &peer_size) == 0) {
        pid = peer.pid;
    }
    if (probe >= 0) ::close(probe);
    return pid;
}

} // namespace

// A hash, since the name can be seen by everybody in /proc/net/unix.
result<credential_lock> credential_lock::take(const std::string& identity) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string name = fmt::format("hubspool-{:016x}", fnv_64(identity));
    // A leading zero byte makes the name abstract: it lives as long as the socket.
    std::memcpy(address.sun_path + 1, name.data(), name.size());
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());

    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket < 0) return failure{fmt::format("socket: {}", std::strerror(errno)), errno};
    // Two processes cannot have one name, and the kernel takes it away with the last one.
    if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
        ::listen(socket, refused_max) == 0) {
        return credential_lock(socket);
    }
    const int code = errno;
    ::close(socket);
    if (code != EADDRINUSE) {
        return failure{fmt::format("the lock of the credential: {}", std::strerror(code)), code};
    }
    const int pid = holder_pid(address, size);
    return failure{
        fmt::format("another hubspool (pid {}) sends with this credential on this machine; two "
                    "would exceed its rate limit together. Stop it, or give this one a credential "
                    "of its own",
                    pid),
        code};
}

// Each connection is one process that was refused and has gone since.
void credential_lock::let_go_of_the_refused() {
    for (int i = 0; i < refused_max; ++i) {
        const int refused = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
        if (refused < 0) return;
        ::close(refused);
    }
}

credential_lock::~credential_lock() {
    if (socket_ >= 0) ::close(socket_);
}

} // namespace hubspool
