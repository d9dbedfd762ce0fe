#include "api/route/api_url.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <fmt/core.h>

namespace hubspool {
namespace {

namespace urls = boost::urls;

// Empty when the URL is one we can use.
std::string fault_of(const urls::url_view& url) {
    // Each fault gets its own words: a token in the URL is another mistake than a path in it.
    if (url.scheme() == "http") {
        return "http:// is refused, it would send the token and the records unencrypted; use "
               "https://";
    }
    if (url.scheme() != "https") {
        return "is not an https:// URL";
    }
    if (url.has_userinfo()) {
        return "holds a user name; the credential belongs into api.token_file";
    }
    const auto kind = url.host_type();
    if (kind == urls::host_type::none || kind == urls::host_type::ipvfuture ||
        url.encoded_host_address().empty()) {
        return "names no host";
    }
    if (url.encoded_host().contains('%')) {
        return "names a host with escapes; write international names in their xn-- form";
    }
    if (url.has_port() && url.port_number() == 0) {
        return "names no usable port; use 1 to 65535";
    }
    if (url.has_query() || url.has_fragment() ||
        !(url.encoded_path().empty() || url.encoded_path() == "/")) {
        return "holds more than scheme, host and port; the path follows from api.version";
    }
    return {};
}

} // namespace

std::string api_url::place() const {
    return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                               : fmt::format("[{}]:{}", host, port);
}

result<api_url> parse_api_url(const std::string& text) {
    const auto parsed = urls::parse_uri(text);
    if (!parsed) {
        return failure{fmt::format(
            "api.url: \"{}\" is not a URL; write https://host or https://host:port", text)};
    }
    const std::string fault = fault_of(*parsed);
    if (!fault.empty()) {
        // The text may hold a password here, so it is not repeated.
        return failure{fmt::format("api.url: the URL {}", fault)};
    }
    api_url url;
    url.host = parsed->host_address();
    url.port = parsed->has_port() ? fmt::format("{}", parsed->port_number()) : "443";
    // An address needs no look-up, and is verified as an address in the certificate.
    url.is_address = parsed->host_type() != urls::host_type::name;
    url.host_header = parsed->encoded_host();
    // RFC 9110 section 7.2: the port stands in Host unless it is the scheme's own.
    if (url.port != "443") {
        url.host_header += ":" + url.port;
    }
    return url;
}

} // namespace hubspool
