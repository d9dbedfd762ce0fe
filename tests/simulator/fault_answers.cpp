#include "simulator/fault_answers.hpp"

#include <fmt/format.h>

namespace hubspool::simulator {

namespace {

reply_text redirect_reply(int status) {
    auto reply = html_reply(status);
    reply.headers = "Location: https://login.gateway.invalid/\r\n";
    return reply;
}

// As Jackson words it in HubSpot's answers.
reply_text no_category_reply(int status, std::string_view correlation_id) {
    return hubspot_error(status, correlation_id,
                         "Invalid input JSON on line 1, column 15: Cannot deserialize value of "
                         "type `java.lang.String` from Array value (token `JsonToken.START_ARRAY`)",
                         "");
}

reply_text strangers_reply(int status, std::string_view correlation_id, std::uint64_t number) {
    constexpr std::string_view message = "Could not get some MARKETING_EVENT objects";
    const auto named = fmt::format(R"("context":{{"ids":["{}"]}})", 990000000000 + number);
    if (status >= 300)
        return hubspot_error(status, correlation_id, message,
                             fmt::format(R"(,"category":"VALIDATION_ERROR",{})", named));
    return json_reply(
        status, fmt::format(R"({{"status":"COMPLETE","results":[],"numErrors":1,"errors":[{{)"
                            R"("status":"error","category":"OBJECT_NOT_FOUND","message":"{}",)"
                            R"({}}}]}})",
                            message, named));
}

} // namespace

std::optional<reply_text> fault_reply(const fault& what, std::string_view correlation_id,
                                      std::uint64_t request_number) {
    switch (what.answer) {
    case fault::reply::status: return error_reply(correlation_id, what.status, what.retry_after);
    case fault::reply::html: return html_reply(what.status);
    case fault::reply::redirect: return redirect_reply(what.status);
    case fault::reply::no_category: return no_category_reply(what.status, correlation_id);
    case fault::reply::other_json:
        return json_reply(what.status, R"({"error":"blocked by policy","incident":"4711"})");
    case fault::reply::strangers:
        return strangers_reply(what.status, correlation_id, request_number);
    default: return std::nullopt;
    }
}

} // namespace hubspool::simulator
