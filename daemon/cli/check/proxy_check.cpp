#include "api/route/api_url.hpp"
#include "api/route/proxy_route.hpp"
#include "api/route/proxy_tunnel.hpp"
#include "cli/check/checks.hpp"

#include <fmt/core.h>

namespace hubspool {

void check_proxy(const settings& options, findings& out) {
    const auto url = parse_api_url(options.api.url);
    // A wrong URL is told by check_api().
    if (!url || options.api.proxy.empty()) return;
    const auto route = route_to(*url, options.api.proxy, options.api.no_proxy);
    if (!route) {
        out.push_back({finding::error, "proxy", route.error().message});
        return;
    }
    if (!*route) {
        out.push_back({finding::good, "proxy",
                       fmt::format("api.no_proxy exempts {}: the proxy is not used", url->host)});
        return;
    }
    // The credentials are read as they would be for a connection.
    const std::string& file = options.api.proxy_credentials_file;
    if (!file.empty()) {
        if (const auto read = proxy_authorization(file); !read) {
            // It runs, and takes another file as soon as that is there.
            out.push_back({finding::warning, "proxy", "nothing is sent: " + read.error().message});
            return;
        }
    }
    out.push_back({finding::good, "proxy",
                   fmt::format("through {}, {}", (*route)->place(),
                               file.empty() ? "without credentials" : "as the user in " + file)});
}

} // namespace hubspool
