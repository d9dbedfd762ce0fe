// OAuth's token endpoint, and whose account a token opens. Not thread-safe: the backend's lock
// holds it.
#pragma once

#include "simulator/behaviour.hpp"
#include "simulator/hubspot_answers.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace hubspool::simulator {

using arrival_time = std::chrono::steady_clock::time_point;

class token_desk {
public:
    explicit token_desk(const behaviour& settings) : settings_(settings) {}

    struct holder {
        std::uint64_t portal = 0; // 0: none, the token is unknown
        bool expired = false;
    };
    holder holder_of(std::string_view token, arrival_time now) const;

    // POST /oauth/{version}/token and .../token/introspect, with their form.
    reply_text exchange_refresh_token(std::string_view form, arrival_time now);
    reply_text introspect(std::string_view form) const;

    std::uint64_t requests() const { return requests_; }
    std::uint64_t grants() const { return grants_; }

private:
    std::string current_refresh_token() const;

    const behaviour& settings_;
    std::map<std::string, arrival_time, std::less<>> issued_; // until when
    std::string replaced_from_; // the configured refresh token that replaced_ came from
    std::string replaced_;
    std::uint64_t requests_ = 0;
    std::uint64_t grants_ = 0;
};

} // namespace hubspool::simulator
