#include "cli/check/check_findings.hpp"

#include "cli/check/checks.hpp"
#include "config/settings_check.hpp"
#include "core/json/json_kernel.hpp"

#include <string>
#include <utility>

namespace hubspool {

std::string_view to_string(finding::severity level) {
    switch (level) {
    case finding::good: return "ok";
    case finding::warning: return "warning";
    case finding::error: return "error";
    }
    return "";
}

std::vector<finding> check_everything(const settings& options, bool errors_only) {
    // In the order in which a person would mend things: directories, credential, way to HubSpot.
    findings out;
    check_queue(options, errors_only, out);
    check_state(options, out);
    check_credential(options, out);
    check_secret_readers(options, out);
    check_api(options, out);
    check_tls(options, out);
    check_proxy(options, out);
    check_user(options, out);
    check_notify(options, out);
    check_daemon(options, out);
    // Each setting may be right by itself.
    for (std::string& words : unsafe_combinations(options))
        out.push_back({finding::warning, "settings", std::move(words)});
    out.push_back({finding::good, "decoder", "simdjson's kernel is " + std::string(json_kernel())});
    return out;
}

} // namespace hubspool
