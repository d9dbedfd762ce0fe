#include "cli/commands/version_text.hpp"

#include <string_view>

namespace hubspool {

std::string version_text() {
    // Empty when it was built from an archive, without git.
    constexpr std::string_view commit = HUBSPOOL_COMMIT;
    std::string text = "hubspool " HUBSPOOL_VERSION;
    if (!commit.empty()) text.append(" (commit ").append(commit).append(")");
    return text + "\nbuilt with " HUBSPOOL_LIBRARIES;
}

} // namespace hubspool
