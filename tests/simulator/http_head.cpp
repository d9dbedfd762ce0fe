#include "simulator/http_head.hpp"

#include <charconv>
#include <strings.h>

namespace hubspool::simulator {

namespace {

bool same_name(std::string_view a, std::string_view b) {
    return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

void read_field(http_head& head, std::string_view name, std::string_view value) {
    if (same_name(name, "content-length")) {
        std::uint64_t length = 0;
        const auto end = value.data() + value.size();
        const auto [stop, error] = std::from_chars(value.data(), end, length);
        if (error == std::errc() && stop == end) head.content_length = length;
    } else if (same_name(name, "authorization") && value.starts_with("Bearer ")) {
        head.token = trimmed(value.substr(7));
    }
}

} // namespace

std::optional<http_head> parse_head(std::string_view received) {
    const auto end = received.find("\r\n\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    http_head head;
    head.bytes = end + 4;
    std::string_view lines = received.substr(0, end + 2);
    const auto first = lines.substr(0, lines.find("\r\n"));
    lines.remove_prefix(first.size() + 2);
    const auto method_end = first.find(' ');
    const auto target_end = first.find(' ', method_end + 1);
    if (method_end == std::string_view::npos || target_end == std::string_view::npos ||
        !first.substr(target_end).starts_with(" HTTP/1."))
        return head;
    head.method = first.substr(0, method_end);
    head.target = first.substr(method_end + 1, target_end - method_end - 1);
    while (!lines.empty()) {
        const auto line = lines.substr(0, lines.find("\r\n"));
        lines.remove_prefix(line.size() + 2);
        const auto colon = line.find(':');
        if (colon != std::string_view::npos)
            read_field(head, line.substr(0, colon), trimmed(line.substr(colon + 1)));
    }
    return head;
}

} // namespace hubspool::simulator
