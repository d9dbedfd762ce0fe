// One form to OAuth's endpoints, on a connection of its own. Loop thread.
#pragma once

#include "api/api_client.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

namespace hubspool {

// POSTs `form` (application/x-www-form-urlencoded) to `target`. A connection that could not be made
// is an answer that was not_sent. `secrets` are taken out of a refusal's body. The connection's
// deadlines bound it.
boost::asio::awaitable<api_response> post_form(api_client& api, std::string target,
                                               std::string form, std::vector<std::string> secrets);

} // namespace hubspool
