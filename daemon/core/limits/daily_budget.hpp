// How many requests of the account's daily quota may still be sent today.
//
// The quota is shared by all apps of the account, so a share of it (`reserve`) is left to others.
// Our own requests of a day stay below the rest. Sending also stops when HubSpot's header says that
// no more than the reserve is left, whoever used it. Our own count never falls during a day. What
// is durable of it runs ahead of what was sent: after a crash it may be too high by less than a
// lease, never too low. When the day ends is told by the caller, which knows the time zone. Source
// of limits and headers: HubSpot, "Usage guidelines". Pure; loop thread.
#pragma once

#include "core/limits/account_quota.hpp"
#include "core/limits/count_lease.hpp"
#include "core/words/day_count.hpp"
#include "core/words/moment.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace hubspool {

// The day that is: its end on both clocks.
struct quota_day {
    wall_time ends = {};
    boot_time ends_at = {};
};

class daily_budget {
public:
    explicit daily_budget(daily_budget_options options) : account_(options) {}

    // Before the first request. When the day before is over the count starts at 0; a clock that was
    // set back, or another time zone, keeps it.
    void set_day(quota_day day, const moment& now);
    // What is durable; from then on nothing is sent that it does not cover.
    void restore(day_count durable, wall_time now);
    // What is to be made durable now, if anything: it has to be asked for ahead.
    std::optional<day_count> wanted();
    void durable(day_count count);

    void sent() { ++used_; }
    void cancelled() { used_ -= used_ > 0 ? 1 : 0; }
    // X-HubSpot-RateLimit-Daily and -Daily-Remaining of the answer to a request of sent_at; `count`
    // is used() as it was when the request went.
    void told(std::uint32_t limit, std::uint32_t remaining, boot_time sent_at, std::uint64_t count,
              boot_time now);

    // Nothing may be sent before: now; later; boot_time::max() when a count has to become durable,
    // or the day is over and set_day() has not told the next.
    boot_time ready_at(boot_time now) const;
    // Today's part is used up, by us or by all: why, for a person.
    std::optional<std::string> spent() const;
    boot_time asked_again_at() const; // when it is spent

    boot_time ends_at() const { return day_.ends_at; }
    // A day that has only begun: HubSpot's may not have, when its clock is behind ours.
    bool just_begun(boot_time now) const;
    day_count count() const { return {day_.ends, used_}; }
    const account_quota& account() const { return account_; }

private:
    bool used_up() const; // our own part
    bool left_to_others() const { return account_.is_left_to_others(used_); }

    account_quota account_;
    quota_day day_;
    std::optional<boot_time> began_; // of the day, when this process saw it begin
    std::uint64_t used_ = 0;
    count_lease lease_;
};

} // namespace hubspool
