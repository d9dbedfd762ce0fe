// What is known of the newest credential that the files hold: is it proved, does it wait, and why?
//
// A new one is offered to HubSpot and used once it was proved; until then the one before serves.
// Decides; asks nobody itself. Pure; loop thread.
#pragma once

#include "core/sending/account_check.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace hubspool {

class credential_offer {
public:
    // The files hold another one.
    void files_changed();
    // Counts what the files held: what was asked for with an earlier grant is void.
    std::uint64_t grant() const { return grant_; }
    // HubSpot refused the access token in use, and another one of the same grant is asked for.
    void renewal_forced() { changed_ = true; }

    // HubSpot answered 401 to a token that a file held.
    enum class refusal : std::uint8_t {
        replaced,     // another one has taken its place already
        stands,       // it is the newest there is: its park says so
        ask_again,    // the newest was refused before, and may be accepted by now; it stands, too
        prove_newest, // it is of no use any more, and the newest is not proved yet
    };
    refusal refused(const std::string& token, const std::string& in_use,
                    const std::string& newest) const;

    // What came of asking whose account the newest one opens.
    struct answer {
        bool use = false;    // it is proved
        std::string warning; // empty: none, or it was said before
        std::string error;   // the same
    };
    answer answered(const account_effect& effect);
    // It is in use now. True: it takes the place of another one, and what that one led to is void.
    bool used();
    // An access token came, of the account `portal_id` if that is told. True: its grant was proved,
    // and so it is good as it is. `is_proved`: the credential in use, by the engine.
    bool is_good(std::optional<std::uint64_t> portal_id, bool is_proved) const;

    // Why the newest is not used; empty: it does not wait.
    std::string waits() const { return refused_ ? refusal_words_ : std::string(); }

private:
    std::string once(std::string words);

    std::uint64_t grant_ = 1;
    std::uint64_t proved_grant_ = 0;      // the one whose account was asked for
    std::optional<std::uint64_t> portal_; // its account
    bool changed_ = false;                // the credential, since one was proved
    bool refused_ = false;                // the newest
    std::string refusal_words_;
    std::string said_; // of questions that came to nothing
};

} // namespace hubspool
