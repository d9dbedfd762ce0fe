#include "app/daemon/quota_keeper.hpp"

#include "base/log.hpp"

namespace hubspool {

result<quota_clock> quota_keeper::first_clock(const std::string& zone) {
    if (zone != "auto") return quota_clock::in(zone);
    // The account's zone comes later, on the loop, where the database must not be read for the
    // first time.
    (void)quota_clock::in("Etc/UTC");
    return quota_clock::in("UTC");
}

void quota_keeper::look(const moment& now) {
    core_.handle(event::day_told{clock_.day(now.wall, now.boot)}, now);
}

bool quota_keeper::zone_told(const std::string& zone) {
    if (!is_auto_ || zone.empty()) return false;
    const result<quota_clock> clock = quota_clock::in(zone);
    if (!clock) {
        log::warning("the daily quota's reset is reckoned in UTC: " + clock.error().message);
        return false;
    }
    clock_ = *clock;
    return true;
}

} // namespace hubspool
