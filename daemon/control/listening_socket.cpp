#include "control/listening_socket.hpp"

#include "os/unix_socket.hpp"

#include <fmt/core.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <arpa/inet.h>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace hubspool {

namespace {

constexpr mode_t socket_mode = 0660;

// Any of the addresses that bind() and connect() take.
struct socket_address {
    sockaddr_storage storage{};
    socklen_t size = 0;

    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
    int family() const { return storage.ss_family; }
};

template <class Address>
socket_address stored(const Address& address) {
    socket_address made;
    std::memcpy(&made.storage, &address, sizeof address);
    made.size = sizeof address;
    return made;
}

// `path`: of a Unix socket.
socket_address address_of(const listen_address& at, const std::string& path) {
    if (at.host.empty()) {
        sockaddr_un local{};
        local.sun_family = AF_UNIX;
        path.copy(local.sun_path, sizeof local.sun_path - 1);
        return stored(local);
    }
    if (at.host == "::1") {
        sockaddr_in6 six{};
        six.sin6_family = AF_INET6;
        six.sin6_port = htons(at.port);
        six.sin6_addr = in6addr_loopback;
        return stored(six);
    }
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = htons(at.port);
    four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return stored(four);
}

std::string words_of(const listen_address& at) {
    if (at.host.empty()) return at.path;
    const bool is_six = at.host == "::1";
    return fmt::format("{}{}{}:{}", is_six ? "[" : "", at.host, is_six ? "]" : "", at.port);
}

owned_descriptor make_socket(int family) {
    return owned_descriptor(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

// A Unix socket's file that nobody listens at.
bool is_left_over(const std::string& path, const socket_address& address) {
    struct stat found{};
    if (::lstat(path.c_str(), &found) != 0 || !S_ISSOCK(found.st_mode)) return false;
    const owned_descriptor probe = make_socket(AF_UNIX);
    return probe && ::connect(probe.get(), address.get(), address.size) != 0 &&
           errno == ECONNREFUSED;
}

std::string remedy_of(int code, bool is_port) {
    if (code == EADDRINUSE)
        return is_port ? "another program listens there: write another port"
                       : "there is a file already, or another program listens there: write another "
                         "path";
    if (code == EADDRNOTAVAIL) return "this machine has no such address: write 127.0.0.1:PORT";
    if (code == EACCES || code == EPERM)
        return is_port ? "write a port above 1023"
                       : "its directory must be writable for hubspool's user; under systemd write "
                         "a name in /run/hubspool";
    if (code == ENOENT) return "its directory must be there";
    return std::strerror(code);
}

} // namespace

result<listening_socket> listening_socket::open(const listen_address& at, const std::string& key) {
    const socket_path path(at.path);
    const socket_address address = address_of(at, path.text());
    const auto failed = [&] {
        const int code = errno;
        return failure{fmt::format("cannot listen on {} ({}): {}", words_of(at), key,
                                   remedy_of(code, !at.host.empty())),
                       code};
    };
    owned_descriptor socket = make_socket(address.family());
    if (!socket) return failed();
    if (at.host.empty()) {
        if (is_left_over(at.path, address)) ::unlink(at.path.c_str());
    } else {
        // What is left of earlier connections must not keep a restart from its port.
        const int on = 1;
        (void)::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    }
    if (::bind(socket.get(), address.get(), address.size) != 0) return failed();
    listening_socket opened(std::move(socket), address.family(), at.path);
    if (!at.host.empty() || ::chmod(at.path.c_str(), socket_mode) == 0)
        if (::listen(opened.get(), SOMAXCONN) == 0) return opened;
    return failed();
}

result<void> listening_socket::move_to(const std::string& path) {
    struct stat found{};
    const bool is_taken = ::lstat(path.c_str(), &found) == 0 && !S_ISSOCK(found.st_mode);
    if (is_taken || ::rename(path_.c_str(), path.c_str()) != 0)
        return failure{fmt::format("cannot listen at {}: {}", path,
                                   is_taken ? "there is a file already" : std::strerror(errno))};
    path_ = path;
    return {};
}

listening_socket::~listening_socket() {
    if (!path_.empty()) ::unlink(path_.c_str());
}

} // namespace hubspool
