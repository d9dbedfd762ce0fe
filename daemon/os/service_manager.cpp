#include "os/service_manager.hpp"

#include "os/owned_descriptor.hpp"

#include <fmt/core.h>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace hubspool {

namespace {

std::optional<std::uint64_t> number_in_environment(const char* name) {
    const char* const text = std::getenv(name);
    if (text == nullptr) return std::nullopt;
    const std::string_view digits = text;
    std::uint64_t number = 0;
    const auto read = std::from_chars(digits.begin(), digits.end(), number);
    if (read.ec != std::errc() || read.ptr != digits.end()) return std::nullopt;
    return number;
}

} // namespace

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
    return fmt::format("EXTEND_TIMEOUT_USEC={}", std::chrono::microseconds(time).count());
}

std::optional<milliseconds> watchdog_period_of_environment() {
    // Whose it is: a child inherits the variables, and is not watched.
    const std::optional<std::uint64_t> owner = number_in_environment("WATCHDOG_PID");
    if (owner && *owner != static_cast<std::uint64_t>(::getpid())) return std::nullopt;
    const std::optional<std::uint64_t> microseconds = number_in_environment("WATCHDOG_USEC");
    constexpr std::uint64_t microseconds_max = 86'400'000'000; // a day: longer is none
    if (!microseconds || *microseconds < 1000 || *microseconds > microseconds_max)
        return std::nullopt;
    return milliseconds(*microseconds / 1000);
}

std::string watchdog_period_text(milliseconds period) {
    return fmt::format("WATCHDOG_USEC={}", std::chrono::microseconds(period).count());
}

} // namespace hubspool
