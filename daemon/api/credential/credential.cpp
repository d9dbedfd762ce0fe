#include "api/credential/credential.hpp"

#include "api/credential/kept_token.hpp"

#include <fmt/core.h>

#include <string_view>
#include <utility>

namespace hubspool {
namespace {

std::string encoded(std::string_view text) {
    // application/x-www-form-urlencoded (WHATWG URL standard): these characters stand for
    // themselves.
    constexpr std::string_view plain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._*";
    std::string out;
    for (const char c : text) {
        if (plain.find(c) != std::string_view::npos) {
            out += c;
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return out;
}

// As JSON may have it.
std::string with_escaped_slashes(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c == '/' ? "\\/" : std::string(1, c);
    }
    return out;
}

} // namespace

credential::credential(const credential_files& files) {
    // No OAuth app is configured: the token is the credential.
    if (files.refresh_token_file.empty()) {
        file_.emplace("api.token_file", files.token_file);
        return;
    }
    oauth_.emplace(grant{{"api.oauth.client_id_file", files.client_id_file},
                         {"api.oauth.client_secret_file", files.client_secret_file},
                         {"api.oauth.refresh_token_file", files.refresh_token_file},
                         files.kept_file,
                         {}});
}

result<bool> credential::refresh() {
    if (is_oauth()) {
        return refresh_grant();
    }
    // The file's token is only offered; it is used once HubSpot has accepted it.
    auto looked = file_->refresh();
    if (looked && *looked) {
        offered_ = file_->text();
    }
    return looked;
}

result<bool> credential::refresh_grant() {
    // What one file told is not forgotten when the next one is found unreadable.
    for (secret_file* const file : {&oauth_->client_id, &oauth_->client_secret}) {
        const auto looked = file->refresh();
        if (!looked) {
            return looked.error();
        }
        changed_ = changed_ || *looked;
    }
    // A new grant from the operator goes before whatever HubSpot gave in exchange for the old one.
    const auto looked = oauth_->refresh_token.refresh();
    if (!looked) {
        return looked.error();
    }
    if (*looked) {
        // Before what may fail: the file will not tell of its change a second time.
        changed_ = true;
        oauth_->kept.reset();
        // The kept token counts only if it came from the configured one that is there now.
        auto kept = load_kept_token(oauth_->kept_file, configured_refresh_token());
        if (!kept) {
            return kept.error();
        }
        oauth_->kept = std::move(*kept);
    }
    return std::exchange(changed_, false);
}

std::string credential::identity() const {
    // A kept token may change at any time, so the lock is named by what the operator has
    // configured.
    return is_oauth() ? oauth_->client_id.text() + ' ' + configured_refresh_token() : file_->text();
}

const std::string& credential::refresh_token() const {
    return oauth_->kept ? *oauth_->kept : configured_refresh_token();
}

bool credential::fall_back() {
    // Nothing is lost by falling back: a refused token opens nothing any more.
    const bool other = oauth_->kept && *oauth_->kept != configured_refresh_token();
    oauth_->kept.reset();
    return other;
}

std::string credential::refresh_form() const {
    return fmt::format("grant_type=refresh_token&client_id={}&client_secret={}&refresh_token={}",
                       encoded(oauth_->client_id.text()), encoded(oauth_->client_secret.text()),
                       encoded(refresh_token()));
}

std::string credential::introspection_form() const {
    return fmt::format("client_id={}&client_secret={}&token={}&token_type_hint=refresh_token",
                       encoded(oauth_->client_id.text()), encoded(oauth_->client_secret.text()),
                       encoded(refresh_token()));
}

std::vector<std::string> credential::secrets() const {
    std::vector<std::string> all;
    // As it is, as a form carries it, and as JSON may repeat it: a server's message may hold any of
    // these.
    for (const std::string& each :
         {oauth_->client_secret.text(), refresh_token(), configured_refresh_token()}) {
        all.insert(all.end(), {each, encoded(each), with_escaped_slashes(each)});
    }
    return all;
}

} // namespace hubspool
