// From one response to one verdict per input: the whole table of section "Verdicts" in
// daemon/README.md, every case written out, each with its source.
//
// Rules it keeps:
// * An input is delivered only when the response names its objectId in `results`.
// * A body is never assumed to be JSON, and every field of an error is optional (HubSpot, "Error
//   handling").
// * Ids count as named only under the keys id, ids, objectId, objectIds of a `context`.
//
// Pure: no state, no clock. Never throws; any bytes are a valid body.
#pragma once

#include "core/answers/api_response.hpp"
#include "core/answers/mapper_options.hpp"
#include "core/answers/response_verdict.hpp"

#include <vector>

namespace hubspool {

response_verdict map_response(const api_response& response, const std::vector<sent_input>& inputs,
                              const mapper_options& options, boot_time now);

} // namespace hubspool
