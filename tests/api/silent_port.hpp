// A port of the loopback that refuses, or says nothing.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace hubspool {

// A bound socket, so that nobody else gets its port. It refuses until fill() is called.
class silent_port {
public:
    silent_port();
    ~silent_port();
    silent_port(const silent_port&) = delete;
    silent_port& operator=(const silent_port&) = delete;

    std::string number() const { return std::to_string(port_); }
    boost::asio::ip::tcp::endpoint endpoint() const {
        return {boost::asio::ip::address_v4::loopback(), port_};
    }
    // Listens, and fills the queue of connections that wait, so that the kernel answers no more.
    void fill();
    // Takes those connections out, so that it answers again, as a slow host does: at the next
    // repetition of what was sent to it, about a second after the first.
    void drain();

private:
    int fd_;
    std::uint16_t port_ = 0;
    std::vector<int> fillers_;
};

} // namespace hubspool
