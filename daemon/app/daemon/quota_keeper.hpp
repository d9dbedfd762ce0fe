// The day of the account's quota: tells the engine when it ends, in the account's time zone, and
// has its count of the day's requests made durable. Loop thread.
#pragma once

#include "app/quota_clock.hpp"
#include "app/settle/settle_loop.hpp"
#include "base/mailbox.hpp"
#include "base/result.hpp"
#include "core/engine/dispatcher.hpp"

#include <string>

namespace hubspool {

class quota_keeper {
public:
    // `zone`: rate_limit.time_zone. With "auto" it is UTC until the account's is told.
    quota_keeper(const std::string& zone, quota_clock clock, dispatcher& core,
                 mailbox<settle_message>& state)
        : is_auto_(zone == "auto"), clock_(clock), core_(core), state_(state) {}
    // The clock to begin with. Fails for a zone that the tz database does not know.
    static result<quota_clock> first_clock(const std::string& zone);

    // Again and again. True: the day was over, and what waited for its end may be sent.
    bool look(const moment& now);
    // HubSpot has told the account's zone. True: it counts, and look() is due.
    bool zone_told(const std::string& zone);
    // After each change of the engine, and before anything may be sent.
    void make_count_durable();

private:
    bool is_auto_;
    quota_clock clock_;
    dispatcher& core_;
    mailbox<settle_message>& state_;
};

} // namespace hubspool
