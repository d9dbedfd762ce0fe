#include "simulator/hubspot_answers.hpp"

#include "simulator/json_output.hpp"

#include <fmt/format.h>

namespace hubspool::simulator {

namespace {

std::string as_json(std::string_view text) {
    std::string out;
    append_string(out, text);
    return out;
}

const char* error_message(int status) {
    switch (status) {
    case 400: return "Invalid input JSON";
    case 408: return "request timeout";
    case 423: return "The resource is locked";
    case 477: return "Migration in progress";
    case 500: return "internal error";
    default: return "Service unavailable";
    }
}

} // namespace

const char* status_words(int status) {
    switch (status) {
    case 200: return "OK";
    case 207: return "Multi-Status";
    case 302: return "Found";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 406: return "Not Acceptable";
    case 411: return "Length Required";
    case 413: return "Payload Too Large";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 451: return "Unavailable For Legal Reasons";
    case 500: return "Internal Server Error";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    default: return "Status";
    }
}

reply_text hubspot_error(int status, std::string_view correlation_id, std::string_view message,
                         std::string_view rest) {
    return json_reply(status,
                      fmt::format(R"({{"status":"error","message":{},"correlationId":"{}"{}}})",
                                  as_json(message), correlation_id, rest));
}

reply_text json_reply(int status, std::string body) {
    return {status, false, {}, std::move(body)};
}

reply_text html_reply(int status) {
    return {status,
            true,
            {},
            fmt::format("<!DOCTYPE html><html><head><title>{0} {1}</title></head>"
                        "<body><h1>{0} {1}</h1><p>cloudflare</p></body></html>\n",
                        status, status_words(status))};
}

reply_text expired_reply(std::string_view correlation_id) {
    return hubspot_error(401, correlation_id,
                         "The OAuth token used to make this call expired 0 second(s) ago.",
                         R"(,"category":"EXPIRED_AUTHENTICATION")");
}

reply_text unauthorized_reply(std::string_view correlation_id, std::string_view said) {
    auto reply = hubspot_error(
        401, correlation_id,
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and you "
        "can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview" +
            std::string(said.empty() ? "" : " ") + std::string(said),
        R"(,"category":"INVALID_AUTHENTICATION")");
    reply.headers = "X-HubSpot-Auth-Failure: 401 Unauthorized\r\n";
    return reply;
}

reply_text forbidden_reply(std::string_view correlation_id) {
    return hubspot_error(
        403, correlation_id,
        "This app hasn't been granted all required scopes to make this call. Read more about "
        "required scopes here: https://developers.hubspot.com/scopes.",
        R"(,"errors":[{"message":"One or more of the following scopes are required.","context":)"
        R"({"requiredGranularScopes":["crm.objects.marketing_events.write"]}}],)"
        R"("links":{"scopes":"https://developers.hubspot.com/scopes"},)"
        R"("category":"MISSING_SCOPES")");
}

reply_text too_many_reply(std::string_view correlation_id, bool daily) {
    if (daily)
        return hubspot_error(429, correlation_id, "You have reached your daily limit.",
                             R"(,"errorType":"RATE_LIMIT","policyName":"DAILY")");
    return hubspot_error(429, correlation_id, "You have reached your ten_secondly_rolling limit.",
                         R"(,"errorType":"RATE_LIMIT","policyName":"TEN_SECONDLY_ROLLING",)"
                         R"("groupName":"publicapi:private_app-api-calls-ten-secondly:1:1")");
}

reply_text invalid_reply(std::string_view correlation_id, std::string_view message) {
    return hubspot_error(400, correlation_id, message, R"(,"category":"VALIDATION_ERROR")");
}

reply_text duplicate_ids_reply(std::string_view correlation_id,
                               const std::vector<std::string_view>& ids) {
    std::string quoted_ids;
    for (const auto id : ids) quoted_ids += (quoted_ids.empty() ? "" : ",") + as_json(id);
    return hubspot_error(
        400, correlation_id,
        fmt::format("Duplicate IDs found in batch input: [{}]. IDs must be unique",
                    fmt::join(ids, ", ")),
        fmt::format(R"(,"context":{{"ids":[{}]}},"category":"VALIDATION_ERROR")", quoted_ids));
}

reply_text unknown_property_reply(std::string_view correlation_id, std::string_view property) {
    const auto message = fmt::format("Property \"{}\" does not exist", property);
    return hubspot_error(
        400, correlation_id, "Property values were not valid: [" + message + "]",
        fmt::format(R"(,"errors":[{{"message":{},"code":"PROPERTY_DOESNT_EXIST",)"
                    R"("context":{{"propertyName":[{}]}}}}],"category":"VALIDATION_ERROR")",
                    as_json(message), as_json(property)));
}

reply_text error_reply(std::string_view correlation_id, int status, std::string_view retry_after) {
    auto reply = status == 429   ? too_many_reply(correlation_id, false)
                 : status == 401 ? unauthorized_reply(correlation_id)
                 : status == 403 ? forbidden_reply(correlation_id)
                 : status == 400 ? hubspot_error(400, correlation_id, error_message(400),
                                                 R"(,"category":"VALIDATION_ERROR")")
                                 : hubspot_error(status, correlation_id, error_message(status), "");
    if (!retry_after.empty()) reply.headers += fmt::format("Retry-After: {}\r\n", retry_after);
    return reply;
}

} // namespace hubspool::simulator
