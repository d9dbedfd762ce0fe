#include "os/service_manager.hpp"

#include "os/owned_descriptor.hpp"

#include <fmt/core.h>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace hubspool {

service_manager service_manager::of_environment() {
    const char* const address = std::getenv("NOTIFY_SOCKET");
    return service_manager(address == nullptr ? "" : address);
}

service_manager::service_manager(std::string_view address) {
    const bool is_known = address.starts_with('/') || address.starts_with('@');
    if (!is_known || address.size() < 2 || address.size() >= sizeof(sockaddr_un::sun_path)) return;
    address_ = address;
    if (address_.front() == '@') address_.front() = '\0';
}

bool service_manager::tell(std::string_view lines, milliseconds patience) const {
    if (!listens()) return false;
    const owned_descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket) return false;
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    std::memcpy(to.sun_path, address_.data(), address_.size());
    int flags = MSG_NOSIGNAL;
    if (patience.count() <= 0) {
        flags |= MSG_DONTWAIT;
    } else {
        const timeval most{patience.count() / 1000, patience.count() % 1000 * 1000};
        (void)::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most);
    }
    // An abstract name has no end but its length; a path may have any beyond its own.
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
    ssize_t sent = -1;
    do {
        sent = ::sendto(socket.get(), lines.data(), lines.size(), flags,
                        reinterpret_cast<const sockaddr*>(&to), length);
    } while (sent < 0 && errno == EINTR);
    return sent >= 0;
}

std::string more_time(milliseconds time) {
    return fmt::format("EXTEND_TIMEOUT_USEC={}",
                       std::chrono::duration_cast<std::chrono::microseconds>(time).count());
}

} // namespace hubspool
