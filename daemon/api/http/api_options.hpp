// How HubSpot is reached. Plain values.
#pragma once

#include "core/words/time.hpp"

#include <cstddef>
#include <string>

namespace hubspool {

struct api_options {
    std::string url; // https://host[:port]; http:// is refused
    std::string ca_file;
    std::string tls_min = "1.2";
    std::string client_certificate_file; // both, or none
    std::string client_key_file;
    std::string proxy;    // http://host:port; empty: none
    std::string no_proxy; // see proxy_route.hpp
    std::string proxy_credentials_file;
    milliseconds connect_timeout{10000}; // for each step: look-up, connecting, tunnel, handshake
    milliseconds request_timeout{60000};
    milliseconds idle_limit{60000}; // of a connection between two exchanges; then we close it
    std::size_t response_bytes_max = 16U << 20; // 100 results echo about what was sent
    std::size_t header_bytes_max = 64U << 10;
};

} // namespace hubspool
