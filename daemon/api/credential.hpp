// The access token, from a file that may change at any time.
#pragma once

#include "base/result.hpp"

#include <string>

namespace hubspool {

// Reads api.token_file: one line, surrounding white space dropped. Refused when empty, when it
// holds control characters, or when others may read it (stricter than 0640; systemd's credentials
// directory, named by $CREDENTIALS_DIRECTORY, is taken as it is), with the mode and the chmod that
// mends it. Loop thread only. The token never appears in a message.
class credential {
public:
    explicit credential(std::string token_file) : file_(std::move(token_file)) {}

    // Reads the file again when it has changed (size, times, inode). True when the token is another
    // one.
    result<bool> refresh();
    const std::string& token() const { return token_; }
    // HubSpot refused `token` (401): reads the file again and says whether it holds another one.
    bool differs_from(const std::string& token);

private:
    std::string file_;
    std::string token_;
    std::string seen_; // identity of the file at the last look
};

} // namespace hubspool
