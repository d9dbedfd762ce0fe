// A socket that listens on this machine: a port on loopback, or a Unix socket.
#pragma once

#include "base/result.hpp"
#include "os/listen_address.hpp"
#include "os/owned_descriptor.hpp"

#include <string>

namespace hubspool {

// Removes the socket's file when it is given up. Any thread.
class listening_socket {
public:
    // `key`: the setting that named the address; messages name it, too. A Unix socket that nobody
    // answers at is what a killed process left: it is replaced. Its group may connect, others not.
    static result<listening_socket> open(const listen_address& at, const std::string& key);

    listening_socket(listening_socket&&) noexcept = default;
    listening_socket& operator=(listening_socket&&) = delete;
    ~listening_socket();

    // Moves the file of a Unix socket, in one file system; who connects there is answered. What is
    // no socket is not replaced.
    result<void> move_to(const std::string& path);

    int get() const { return socket_.get(); }
    int family() const { return family_; }
    int release() { return socket_.release(); } // the file stays this one's

private:
    listening_socket(owned_descriptor socket, int family, std::string path)
        : socket_(std::move(socket)), family_(family), path_(std::move(path)) {}

    owned_descriptor socket_;
    int family_;
    std::string path_; // of a Unix socket
};

} // namespace hubspool
