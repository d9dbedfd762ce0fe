// Why no new access token comes, and what that means once none is left. Decides; tells nobody
// itself. Pure; loop thread.
#pragma once

#include "core/answers/token_answer.hpp"
#include "core/words/park.hpp"

#include <optional>
#include <string>

namespace hubspool {

class renewal_trouble {
public:
    // What is to be done about an answer that brought no token, or about a token's end.
    struct step {
        std::string warning;                // empty: said before
        std::optional<park_request> park;   // no token serves, and a person must act
        std::optional<std::string> failure; // none serves, and none could be asked for
    };

    // An access token came.
    void over() {
        refusal_.reset();
        said_.clear();
    }
    // None came. `next_try`: when it is asked again; `left`: so long the one before serves.
    step refused(const token_answer& answer, boot_time next_try, std::optional<milliseconds> left);
    // The last token's life is over.
    step expired() const;

private:
    std::optional<park_request> refusal_; // by HubSpot, for good
    std::string said_;
};

} // namespace hubspool
