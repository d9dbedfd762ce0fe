// What requests are authorised with: the token of a private app or a service key, from a file; or
// an OAuth app's grant, from three files, for which access tokens are asked.
//
// A new token is offered, and used only once it was proved (adopt). Loop thread only.
#pragma once

#include "api/credential/secret_file.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hubspool {

struct credential_files {
    std::string token_file; // when the others are empty
    std::string client_id_file, client_secret_file, refresh_token_file;
    std::string kept_file; // where a refresh token that HubSpot replaced is kept
};

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
    const std::string& configured_refresh_token() const { return oauth_->refresh_token.text(); }
    const std::string& refresh_token() const;
    // HubSpot replaced it; `token` has been kept (keep_token).
    void replace_refresh_token(std::string token) { oauth_->kept = std::move(token); }
    // HubSpot refused the kept one: true when the configured one is another, and is used from now
    // on.
    bool fall_back();
    // Bodies for the token endpoint and its introspection (application/x-www-form-urlencoded).
    std::string refresh_form() const;
    std::string introspection_form() const;
    // What must not be shown of what is sent to the token endpoint, as it is and as a refusal may
    // repeat it.
    std::vector<std::string> secrets() const;

private:
    struct grant {
        secret_file client_id, client_secret, refresh_token;
        std::string kept_file;
        std::optional<std::string> kept;
    };
    result<bool> refresh_grant();

    bool changed_ = false; // a file of the grant, and refresh() has not told yet
    std::optional<secret_file> file_;
    std::optional<grant> oauth_;
    std::string token_;
    std::string offered_;
};

} // namespace hubspool
