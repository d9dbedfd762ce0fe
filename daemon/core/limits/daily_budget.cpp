#include "core/limits/daily_budget.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace hubspool {

namespace {
// HubSpot's clock and ours, and its counters, may disagree for so long about midnight.
constexpr milliseconds clocks_apart_max = std::chrono::minutes(15);
constexpr milliseconds ask_again_every = std::chrono::minutes(1);
} // namespace

void daily_budget::set_day(quota_day day, const moment& now) {
    // The first day of this process begins with the count that restore() gives.
    const bool first = day_.ends == wall_time{};
    const bool over = now.wall >= day_.ends;
    // Only a day that is over begins a new count: a clock set back must not give the quota twice.
    if (!first && over && day.ends > day_.ends) {
        began_ = now.boot;
        used_ = 0;
        lease_.reset(0);
        account_.begin_day();
    } else if (day.ends != day_.ends) {
        // The clock was set back, or the account's zone has become known: the count goes on under
        // another end, and is not durable under that one.
        lease_.reset(0);
    }
    day_ = day;
}

void daily_budget::restore(day_count durable_count, wall_time now) {
    lease_.begin();
    // Of a day that is over: 0. The day that is now may have been reckoned in another zone.
    if (durable_count.ends > now) used_ = std::max(used_, durable_count.used);
    lease_.reset(durable_count.ends == day_.ends ? used_ : 0);
}

std::optional<day_count> daily_budget::wanted() {
    const std::optional<std::uint64_t> ahead = lease_.wanted(used_, account_.ours());
    if (!ahead) return std::nullopt;
    return day_count{day_.ends, *ahead};
}

void daily_budget::durable(day_count count) {
    // A count of another day covers nothing of this one.
    if (count.ends == day_.ends) lease_.became_durable(count.used);
}

void daily_budget::told(std::uint32_t limit, std::uint32_t remaining, boot_time sent_at,
                        std::uint64_t count, boot_time now) {
    account_.learn(limit);
    // An answer to a request of yesterday tells of yesterday.
    if (began_ && sent_at < *began_) return;
    account_.told({limit, remaining, count, now});
}

bool daily_budget::used_up() const {
    const auto ours = account_.ours();
    return ours && used_ >= *ours;
}

std::optional<std::string> daily_budget::spent() const {
    if (used_up())
        return fmt::format("hubspool has sent its part of today's quota: {} requests of {}; the "
                           "rest is left to others (rate_limit.daily_reserve)",
                           used_, account_.size().value_or(0));
    if (left_to_others())
        return fmt::format("only {} of the account's {} requests of today are left, and these are "
                           "left to others (rate_limit.daily_reserve)",
                           account_.report()->remaining, account_.report()->limit);
    return std::nullopt;
}

bool daily_budget::just_begun(boot_time now) const {
    return began_ && now - *began_ < clocks_apart_max;
}

boot_time daily_budget::asked_again_at() const {
    // A header that says so right after midnight may speak of the day before.
    const std::optional<quota_report>& told = account_.report();
    if (!used_up() && told && just_begun(told->when)) return told->when + ask_again_every;
    return day_.ends_at;
}

boot_time daily_budget::ready_at(boot_time now) const {
    // Something else must happen first: no time can be told.
    constexpr boot_time when_told = boot_time::max();
    if (day_.ends_at != boot_time{} && now >= day_.ends_at) return when_told; // the next day
    if (used_up() || left_to_others()) return std::max(now, asked_again_at());
    return lease_.covers_next(used_) ? now : when_told;
}

} // namespace hubspool
