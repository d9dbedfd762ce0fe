// When the count of the day's requests is made durable: ahead of what is sent, no sooner than it is
// needed, since a kill costs what was asked for; and at the end what was not sent is given back.
// Pure; loop thread.
#pragma once

#include "core/limits/daily_budget.hpp"

#include <optional>
#include <utility>

namespace hubspool {

class day_counts {
public:
    explicit day_counts(daily_budget& day) : day_(day) {}

    // Something happened after which more may be sent.
    void changed() { changed_ = true; }
    // To be made durable now. `may_send`: a program that crashes at each start, before it can send,
    // must not count the day away.
    std::optional<day_count> wanted(bool may_send) {
        // Once for each change, so not after each send.
        if (!std::exchange(changed_, false) || !may_send) return std::nullopt;
        return day_.wanted();
    }
    // Nothing more is sent. Once.
    std::optional<day_count> given_back() {
        if (std::exchange(given_back_, true)) return std::nullopt;
        return day_.count();
    }

private:
    daily_budget& day_;
    bool changed_ = false;
    bool given_back_ = false;
};

} // namespace hubspool
