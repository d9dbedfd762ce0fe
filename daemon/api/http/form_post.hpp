// One form to OAuth's endpoints, on a connection of its own. Loop thread.
#pragma once

#include "api/http/api_client.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

namespace hubspool {

// POSTs `form` (application/x-www-form-urlencoded) to `target`. `secrets` are taken out of a
// refusal's body. The connection's deadlines bound it.
boost::asio::awaitable<api_response> post_form(api_connection& on, std::string target,
                                               std::string form, std::vector<std::string> secrets);

// The answer of a connection that could not be made.
api_response not_connected(std::string why);

// Both steps.
boost::asio::awaitable<api_response> post_form(api_client& api, std::string target,
                                               std::string form, std::vector<std::string> secrets);

} // namespace hubspool
