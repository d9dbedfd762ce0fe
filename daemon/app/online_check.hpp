// `check --online`: asks HubSpot what can be asked without changing anything there.
//
// A connection is made as for batches; then the credential is tried. A token is tried on the
// account's details, its daily usage, and the update's address. There the body cannot be read as
// JSON, and so cannot be applied: 403 tells of a missing scope, 400 that there is none. Then the
// definitions of the account's properties are asked for, as `plan --online` does it. An OAuth
// app's refresh token is introspected, never exchanged: HubSpot might replace it under a running
// daemon. At most six requests, which count in the limit like any other.
#pragma once

#include "app/api_maker.hpp"
#include "app/finding.hpp"
#include "config/settings.hpp"

#include <vector>

namespace hubspool {

// Blocks, no longer than the deadlines of the connection and of each request. The first step that
// fails is the last but for those that do not depend on it.
std::vector<finding> check_online(const settings& options,
                                  const api_maker& make_api = make_api_client);

} // namespace hubspool
