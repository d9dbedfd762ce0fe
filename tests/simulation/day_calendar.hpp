// HubSpot's account over days, as far as it depends on the time: the daily quota and who spends it,
// tokens that are replaced, a migration, outages. Times are since the beginning of the story.
#pragma once

#include "app/quota_clock.hpp"
#include "core/answers/api_response.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hubspool::simulation {

enum class trouble : std::uint8_t {
    silence,   // connections are made and nothing is answered
    refusal,   // no connection is made
    migration, // 477, with what is left of it as Retry-After
    surge,     // other apps use all that is left of the day
};

struct spell {
    trouble what;
    milliseconds from, to;
};

struct day_plan {
    std::string zone;
    wall_time begins = {};
    std::uint32_t daily = 1000;       // of the account
    std::uint32_t others_an_hour = 5; // requests of other apps
    milliseconds token_life = std::chrono::minutes(30);
    std::vector<spell> spells;
    std::vector<milliseconds> arrivals; // of the files, in order
};

class day_calendar {
public:
    day_calendar(day_plan plan, boot_time start);

    wall_time wall(boot_time now) const { return plan_.begins + (now - start_); }
    // As the program tells the engine.
    quota_day day(boot_time now) const { return clock_.day(wall(now), now); }
    std::uint64_t token(boot_time now) const; // the number of the one that is valid
    bool in(trouble what, boot_time now) const;
    boot_time file_arrives(std::size_t index) const { return start_ + plan_.arrivals.at(index); }

    // A request with that token arrives: what is answered instead of looking at it, if anything.
    std::optional<api_response> instead(boot_time arrival, std::uint64_t token);
    // X-HubSpot-RateLimit-Daily and -Daily-Remaining.
    void add_headers(api_response& answer, boot_time arrival) const;

    const day_plan& plan() const { return plan_; }
    boot_time start() const { return start_; }
    struct seen {
        std::map<wall_time, std::uint32_t> ours; // requests by the end of their day
        std::uint32_t over_quota = 0, migrating = 0, unauthorized = 0, silent = 0;
    };
    const seen& what_came() const { return seen_; }

private:
    wall_time today(boot_time now) const;
    std::uint32_t used(boot_time now) const;

    day_plan plan_;
    boot_time start_;
    quota_clock clock_;
    seen seen_;
};

} // namespace hubspool::simulation
