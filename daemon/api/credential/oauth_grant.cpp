#include "api/credential/oauth_grant.hpp"

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

oauth_grant::oauth_grant(const credential_files& files)
    : client_id_("api.oauth.client_id_file", files.client_id_file),
      client_secret_("api.oauth.client_secret_file", files.client_secret_file),
      configured_("api.oauth.refresh_token_file", files.refresh_token_file),
      kept_file_(files.kept_file) {
}

result<bool> oauth_grant::refresh() {
    // What one file told is not forgotten when the next one is found unreadable.
    for (secret_file* const file : {&client_id_, &client_secret_}) {
        const auto looked = file->refresh();
        if (!looked) {
            return looked.error();
        }
        changed_ = changed_ || *looked;
    }
    // A new grant from the operator goes before whatever HubSpot gave in exchange for the old one.
    const auto looked = configured_.refresh();
    if (!looked) {
        return looked.error();
    }
    if (*looked) {
        // Before what may fail: the file will not tell of its change a second time.
        changed_ = true;
        kept_.reset();
        // The kept token counts only if it came from the configured one that is there now.
        auto kept = load_kept_token(kept_file_, configured_refresh_token());
        if (!kept) {
            return kept.error();
        }
        kept_ = std::move(*kept);
    }
    return std::exchange(changed_, false);
}

std::string oauth_grant::identity() const {
    // A kept token may change at any time, so the lock is named by what the operator has
    // configured.
    return client_id_.text() + ' ' + configured_refresh_token();
}

bool oauth_grant::fall_back() {
    // Nothing is lost by falling back: a refused token opens nothing any more.
    const bool other = kept_ && *kept_ != configured_refresh_token();
    kept_.reset();
    return other;
}

std::string oauth_grant::refresh_form() const {
    return fmt::format("grant_type=refresh_token&client_id={}&client_secret={}&refresh_token={}",
                       encoded(client_id_.text()), encoded(client_secret_.text()),
                       encoded(refresh_token()));
}

std::string oauth_grant::introspection_form() const {
    return fmt::format("client_id={}&client_secret={}&token={}&token_type_hint=refresh_token",
                       encoded(client_id_.text()), encoded(client_secret_.text()),
                       encoded(refresh_token()));
}

std::vector<std::string> oauth_grant::secrets() const {
    std::vector<std::string> all;
    // As it is, as a form carries it, and as JSON may repeat it: a server's message may hold any of
    // these.
    for (const std::string& each :
         {client_secret_.text(), refresh_token(), configured_refresh_token()}) {
        all.insert(all.end(), {each, encoded(each), with_escaped_slashes(each)});
    }
    return all;
}

} // namespace hubspool
