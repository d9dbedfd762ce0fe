#include "simulator/token_desk.hpp"

#include "simulator/json_output.hpp"

#include <fmt/format.h>

#include <charconv>

namespace hubspool::simulator {

namespace {

std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned byte = 0;
        if (text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ec == std::errc()) {
            out += static_cast<char>(byte);
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

std::string field(std::string_view form, std::string_view name) {
    while (!form.empty()) {
        const auto pair = form.substr(0, form.find('&'));
        form.remove_prefix(std::min(pair.size() + 1, form.size()));
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos && pair.substr(0, equals) == name)
            return decoded(pair.substr(equals + 1));
    }
    return {};
}

// As HubSpot's are: `error` by RFC 6749, `status` and `message` its own.
reply_text refusal(std::string_view error, std::string_view status, std::string message) {
    std::string body = R"({"error":)";
    append_string(body, error);
    body += R"(,"status":)";
    append_string(body, status);
    body += R"(,"message":)";
    append_string(body, message);
    return json_reply(400, body + R"(,"correlationId":"5b9c1e4a-0000-4000-8000-0000000000aa"})");
}

} // namespace

std::string token_desk::current_refresh_token() const {
    return replaced_from_ == settings_.refresh_token && !replaced_.empty()
               ? replaced_
               : settings_.refresh_token;
}

token_desk::holder token_desk::holder_of(std::string_view token, arrival_time now) const {
    if (const auto issued = issued_.find(token); issued != issued_.end())
        return {settings_.portal_id, issued->second <= now};
    for (const auto& each : settings_.other_portals) {
        const auto equals = each.rfind('=');
        if (each.substr(0, equals) == token) return {std::stoull(each.substr(equals + 1)), false};
    }
    if (settings_.token.empty() || token == settings_.token) return {settings_.portal_id, false};
    return {};
}

reply_text token_desk::exchange_refresh_token(std::string_view form, arrival_time now) {
    ++requests_;
    const std::string client = field(form, "client_id"), secret = field(form, "client_secret"),
                      token = field(form, "refresh_token");
    const std::string& fault = settings_.token_error;
    int status = 0;
    if (std::from_chars(fault.data(), fault.data() + fault.size(), status).ec == std::errc())
        return error_reply("5b9c1e4a-0000-4000-8000-0000000000aa", status, {});
    if (fault == "html") return html_reply(200);
    if (fault == "invalid_client") return refusal(fault, "BAD_CLIENT_SECRET", "no: " + secret);
    if (!fault.empty())
        return refusal("invalid_grant", fault, "refresh token is invalid: " + token);
    if (client != settings_.client_id)
        return refusal("invalid_client", "BAD_CLIENT_ID", "missing or unknown client id");
    if (secret != settings_.client_secret)
        return refusal("invalid_client", "BAD_CLIENT_SECRET", "not the secret: " + secret);
    if (field(form, "grant_type") != "refresh_token")
        return refusal("unsupported_grant_type", "BAD_GRANT_TYPE", "missing or unknown grant type");
    if (token != current_refresh_token())
        return refusal("invalid_grant", "BAD_REFRESH_TOKEN", "refresh token is invalid: " + token);
    ++grants_;
    const std::string access = fmt::format("CN{:06}-access-token-of-the-app", grants_);
    issued_[access] = now + std::chrono::milliseconds(settings_.token_life_ms);
    if (settings_.rotate_refresh_token) {
        replaced_from_ = settings_.refresh_token;
        replaced_ = fmt::format("{}-replaced-{:06}", settings_.refresh_token, grants_);
    }
    const auto seconds = (settings_.token_life_ms + 999) / 1000;
    return json_reply(
        200,
        fmt::format(R"({{"token_type":"bearer","token_use":"access_token","access_token":"{}",)"
                    R"("refresh_token":"{}","expires_in":{},"hub_id":{},"user_id":7,)"
                    R"("scopes":["oauth","crm.objects.marketing_events.write"]}})",
                    access, current_refresh_token(), seconds, settings_.portal_id));
}

reply_text token_desk::introspect(std::string_view form) const {
    if (field(form, "client_id") != settings_.client_id ||
        field(form, "client_secret") != settings_.client_secret)
        return refusal("invalid_client", "BAD_CLIENT_ID", "missing or unknown client id");
    if (field(form, "token") != current_refresh_token() || !settings_.token_error.empty())
        return json_reply(200, R"({"active":false,"token_use":"refresh_token"})");
    return json_reply(
        200, fmt::format(R"({{"active":true,"token_use":"refresh_token","token_type":"bearer",)"
                         R"("hub_id":{},"app_id":3,"scopes":[{}]}})",
                         settings_.portal_id,
                         settings_.forbidden ? R"("oauth")"
                                             : R"("oauth","crm.objects.marketing_events.write")"));
}

} // namespace hubspool::simulator
