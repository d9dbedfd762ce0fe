// What an api_client was made with, in the form in which its connections use it. Immutable.
#pragma once

#include "api/http/api_options.hpp"
#include "api/route/api_url.hpp"
#include "api/route/proxy_tunnel.hpp"

#include <optional>

namespace hubspool {

// What all connections of a client have in common; they may outlive the client itself.
struct api_setup {
    api_options options;
    api_url url;
    std::optional<proxy_access> proxy;
};

} // namespace hubspool
