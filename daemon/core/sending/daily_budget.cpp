#include "core/sending/daily_budget.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace hubspool {

namespace {

// Requests that one durable count covers: few at first, so that a program that crashes again and
// again does not count the quota away; then some three seconds of HubSpot's rate, so that counting
// costs few transactions.
constexpr std::uint64_t lease_first = 4, lease_most = 64;
// HubSpot's clock and ours, and its counters, may disagree for so long about midnight.
constexpr milliseconds clocks_apart_max = std::chrono::minutes(15);
constexpr milliseconds ask_again_every = std::chrono::minutes(1);

std::uint64_t part(double share, std::uint32_t of) {
    // The small sum keeps 0.8 of 100 from becoming 79 by the rounding of doubles.
    return static_cast<std::uint64_t>(std::floor(share * static_cast<double>(of) + 1e-9));
}

} // namespace

void daily_budget::set_day(quota_day day, const moment& now) {
    // The first day of this process begins with the count that restore() gives.
    const bool first = day_.ends == wall_time{};
    const bool over = now.wall >= day_.ends;
    // Only a day that is over begins a new count: a clock set back must not give the quota twice.
    if (!first && over && day.ends > day_.ends) {
        began_ = now.boot;
        used_ = leased_ = asked_ = 0;
        // What the header said of yesterday says nothing of today.
        told_.reset();
    } else if (day.ends != day_.ends) {
        // The clock was set back, or the account's zone has become known: the count goes on under
        // another end, and is not durable under that one.
        leased_ = asked_ = 0;
    }
    day_ = day;
}

void daily_budget::restore(day_count durable_count, wall_time now) {
    leased_only_ = true;
    // Of a day that is over: 0. The day that is now may have been reckoned in another zone.
    if (durable_count.ends > now) used_ = std::max(used_, durable_count.used);
    leased_ = asked_ = durable_count.ends == day_.ends ? used_ : 0;
}

std::optional<day_count> daily_budget::wanted() {
    // Before half of the lease is used up the next one is asked for: sending must not wait for the
    // disk.
    if (!leased_only_ || used_ + lease_ / 2 < asked_) return std::nullopt;
    lease_ = std::min(std::max(lease_ * 2, lease_first), lease_most);
    // Never more than may be sent today: a crash then loses nothing of it.
    const std::uint64_t most = std::max(used_, allowed().value_or(used_ + lease_));
    const std::uint64_t ahead = std::min(used_ + lease_, most);
    if (ahead == asked_) return std::nullopt;
    asked_ = ahead;
    return day_count{day_.ends, asked_};
}

void daily_budget::durable(day_count count) {
    // A count of another day covers nothing of this one.
    if (count.ends == day_.ends) leased_ = std::max(leased_, count.used);
}

void daily_budget::told(std::uint32_t limit, std::uint32_t remaining, boot_time sent_at,
                        std::uint64_t count, boot_time now) {
    learned_ = limit;
    // An answer to a request of yesterday tells of yesterday.
    if (began_ && sent_at < *began_) return;
    // Answers overtake one another: the one to the later request knows more.
    if (told_ && count < told_->at) return;
    told_ = account{limit, remaining, count, now};
}

bool daily_budget::used_up() const {
    const auto ours = allowed();
    return ours && used_ >= *ours;
}

bool daily_budget::left_to_others() const {
    if (!told_) return false;
    // Those sent since are not in the header's number yet.
    const std::uint64_t since = used_ - std::min(used_, told_->at);
    // Computed from the same product as allowed(), so that both round alike.
    const std::uint64_t reserve = told_->limit - part(1.0 - options_.reserve, told_->limit);
    return told_->remaining <= reserve + since;
}

std::optional<std::string> daily_budget::spent() const {
    if (used_up())
        return fmt::format("hubspool has sent its part of today's quota: {} requests of {}; the "
                           "rest is left to others (rate_limit.daily_reserve)",
                           used_, options_.requests.value_or(learned_.value_or(0)));
    if (left_to_others())
        return fmt::format("only {} of the account's {} requests of today are left, and these are "
                           "left to others (rate_limit.daily_reserve)",
                           told_->remaining, told_->limit);
    return std::nullopt;
}

bool daily_budget::just_begun(boot_time now) const {
    return began_ && now - *began_ < clocks_apart_max;
}

boot_time daily_budget::asked_again_at() const {
    // A header that says so right after midnight may speak of the day before.
    if (!used_up() && told_ && just_begun(told_->when)) return told_->when + ask_again_every;
    return day_.ends_at;
}

boot_time daily_budget::ready_at(boot_time now) const {
    // Something else must happen first: no time can be told.
    constexpr boot_time when_told = boot_time::max();
    if (day_.ends_at != boot_time{} && now >= day_.ends_at) return when_told; // the next day
    if (used_up() || left_to_others()) return std::max(now, asked_again_at());
    return leased_only_ && used_ >= leased_ ? when_told : now;
}

std::optional<std::uint64_t> daily_budget::allowed() const {
    const std::optional<std::uint32_t> all = options_.requests ? options_.requests : learned_;
    if (!all) return std::nullopt;
    // At least one: a quota of 1 with a reserve would stop for ever.
    return std::max<std::uint64_t>(1, part(1.0 - options_.reserve, *all));
}

std::optional<std::uint32_t> daily_budget::remaining() const {
    return told_ ? std::optional(told_->remaining) : std::nullopt;
}

} // namespace hubspool
