#include "core/sending/renewal_trouble.hpp"

#include <fmt/core.h>

#include <utility>

namespace hubspool {

namespace {

park_request park_for(const token_answer& answer, boot_time next_try) {
    // Two kinds of refusal, because different people mend them: the account's owner re-installs the
    // app, the operator corrects the client.
    if (answer.what == token_answer::dead_grant)
        return {park_reason::unauthorized,
                fmt::format("HubSpot does not accept the app's refresh token any more ({}). "
                            "Re-install the app in the account and put the new refresh token into "
                            "api.oauth.refresh_token_file; the file is watched",
                            answer.words),
                next_try};
    return {park_reason::misconfigured,
            fmt::format("HubSpot refused the OAuth client ({}). Check what is in "
                        "api.oauth.client_id_file and api.oauth.client_secret_file, and "
                        "api.version; the files are watched",
                        answer.words),
            next_try};
}

} // namespace

renewal_trouble::step renewal_trouble::refused(const token_answer& answer, boot_time next_try,
                                               std::optional<milliseconds> left) {
    std::string words = "no new access token: " + answer.words;
    // What is not transient is a person's to mend. It parks only once the last token is over.
    if (answer.what != token_answer::transient) {
        refusal_ = park_for(answer, next_try);
        words = refusal_->words;
    }
    step next;
    if (words != std::exchange(said_, words)) next.warning = words;
    // As long as the old token serves, nothing stops; the log tells how long that is.
    if (left) {
        // The seconds differ each time, and are no news by themselves.
        if (!next.warning.empty())
            next.warning += fmt::format(". Sending goes on for {} s with the token that is there",
                                        left->count() / 1000);
        return next;
    }
    next.park = refusal_;
    if (!refusal_) next.failure = answer.words;
    return next;
}

renewal_trouble::step renewal_trouble::expired() const {
    step next;
    next.park = refusal_;
    // Sending stops now: status must not wait for the next try to say why.
    if (!refusal_ && !said_.empty()) next.failure = said_;
    return next;
}

} // namespace hubspool
