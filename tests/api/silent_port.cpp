#include "api/silent_port.hpp"

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace hubspool {
namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

sockaddr* plain(sockaddr_in& address) {
    return reinterpret_cast<sockaddr*>(&address);
}

} // namespace

silent_port::silent_port() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(fd_, plain(address), size), 0);
    EXPECT_EQ(::getsockname(fd_, plain(address), &size), 0);
    port_ = ntohs(address.sin_port);
}

silent_port::~silent_port() {
    for (const int fd : fillers_) {
        ::close(fd);
    }
    ::close(fd_);
}

void silent_port::fill() {
    EXPECT_EQ(::listen(fd_, 0), 0);
    sockaddr_in address = loopback(port_);
    for (int i = 0; i < 4; ++i) {
        fillers_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        // Does not block, and of the last ones nothing ever comes.
        (void)::connect(fillers_.back(), plain(address), sizeof address);
    }
}

void silent_port::drain() {
    EXPECT_EQ(::listen(fd_, 16), 0);
    for (int fd = 0; fd >= 0;) {
        fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd >= 0) {
            fillers_.push_back(fd);
        }
    }
}

} // namespace hubspool
