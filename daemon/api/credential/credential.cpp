#include "api/credential/credential.hpp"

namespace hubspool {

credential::credential(const credential_files& files) {
    // No OAuth app is configured: the token is the credential.
    if (files.refresh_token_file.empty()) {
        file_.emplace("api.token_file", files.token_file);
        return;
    }
    oauth_.emplace(files);
}

result<bool> credential::refresh() {
    if (oauth_) {
        return oauth_->refresh();
    }
    // The file's token is only offered; it is used once HubSpot has accepted it.
    auto looked = file_->refresh();
    if (looked && *looked) {
        offered_ = file_->text();
    }
    return looked;
}

std::string credential::identity() const {
    return oauth_ ? oauth_->identity() : file_->text();
}

} // namespace hubspool
