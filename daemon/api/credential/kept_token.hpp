// The refresh token that HubSpot gave in exchange for the configured one, kept across restarts.
//
// The file (mode 0600) holds the token, and a hash of the configured token that it came from. As
// long as the configured file says the same, the kept one is the newer. When an operator puts
// another one there, that wins, and the kept one is void. Blocks on the disk; any thread, one at a
// time.
#pragma once

#include "base/result.hpp"

#include <optional>
#include <string>

namespace hubspool {

// Nothing when there is none, or one that came from another configured token.
result<std::optional<std::string>> load_kept_token(const std::string& file,
                                                   const std::string& configured);

// Durable when it returns: written beside, fsynced, renamed, the directory fsynced.
result<void> keep_token(const std::string& file, const std::string& configured,
                        const std::string& token);

} // namespace hubspool
