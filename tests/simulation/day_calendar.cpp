#include "simulation/day_calendar.hpp"

#include "support/api_answer.hpp"

#include <algorithm>
#include <stdexcept>

namespace hubspool::simulation {

namespace {

quota_clock clock_of(const std::string& zone) {
    const auto clock = quota_clock::in(zone);
    if (!clock) throw std::runtime_error(clock.error().message);
    return *clock;
}

} // namespace

day_calendar::day_calendar(day_plan plan, boot_time start)
    : plan_(std::move(plan)), start_(start), clock_(clock_of(plan_.zone)) {
}

// HubSpot's clock is exact; what the engine is told is a second late.
wall_time day_calendar::today(boot_time now) const {
    return clock_.day(wall(now) + std::chrono::seconds(1), now).ends;
}

std::uint64_t day_calendar::token(boot_time now) const {
    return static_cast<std::uint64_t>((now - start_) / plan_.token_life);
}

bool day_calendar::in(trouble what, boot_time now) const {
    const milliseconds at = now - start_;
    return std::any_of(plan_.spells.begin(), plan_.spells.end(),
                       [&](const spell& s) { return s.what == what && s.from <= at && at < s.to; });
}

std::uint32_t day_calendar::used(boot_time now) const {
    if (in(trouble::surge, now)) return plan_.daily;
    const auto ours = seen_.ours.find(today(now));
    const auto to_midnight = std::chrono::floor<std::chrono::hours>(today(now) - wall(now));
    const auto hours =
        static_cast<std::uint32_t>(std::max<std::int64_t>(0, 24 - to_midnight.count()));
    const std::uint32_t all =
        (ours == seen_.ours.end() ? 0 : ours->second) + hours * plan_.others_an_hour;
    return std::min(all, plan_.daily);
}

std::optional<api_response> day_calendar::instead(boot_time arrival, std::uint64_t with_token) {
    if (in(trouble::silence, arrival)) {
        ++seen_.silent;
        api_response nothing;
        nothing.end = exchange_end::unanswered;
        nothing.error = "timed out";
        return nothing;
    }
    const bool over = used(arrival) >= plan_.daily;
    ++seen_.ours[today(arrival)];
    if (in(trouble::migration, arrival)) {
        ++seen_.migrating;
        api_response moving = testing::api_answer(477, R"({"message":"Migration in progress"})");
        for (const spell& s : plan_.spells) {
            const milliseconds left = s.to - (arrival - start_);
            if (s.what == trouble::migration && left.count() > 0)
                moving.retry_after = std::to_string(left.count() / 1000 + 1);
        }
        return moving;
    }
    if (with_token != token(arrival)) {
        ++seen_.unauthorized;
        return testing::api_answer(401,
                                   R"({"category":"EXPIRED_AUTHENTICATION","message":"expired"})");
    }
    if (over) {
        ++seen_.over_quota;
        return testing::api_answer(
            429, R"({"policyName":"DAILY","errorType":"RATE_LIMIT","message":"daily"})");
    }
    return std::nullopt;
}

void day_calendar::add_headers(api_response& answer, boot_time arrival) const {
    answer.daily_limit = std::to_string(plan_.daily);
    answer.daily_remaining = std::to_string(plan_.daily - used(arrival));
}

} // namespace hubspool::simulation
