// Stands for a service manager: the socket that NOTIFY_SOCKET names, and what came through it.
#pragma once

#include "os/owned_descriptor.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace hubspool {

class notify_socket {
public:
    // A path; or with @ a name of the abstract space.
    explicit notify_socket(std::string address) : address_(std::move(address)) {
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        std::memcpy(at.sun_path, address_.data(), address_.size());
        if (address_.front() == '@') at.sun_path[0] = '\0';
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
        if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&at), size) != 0)
            throw std::runtime_error("cannot bind " + address_);
    }
    const std::string& address() const { return address_; }
    // What came since the last call.
    std::vector<std::string> heard() const {
        std::vector<std::string> messages;
        char text[4096];
        ssize_t size = 0;
        while ((size = ::recv(socket_.get(), text, sizeof text, MSG_DONTWAIT)) >= 0)
            messages.emplace_back(text, static_cast<std::size_t>(size));
        return messages;
    }

private:
    std::string address_;
    owned_descriptor socket_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
};

} // namespace hubspool
