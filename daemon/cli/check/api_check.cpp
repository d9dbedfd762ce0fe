#include "api/route/api_url.hpp"
#include "cli/check/checks.hpp"
#include "config/hubspot_paths.hpp"

#include <fmt/core.h>

namespace hubspool {

void check_api(const settings& options, findings& out) {
    const std::string path = batch_update_path(options.api.version);
    if (const auto url = parse_api_url(options.api.url); url) {
        out.push_back({finding::good, "api", fmt::format("{}{}", options.api.url, path)});
    } else {
        out.push_back({finding::error, "api", url.error().message});
    }
    // HubSpot's announcement: v3 ends then.
    if (options.api.version == "v3")
        out.push_back(
            {finding::warning, "api",
             "api.version: HubSpot supports v3 until September 2027; plan to set a dated one "
             "(2026-03) before"});
}

} // namespace hubspool
