// Asks HubSpot which properties of marketing events the account has, and what rules hold for their
// values: three requests, and no scope beyond that of the batches.
#pragma once

#include "app/finding.hpp"
#include "app/online/hubspot_questions.hpp"
#include "core/properties/defined_properties.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <vector>

namespace hubspool {

struct told_properties {
    std::optional<defined_properties> known; // nothing: HubSpot did not tell them
    std::vector<finding> found;              // what was told and what was not, and why
};

// On a connection that stands, with a credential that was read. `version` as in api.version.
boost::asio::awaitable<told_properties> ask_for_properties(hubspot_questions& hubspot,
                                                           const std::string& version);

// The whole of it, from connecting on. Blocks, no longer than each step's deadline.
told_properties ask_for_properties(const settings& options,
                                   const api_maker& make_api = make_api_client);

} // namespace hubspool
