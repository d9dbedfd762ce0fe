#include "simulator/wide_numbers.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <regex>
#include <system_error>

namespace hubspool::simulator {

namespace {

constexpr std::string_view number_signs = "+-.0123456789eE";

bool is_wide(const std::string& token) {
    static const std::regex number(R"(-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?)");
    if (!std::regex_match(token, number)) return false;
    const char* const end = token.data() + token.size();
    const auto fits = [&](auto value) {
        return std::from_chars(token.data(), end, value).ec == std::errc();
    };
    if (token.find_first_of(".eE") != std::string::npos) return !fits(0.0);
    return !fits(std::int64_t{0}) && !fits(std::uint64_t{0});
}

std::size_t end_of_string(std::string_view json, std::size_t at) {
    for (++at; at < json.size() && json[at] != '"'; ++at)
        if (json[at] == '\\') ++at;
    return std::min(at + 1, json.size());
}

} // namespace

std::string quote_wide_numbers(std::string_view json) {
    std::string out;
    for (std::size_t at = 0; at < json.size();) {
        const char first = json[at];
        std::size_t end = at + 1;
        if (first == '"') end = end_of_string(json, at);
        const bool is_number = first == '-' || (first >= '0' && first <= '9');
        if (is_number) end = std::min(json.find_first_not_of(number_signs, at), json.size());
        const std::string token(json.substr(at, end - at));
        if (is_number && is_wide(token))
            out.append("\"\\u0001").append(wide_number_mark.substr(1)).append(token).append("\"");
        else
            out.append(token);
        at = end;
    }
    return out;
}

} // namespace hubspool::simulator
