#include "os/unix_socket.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace hubspool {

namespace {
constexpr std::size_t path_bytes_max = sizeof sockaddr_un{}.sun_path - 1;
}

socket_path::socket_path(const std::string& path) : text_(path) {
    const std::size_t slash = path.rfind('/');
    if (path.size() <= path_bytes_max || slash == std::string::npos) return;
    // Where the directory cannot be opened the long path stays, and is refused.
    directory_ = owned_descriptor(
        ::open(path.substr(0, slash + 1).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (directory_)
        text_ = "/proc/self/fd/" + std::to_string(directory_.get()) + path.substr(slash);
}

std::optional<uid_t> peer_user(int socket) {
    ucred found{};
    socklen_t size = sizeof found;
    // Of other sockets the kernel gives a user of -1.
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &found, &size) != 0 ||
        found.uid == static_cast<uid_t>(-1))
        return std::nullopt;
    return found.uid;
}

} // namespace hubspool
