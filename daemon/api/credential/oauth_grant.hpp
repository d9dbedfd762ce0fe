// An OAuth app's grant, from three files: what access tokens are asked for with. Loop thread only.
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

class oauth_grant {
public:
    explicit oauth_grant(const credential_files& files);

    // Reads the files again. True when they hold another grant. After a failure the one before
    // stays.
    result<bool> refresh();
    // Tells grants apart, for the lock; as secret as they are.
    std::string identity() const;

    const std::string& configured_refresh_token() const { return configured_.text(); }
    const std::string& refresh_token() const { return kept_ ? *kept_ : configured_.text(); }
    // HubSpot replaced it; `token` has been kept (keep_token).
    void replace_refresh_token(std::string token) { kept_ = std::move(token); }
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
    secret_file client_id_, client_secret_;
    secret_file configured_; // the refresh token that the operator has put in place
    std::string kept_file_;
    std::optional<std::string> kept_; // that HubSpot gave in exchange for it
    bool changed_ = false;            // a file, and refresh() has not told yet
};

} // namespace hubspool
