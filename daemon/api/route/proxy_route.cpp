#include "api/route/proxy_route.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <string_view>

namespace hubspool {
namespace {

namespace ip = boost::asio::ip;
namespace urls = boost::urls;
using boost::system::error_code;

// Empty when the URL is one we can use.
std::string proxy_fault_of(const urls::url_view& url) {
    if (url.scheme() == "https") {
        return "is https://; TLS to the proxy itself is not offered (what passes through it is "
               "TLS in any case): write http://";
    }
    if (url.scheme() != "http") {
        return "is not an http:// URL; of proxies, only those with CONNECT are offered";
    }
    if (url.has_userinfo()) {
        return "holds a user; write USER:PASSWORD into a file, and name it in "
               "api.proxy_credentials_file";
    }
    const auto kind = url.host_type();
    if (kind == urls::host_type::none || kind == urls::host_type::ipvfuture ||
        url.encoded_host_address().empty() || url.encoded_host().contains('%')) {
        return "names no usable host";
    }
    if (!url.has_port() || url.port_number() == 0) {
        return "names no port; proxies have none that is usual";
    }
    if (url.has_query() || url.has_fragment() ||
        !(url.encoded_path().empty() || url.encoded_path() == "/")) {
        return "holds more than a host and a port";
    }
    return {};
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return result;
}

std::string_view without(std::string_view text, std::string_view around) {
    const auto first = text.find_first_not_of(around);
    return first == std::string_view::npos
               ? std::string_view()
               : text.substr(first, text.find_last_not_of(around) - first + 1);
}

template <class Network, class Address>
bool is_in(const Network& network, const Address& address) {
    return Network(address, network.prefix_length()).canonical() == network.canonical();
}

// Nothing when the entry is no network.
std::optional<bool> network_holds(const std::string& entry, const api_url& target) {
    error_code no_four, no_six, no_address;
    const auto four = ip::make_network_v4(entry, no_four);
    const auto six = ip::make_network_v6(entry, no_six);
    // Neither form: the caller has words for that.
    if (no_four && no_six) {
        return std::nullopt;
    }
    const auto address = ip::make_address(target.host, no_address);
    // A name never matches a network, for names are not looked up here.
    if (no_address || address.is_v4() == no_four.failed()) {
        return false;
    }
    return address.is_v4() ? is_in(four, address.to_v4()) : is_in(six, address.to_v6());
}

// Nothing when the entry is none of those that there are.
std::optional<bool> exempts(const std::string& entry, const api_url& target) {
    if (entry == "*") {
        return true;
    }
    // With a slash it can only be a network.
    if (entry.find('/') != std::string::npos) {
        return network_holds(entry, target);
    }
    error_code ec;
    if (const auto address = ip::make_address(without(entry, "[]"), ec); !ec) {
        const auto host = ip::make_address(target.host, ec);
        return !ec && host == address;
    }
    // A dot in front is tolerated: many tools want one there.
    const std::string name = lower(without(entry, "."));
    const bool is_name = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    });
    if (!is_name) {
        return std::nullopt;
    }
    // The name itself and all beneath it, but not names that only end in the same letters.
    const std::string host = lower(without(target.host, "."));
    return !target.is_address && (host == name || host.ends_with('.' + name));
}

} // namespace

result<api_url> parse_proxy_url(const std::string& text) {
    const auto parsed = urls::parse_uri(text);
    // The text may hold a password, so it is not repeated.
    const std::string fault = parsed ? proxy_fault_of(*parsed) : "is not a URL";
    if (!fault.empty()) {
        return failure{fmt::format("api.proxy: {}; write http://HOST:PORT", fault)};
    }
    api_url url;
    url.host = parsed->host_address();
    url.port = fmt::format("{}", parsed->port_number());
    url.is_address = parsed->host_type() != urls::host_type::name;
    url.host_header = parsed->encoded_host_and_port();
    url.setting = "api.proxy";
    return url;
}

result<std::optional<api_url>> route_to(const api_url& target, const std::string& proxy,
                                        const std::string& no_proxy) {
    bool exempt = proxy.empty();
    // Each entry is checked, also behind one that matched: a typing error must not wait until it
    // matters.
    for (std::string_view rest = no_proxy; !rest.empty();) {
        const std::size_t end = std::min(rest.find(','), rest.size());
        const std::string entry(without(rest.substr(0, end), " \t"));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const std::optional<bool> matches = entry.empty() ? false : exempts(entry, target);
        if (!matches) {
            return failure{fmt::format("api.no_proxy: \"{}\" is no name, address or network; write "
                                       "such as example.com, 10.1.2.3, 10.0.0.0/8, with commas",
                                       entry)};
        }
        exempt = exempt || *matches;
    }
    if (exempt) {
        return std::optional<api_url>();
    }
    auto url = parse_proxy_url(proxy);
    return url ? result<std::optional<api_url>>(std::move(*url)) : url.error();
}

} // namespace hubspool
