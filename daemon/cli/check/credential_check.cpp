#include "api/credential/credential.hpp"
#include "app/instance.hpp"
#include "cli/check/checks.hpp"

#include <fmt/core.h>

#include <utility>

namespace hubspool {

void check_credential(const settings& options, findings& out) {
    // Read as the daemon would read it.
    credential token(make_credential_files(options));
    if (const auto read = token.refresh(); !read) {
        out.push_back({finding::error, "token", read.error().message});
    } else if (token.is_oauth()) {
        out.push_back({finding::good, "token", "an OAuth app's: the three files of api.oauth"});
    } else {
        // Its length tells a token from a whole page pasted in; the token itself is never shown.
        out.push_back({finding::good, "token",
                       fmt::format("{} holds a token of {} characters", options.api.token_file,
                                   token.offered().size())});
    }
    // Open to others, and yet used: a warning each.
    for (std::string& open : open_secrets(options))
        out.push_back({finding::warning, "token", std::move(open)});
}

} // namespace hubspool
