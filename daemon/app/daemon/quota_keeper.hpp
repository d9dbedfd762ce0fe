// The day of the account's quota: tells the engine when it ends, in the account's time zone.
// Loop thread.
#pragma once

#include "app/quota_clock.hpp"
#include "base/result.hpp"
#include "core/engine/engine.hpp"

#include <string>

namespace hubspool {

class quota_keeper {
public:
    // `zone`: rate_limit.time_zone. With "auto" it is UTC until the account's is told.
    quota_keeper(const std::string& zone, quota_clock clock, engine& core)
        : is_auto_(zone == "auto"), clock_(clock), core_(core) {}
    // The clock to begin with. Fails for a zone that the tz database does not know.
    static result<quota_clock> first_clock(const std::string& zone);

    // Again and again.
    void look(const moment& now);
    // HubSpot has told the account's zone. True: it counts, and look() is due.
    bool zone_told(const std::string& zone);

private:
    bool is_auto_;
    quota_clock clock_;
    engine& core_;
};

} // namespace hubspool
