// When an OAuth access token is asked for anew. Decides; asks nobody itself.
//
// Ahead of the token's end, at a share of its life that is spread at random; after failures with a
// backoff of its own. One request at a time. What was refused for good is asked again seldom, so
// that a wrong answer does not stand for ever. Pure; loop thread.
#pragma once

#include "core/answers/token_answer.hpp"
#include "core/words/moment.hpp"

#include <cstdint>
#include <optional>

namespace hubspool {

class token_schedule {
public:
    // When to ask; boot_time::max() while a request is on its way.
    boot_time due() const { return asking_ ? boot_time::max() : due_; }
    bool asking() const { return asking_; }
    // There is a token, and its life is not over.
    bool usable(boot_time now) const { return now < usable_until_; }
    boot_time usable_until() const { return usable_until_; }
    // For how long still; nothing: there is no token, or its life is over.
    std::optional<milliseconds> left(boot_time now) const {
        if (!usable(now)) return std::nullopt;
        return usable_until_ - now;
    }

    void begun(boot_time now);
    // What came of the request that was begun.
    void ended(const token_answer& answer, const moment& now);
    // What was learned of the grant is void: asks at once.
    void start_anew(boot_time now);
    // Another grant or client was put in place. The answer to a request that was begun with the one
    // before is void.
    void grant_changed(boot_time now);
    // The answer came. True: it is void, and the next request is due.
    bool discard_outdated(boot_time now);
    // HubSpot answered 401 to the token. True when another one is asked for, which is done once a
    // minute at most: a 401 need not mean that the token is at fault.
    bool refused(boot_time now);

private:
    boot_time due_ = {};
    boot_time begun_ = {};
    boot_time usable_until_ = {};
    boot_time may_refuse_again_ = {};
    std::uint32_t failures_ = 0; // in a row
    bool asking_ = false;
    bool outdated_ = false; // what is being asked for
};

} // namespace hubspool
