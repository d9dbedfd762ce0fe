#include "core/sending/credential_offer.hpp"

#include <utility>

namespace hubspool {

void credential_offer::files_changed() {
    changed_ = true;
    refused_ = false;
    ++grant_;
}

credential_offer::refusal credential_offer::refused(const std::string& token,
                                                    const std::string& in_use,
                                                    const std::string& newest) const {
    if (token != in_use && token != newest) return refusal::replaced;
    if (token == newest) return refusal::stands;
    return refused_ ? refusal::ask_again : refusal::prove_newest;
}

credential_offer::answer credential_offer::answered(const account_effect& effect) {
    answer told;
    if (effect.proved) {
        told.use = true;
        if (effect.account) {
            said_.clear();
            portal_ = effect.account->portal_id;
        } else {
            told.warning = once("HubSpot does not tell whose account the credential opens; sending "
                                "goes on, since api.portal_id is not set: " +
                                effect.words);
        }
    } else if (effect.refused) {
        refusal_words_ = (effect.account ? "it is another account's: "
                                         : "HubSpot does not accept the new credential: ") +
                         effect.words;
        // Asked about again and again, it is told once; `status` has the newest words.
        if (!std::exchange(refused_, true))
            told.error = "the new credential waits, the one before stays in use: " + refusal_words_;
    } else if (!effect.words.empty() && !effect.parked) {
        told.warning =
            once("HubSpot could not be asked whose account the credential opens: " + effect.words);
    }
    return told;
}

bool credential_offer::used() {
    refused_ = false;
    proved_grant_ = grant_;
    return std::exchange(changed_, false);
}

bool credential_offer::is_good(std::optional<std::uint64_t> portal_id, bool is_proved) const {
    const bool same_portal = !portal_id || !portal_ || portal_id == portal_;
    return proved_grant_ == grant_ && is_proved && same_portal;
}

std::string credential_offer::once(std::string words) {
    if (said_ == words) return {};
    said_ = words;
    return words;
}

} // namespace hubspool
