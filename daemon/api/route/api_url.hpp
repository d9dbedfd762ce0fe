// Where the API is, taken from api.url.
#pragma once

#include "base/result.hpp"

#include <string>

namespace hubspool {

struct api_url {
    std::string host; // a name or an address, an IPv6 one without its brackets
    std::string port;
    std::string host_header; // value of Host: the port only when it is not 443
    bool is_address = false;
    std::string setting = "api.url"; // the key it comes from, for messages

    std::string place() const; // host:port, for messages
};

// Takes https://host[:port] only. The failure says what else was found and what to write instead.
result<api_url> parse_api_url(const std::string& text);

} // namespace hubspool
