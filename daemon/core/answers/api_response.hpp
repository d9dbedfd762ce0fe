// What one request on the wire came to, as core sees it: filled by api/, judged by response_mapper.
#pragma once

#include "core/words/time.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace hubspool {

enum class exchange_end : std::uint8_t {
    answered,   // a whole response was read: status, headers and body are set
    not_sent,   // the connection failed before the first byte was handed to the socket
    unanswered, // bytes were sent and no whole response came: deadline, reset, cut, oversized or
                // garbled
    stale,      // unanswered, on a reused connection, without one byte of an answer
};

struct api_response {
    exchange_end end = exchange_end::unanswered;
    // What went wrong when it was not answered, for a person: "connect to 127.0.0.1:443: refused".
    std::string error;

    int status = 0;
    std::string body; // decoded of any transfer coding; may be anything, or nothing
    // Header values as they came; empty when absent.
    std::string content_type;
    std::string retry_after;
    std::string date;
    std::string correlation_id;  // X-HubSpot-Correlation-Id
    std::string limit_max;       // X-HubSpot-RateLimit-Max
    std::string limit_remaining; // X-HubSpot-RateLimit-Remaining
    std::string daily_limit;     // X-HubSpot-RateLimit-Daily
    std::string daily_remaining; // X-HubSpot-RateLimit-Daily-Remaining

    // On a 401: reading the credential again gave another one than the request had carried.
    bool credential_changed = false;
    // When a daily quota is given back, by the account's time zone; set by the caller.
    boot_time quota_reset = {};
    std::int64_t duration_ms = 0;
};

} // namespace hubspool
