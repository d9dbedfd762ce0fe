// Answers of HubSpot, as core sees them.
#pragma once

#include "core/answers/api_response.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace hubspool::testing {

inline api_response api_answer(int status, std::string body,
                               std::string content_type = "application/json") {
    api_response response;
    response.end = exchange_end::answered;
    response.status = status;
    response.body = std::move(body);
    response.content_type = std::move(content_type);
    return response;
}

// To the account check: whose account the credential opens.
inline api_response account_answer(std::uint64_t portal_id) {
    return api_answer(200, R"({"portalId":)" + std::to_string(portal_id) +
                               R"(,"timeZone":"US/Eastern"})");
}

} // namespace hubspool::testing
