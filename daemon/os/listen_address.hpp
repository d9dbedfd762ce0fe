// Where a server of ours listens: on this machine alone. A value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace hubspool {

struct listen_address {
    std::string host; // 127.0.0.1 or ::1; empty: a Unix socket
    std::uint16_t port = 0;
    std::string path; // of the Unix socket
};

// "127.0.0.1:9877", "[::1]:9877" or "/run/hubspool/metrics.sock"; else what is wrong with the text,
// and what to write.
std::variant<listen_address, std::string> parse_listen_address(std::string_view text);

} // namespace hubspool
