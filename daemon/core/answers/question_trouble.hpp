// Why the answer to a question that was asked beside the batches is of no use. Pure.
#pragma once

#include "core/answers/api_response.hpp"

#include <string>
#include <string_view>

namespace hubspool {

// One line for a person, of an answer that was no success or not understood. `scopes`: what the
// question needs, should HubSpot miss it.
std::string question_trouble(const api_response& response, std::string_view scopes);

} // namespace hubspool
