#include "app/delivery/credential_keeper.hpp"

#include "app/moment_now.hpp"
#include "base/clocks.hpp"
#include "base/log.hpp"

#include <fmt/core.h>

#include <utility>

namespace hubspool {

void credential_keeper::warn_once(std::string& said, const std::string& words,
                                  const std::string& more) {
    if (said == words) return;
    log::warning(words + more);
    said = words;
}

credential_keeper::credential_keeper(boost::asio::any_io_executor loop, instance& of,
                                     dispatcher& core, api_client& api, keeper_events events)
    : loop_(loop), of_(of), core_(core), api_(api), events_(std::move(events)), alarm_(loop),
      pause_(loop), rest_(loop) {
    if (of_.token->is_oauth()) disk_.emplace(1);
}

void credential_keeper::start() {
    if (!of_.token->is_oauth()) return prove({});
    core_.credential_missing();
    tend_tokens();
}

void credential_keeper::stop() {
    stopping_ = true;
    alarm_.cancel();
    pause_.cancel();
}

void credential_keeper::give_up() {
    given_up_ = true;
    rest_.cancel();
}

void credential_keeper::look() {
    if (stopping_) return;
    if (const result<bool> read = of_.token->refresh(); !read) {
        warn_once(trouble_, read.error().message + "; the credential read before stays in use");
    } else {
        trouble_.clear();
        if (*read) files_changed();
    }
    if (of_.token->is_oauth()) tend_tokens();
}

void credential_keeper::files_changed() {
    if (const result<void> locked = lock_credential(of_); !locked)
        return events_.fatal(locked.error().message);
    changed_ = true;
    offer_refused_ = false;
    ++grant_;
    if (of_.token->is_oauth()) {
        log::info("the files of api.oauth have changed; a token is asked for with them");
        if (!schedule_.asking()) schedule_.start_anew(boot_now());
        tend_tokens();
    } else {
        log::info("the token file has changed; the new token is proved, then used");
        prove({});
    }
}

std::string credential_keeper::waits() const {
    if (token().empty()) return {}; // a park says why
    if (!trouble_.empty()) return trouble_;
    return offer_refused_ ? refusal_words_ : std::string();
}

void credential_keeper::prove(std::optional<std::uint64_t> told) {
    core_.prove_credential(token().empty(), told, boot_now());
    events_.changed();
}

bool credential_keeper::refused(const std::string& refused_token) {
    look();
    if (refused_token != token() && refused_token != offered()) return true;
    if (!of_.token->is_oauth()) {
        if (offered() == refused_token) return false;
        if (offer_refused_) {
            // HubSpot may think better of it by now. Until then the park asks with the one that is.
            prove({});
            return false;
        }
        // Nothing more goes with it; the one that was put in place is being proved.
        of_.token->drop();
        prove({});
        return true;
    }
    if (!schedule_.refused(boot_now())) return false;
    changed_ = true;
    tend_tokens();
    return true;
}

void credential_keeper::answered(const std::string& asked_with, const account_effect& effect) {
    if (asked_with != offered()) return;
    if (effect.proved) {
        if (!effect.account)
            warn_once(question_trouble_,
                      "HubSpot does not tell whose account the credential opens; sending "
                      "goes on, since api.portal_id is not set: " +
                          effect.words);
        use_offered();
        if (effect.account) {
            question_trouble_.clear();
            portal_ = effect.account->portal_id;
            events_.account(*effect.account);
        }
    } else if (effect.refused) {
        refusal_words_ = (effect.account ? "it is another account's: "
                                         : "HubSpot does not accept the new credential: ") +
                         effect.words;
        if (std::exchange(offer_refused_, true)) return;
        log::error("the new credential waits, the one before stays in use: " + refusal_words_);
    } else if (!effect.words.empty() && !effect.parks_changed) {
        warn_once(question_trouble_,
                  "HubSpot could not be asked whose account the credential opens: " + effect.words);
    }
}

void credential_keeper::use_offered() {
    of_.token->adopt();
    offer_refused_ = false;
    keep_one_lock(of_);
    proved_grant_ = grant_;
    if (std::exchange(changed_, false)) core_.credential_changed(boot_now());
    events_.changed();
}

} // namespace hubspool
