#include "base/journal_socket.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace hubspool {

journal_socket::journal_socket(std::string path)
    : path_(std::move(path)), socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
}

journal_socket::~journal_socket() {
    if (socket_ >= 0) ::close(socket_);
}

int journal_socket::send(std::string_view fields) const {
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    path_.copy(to.sun_path, sizeof to.sun_path - 1);
    while (true) {
        // By its path each time: a journald that was started anew has another socket there.
        const ssize_t sent = ::sendto(socket_, fields.data(), fields.size(), MSG_NOSIGNAL,
                                      reinterpret_cast<const sockaddr*>(&to), sizeof to);
        if (sent >= 0) return 0;
        if (errno != EINTR) return errno;
    }
}

} // namespace hubspool
