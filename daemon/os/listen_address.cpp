#include "os/listen_address.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace hubspool {

namespace {

constexpr std::size_t socket_path_max = 107; // of sun_path, with its end

std::variant<listen_address, std::string> socket_at(std::string_view path) {
    if (path.size() > socket_path_max)
        return "is longer than 107 bytes, the most that a Unix socket's path may have";
    if (std::any_of(path.begin(), path.end(), [](char c) { return c > 0 && c < ' '; }))
        return "holds a control character";
    if (path.ends_with('/')) return "is a directory: write the name of the socket behind it";
    return listen_address{{}, 0, std::string(path)};
}

} // namespace

std::variant<listen_address, std::string> parse_listen_address(std::string_view text) {
    static constexpr auto forms = "must be 127.0.0.1:PORT, [::1]:PORT, or the absolute path of a "
                                  "Unix socket; or empty, which is off";
    if (text.starts_with('/')) return socket_at(text);
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return forms;
    const std::string_view host = text.substr(0, colon), port = text.substr(colon + 1);
    unsigned number = 0;
    const auto [end, ec] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (ec != std::errc() || end != port.data() + port.size()) return forms;
    if (number < 1 || number > 65535) return "has a port that is not between 1 and 65535";
    if (host != "127.0.0.1" && host != "[::1]")
        return "is not on loopback: what it tells has no password, so it is for this machine "
               "alone; "
               "write 127.0.0.1:PORT or [::1]:PORT, and let a proxy with TLS answer others";
    return listen_address{
        host == "[::1]" ? "::1" : "127.0.0.1", static_cast<std::uint16_t>(number), {}};
}

} // namespace hubspool
