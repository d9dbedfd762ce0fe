// How a way to HubSpot is made; a test makes one of its own.
#pragma once

#include "api/http/api_client.hpp"

#include <functional>
#include <memory>

namespace hubspool {

using api_maker =
    std::function<result<std::unique_ptr<api_client>>(boost::asio::any_io_executor, api_options)>;

} // namespace hubspool
