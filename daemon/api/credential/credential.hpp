// What requests are authorised with: the token of a private app or a service key, from a file; or
// an OAuth app's grant, from three files, for which access tokens are asked.
//
// A new token is offered, and used only once it was proved (adopt). Loop thread only.
#pragma once

#include "api/credential/oauth_grant.hpp"
#include "api/credential/secret_file.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>
#include <utility>

namespace hubspool {

class credential {
public:
    explicit credential(const credential_files& files);

    bool is_oauth() const { return oauth_.has_value(); }
    // Reads the files again. True when they hold another credential; a token file's is offered
    // then. After a failure the one before stays.
    result<bool> refresh();
    // Tells credentials apart, for the lock; as secret as they are.
    std::string identity() const;

    const std::string& token() const { return token_; }     // proved; empty: there is none
    const std::string& offered() const { return offered_; } // the newest; empty: there is none
    void offer(std::string token) { offered_ = std::move(token); }
    void adopt() { token_ = offered_; }
    void drop() { token_.clear(); } // HubSpot refused it, or its life is over

    // OAuth only.
    oauth_grant& oauth() { return *oauth_; }
    const oauth_grant& oauth() const { return *oauth_; }

private:
    std::optional<secret_file> file_;
    std::optional<oauth_grant> oauth_;
    std::string token_;
    std::string offered_;
};

} // namespace hubspool
