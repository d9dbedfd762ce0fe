#include "config/text_rules.hpp"

#include "core/rows/cell_time.hpp"
#include "core/rows/cell_value.hpp"
#include "core/words/digit.hpp"
#include "core/words/printable.hpp"
#include "os/listen_address.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string_view>
#include <variant>

namespace hubspool {
namespace {

constexpr std::size_t path_most = 1024; // leaves room below PATH_MAX for the names beneath it
constexpr std::size_t url_most = 300;   // a host name is at most 253
constexpr std::size_t no_proxy_most = 4096;
constexpr std::size_t webhook_most = 2000; // chat services put keys of a hundred bytes into it

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Texts of the file come back in messages: cut, so that a pasted page does not fill the terminal.
std::string quoted_name(const std::string& text) {
    constexpr std::size_t shown_most = 60;
    return fmt::format("'{}{}'", printable(text.substr(0, shown_most)),
                       text.size() > shown_most ? "..." : "");
}

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
    });
}

// "api.hubapi.com", "127.0.0.1:8443", "[::1]:8443".
bool is_authority(std::string_view text) {
    std::string_view port;
    // An IPv6 address has brackets, since its colons are not the port's.
    const bool bracketed = text.starts_with('[');
    const std::size_t host_end = bracketed ? text.find(']') : text.find(':');
    if (bracketed && host_end == std::string_view::npos) return false;
    const std::string_view host =
        bracketed ? text.substr(1, host_end - 1) : text.substr(0, host_end);
    const std::string_view rest =
        host_end == std::string_view::npos ? "" : text.substr(host_end + (bracketed ? 1 : 0));
    const bool plain = std::all_of(host.begin(), host.end(), [&](char c) {
        return is_digit(c) || is_letter(c) || c == '.' || c == '-' || (bracketed && c == ':');
    });
    if (host.empty() || !plain) return false;
    if (rest.empty()) return true;
    if (!rest.starts_with(':')) return false;
    port = rest.substr(1);
    unsigned number = 0;
    const auto [end, ec] = std::from_chars(port.data(), port.data() + port.size(), number);
    return ec == std::errc() && end == port.data() + port.size() && number >= 1 && number <= 65535;
}

} // namespace

std::optional<std::string> path_fault(const std::string& text) {
    if (!text.starts_with('/')) return "must be an absolute path, beginning with /";
    if (text.size() > path_most) return "is longer than 1024 bytes";
    if (has_control(text)) return "holds a control character";
    return std::nullopt;
}

std::optional<std::string> name_pattern_fault(const std::string& text) {
    constexpr std::size_t name_most = 255;
    if (text.empty()) return "is empty: write a name, or a pattern such as '*.bak'";
    if (text.size() > name_most) return "is longer than 255 bytes, as no name is";
    if (has_control(text)) return "holds a control character";
    if (text.find('/') != std::string::npos)
        return "holds a /: it is held against the name alone, so write '*.bak', not 'new/*.bak'";
    // A pattern of wildcards alone would silence the whole queue.
    if (text.find_first_not_of("*?") == std::string::npos)
        return "would leave every file alone: write something beside * and ?";
    const std::size_t bracket = text.find('[');
    if (bracket != std::string::npos && text.find(']', bracket + 1) == std::string::npos)
        return "has a [ that is not closed: write [[] for the bracket itself";
    return std::nullopt;
}

std::optional<std::string> optional_path_fault(const std::string& text) {
    return text.empty() ? std::nullopt : path_fault(text);
}

std::optional<std::string> directory_fault(const std::string& text) {
    if (auto fault = path_fault(text)) return fault;
    if (std::filesystem::path(text).lexically_normal() == "/")
        return "must be a directory of its own, not /";
    return std::nullopt;
}

std::optional<std::string> url_fault(const std::string& text) {
    static constexpr auto remedy =
        "must be https://HOST or https://HOST:PORT and no more: the path "
        "comes from api.version";
    std::string_view rest = text;
    if (rest.size() > url_most) return remedy;
    // Plain http would give token and records to everybody on the way.
    if (rest.starts_with("http://"))
        return "is plain http: the token and all records could be read and changed on the way; "
               "write https://";
    if (!rest.starts_with("https://")) return remedy;
    rest.remove_prefix(8);
    if (rest.ends_with('/')) rest.remove_suffix(1);
    if (!is_authority(rest)) return remedy;
    return std::nullopt;
}

std::optional<std::string> proxy_fault(const std::string& text) {
    std::string_view rest = text;
    if (rest.empty()) return std::nullopt;
    // A password in the configuration would stand in messages and in `check`.
    if (rest.find('@') != std::string_view::npos)
        return "must hold no user or password: write USER:PASSWORD into a file, and name it in "
               "api.proxy_credentials_file";
    const bool is_http = rest.starts_with("http://");
    if (is_http) rest.remove_prefix(7);
    if (rest.ends_with('/')) rest.remove_suffix(1);
    const std::size_t host_end = rest.starts_with('[') ? rest.find(']') : 0;
    if (!is_http || rest.size() > url_most || !is_authority(rest) ||
        rest.find(':', host_end) == std::string_view::npos)
        return "must be http://HOST:PORT, a proxy that lets CONNECT through";
    return std::nullopt;
}

// What each entry means is known where targets are known, in api/.
std::optional<std::string> no_proxy_fault(const std::string& text) {
    static constexpr std::string_view marks = " ,.:-_/*[]";
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return is_digit(c) || is_letter(c) || marks.find(c) != std::string_view::npos;
    });
    if (plain && text.size() <= no_proxy_most) return std::nullopt;
    return "must be names, addresses or networks, with commas: localhost, .example.com, 10.0.0.0/8";
}

std::optional<std::string> version_fault(const std::string& text) {
    if (text == "v3") return std::nullopt;
    // YYYY-MM, as HubSpot names its dated versions.
    bool dated = text.size() == 7 && text[4] == '-';
    for (std::size_t i = 0; dated && i < text.size(); ++i) dated = i == 4 || is_digit(text[i]);
    const std::string month = dated ? text.substr(5) : "";
    if (dated && month >= "01" && month <= "12") return std::nullopt;
    return "must be v3, or a dated version such as 2026-03";
}

std::optional<std::string> portal_id_fault(const std::string& text) {
    constexpr std::size_t digits_most = 19; // what fits a number of 64 bits
    const bool number = text.size() <= digits_most && !text.starts_with('0') &&
                        std::all_of(text.begin(), text.end(), is_digit);
    if (number) return std::nullopt;
    return "must be the account's number, as HubSpot shows it beside the account's name, or empty";
}

std::optional<std::string> time_zone_fault(const std::string& text) {
    if (text == "auto" || text == "UTC") return std::nullopt;
    const bool named =
        !text.empty() && text.size() <= 64 && is_letter(text.front()) &&
        std::all_of(text.begin(), text.end(), [](char c) {
            return is_digit(c) || is_letter(c) || c == '_' || c == '-' || c == '+' || c == '/';
        });
    if (!named) return "must be auto, or the name of a time zone, such as UTC or America/New_York";
    // The C library takes an unknown zone for UTC and says nothing, so it is asked for here.
    std::error_code ec;
    if (std::filesystem::is_regular_file("/usr/share/zoneinfo/" + text, ec)) return std::nullopt;
    return "is not known here: /usr/share/zoneinfo/" + text +
           " does not exist; write a name from there, such as America/New_York, or install tzdata "
           "(and on Debian 13 tzdata-legacy, for older names such as US/Eastern)";
}

std::optional<std::string> listen_fault(const std::string& text) {
    if (text.empty()) return std::nullopt;
    const std::variant<listen_address, std::string> parsed = parse_listen_address(text);
    const std::string* const fault = std::get_if<std::string>(&parsed);
    return fault == nullptr ? std::nullopt : std::optional(*fault);
}

std::optional<std::string> control_socket_fault(const std::string& text) {
    if (text.empty() || text == "off" || (text.front() == '/' && text.back() != '/'))
        return std::nullopt;
    return "must be the absolute path of a Unix socket, or off; empty, it is control.sock in the "
           "queue's directory";
}

std::optional<std::string> executable_fault(const std::string& text) {
    if (text.empty() || (text.front() == '/' && text.back() != '/')) return std::nullopt;
    return "must be the whole path of an executable, without arguments, or empty";
}

std::optional<std::string> webhook_fault(const std::string& text) {
    constexpr const char* remedy = "must be https://HOST[:PORT]/PATH";
    std::string_view rest = text;
    if (!rest.starts_with("https://") || rest.size() > webhook_most) return remedy;
    rest.remove_prefix(8);
    const std::size_t path = std::min(rest.find('/'), rest.size());
    // What a request line must not hold.
    const bool is_plain = std::all_of(rest.begin(), rest.end(),
                                      [](char c) { return c > ' ' && c < '\x7f' && c != '#'; });
    if (!is_plain || !is_authority(rest.substr(0, path))) return remedy;
    return std::nullopt;
}

std::optional<std::string> csv_column_fault(const std::string& column, const std::string& target) {
    if (column.empty())
        return "the name of a column is empty; one without a name is ignored anyway";
    if (cell_target_of(target)) return std::nullopt;
    return fmt::format("{} of column {} {}", quoted_name(target), quoted_name(column),
                       why_no_target(target));
}

std::optional<std::string> csv_constant_fault(const std::string& target, const std::string& value) {
    const auto to = cell_target_of(target);
    if (!to || to->kind == target_kind::ignored)
        return fmt::format("{} {}", quoted_name(target), why_no_target(target));
    if (value.empty()) return fmt::format("{} has no value; write one, or remove it", target);
    text_arena ignored;
    const std::string why = append_cell(ignored, *to, value, {});
    if (why.empty()) return std::nullopt;
    return fmt::format("{} of {} {}", quoted_name(value), quoted_name(target), why);
}

std::optional<std::string> csv_date_fault(const std::string& form) {
    const std::string why = why_no_date_form(form);
    if (why.empty()) return std::nullopt;
    return fmt::format("{} {}", quoted_name(form), why);
}

std::optional<std::string> csv_zone_fault(const std::string& text) {
    if (text.empty()) return std::nullopt;
    if (text == "auto")
        return "must be the name of a time zone, such as UTC or Europe/Berlin, or empty";
    return time_zone_fault(text);
}

} // namespace hubspool
