// The bodies HubSpot answers with, other than results.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool::simulator {

// A reply before it is put into HTTP. Extra headers are whole lines, each ended by CR LF.
struct reply_text {
    int status = 200;
    bool html = false;
    std::string headers;
    std::string body;
};

// HubSpot's error with that message; `rest` is put before the closing brace, as
// `,"category":"..."`.
reply_text hubspot_error(int status, std::string_view correlation_id, std::string_view message,
                         std::string_view rest);
// `said` is put at the end of the message.
reply_text unauthorized_reply(std::string_view correlation_id, std::string_view said = {});
reply_text expired_reply(std::string_view correlation_id);
reply_text forbidden_reply(std::string_view correlation_id);
reply_text too_many_reply(std::string_view correlation_id, bool daily);
reply_text invalid_reply(std::string_view correlation_id, std::string_view message);
reply_text duplicate_ids_reply(std::string_view correlation_id,
                               const std::vector<std::string_view>& ids);
reply_text unknown_property_reply(std::string_view correlation_id, std::string_view property);
// What comes with any other status that is not a success.
reply_text error_reply(std::string_view correlation_id, int status, std::string_view retry_after);
reply_text html_reply(int status);
reply_text json_reply(int status, std::string body);

const char* status_words(int status);

} // namespace hubspool::simulator
