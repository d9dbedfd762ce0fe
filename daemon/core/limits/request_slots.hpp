// What each request takes as it goes: a slot of the rate limit, and one of the day's budget.
//
// Pure; loop thread.
#pragma once

#include "core/answers/api_response.hpp"
#include "core/answers/response_verdict.hpp"
#include "core/limits/daily_budget.hpp"
#include "core/limits/rate_limiter.hpp"
#include "core/words/time.hpp"

#include <chrono>
#include <cstdint>
#include <ratio>

namespace hubspool {

class request_slots {
public:
    request_slots(rate_limiter_options window, daily_budget_options day)
        : window_(window), day_(day), counts_for_(window.window + window.margin) {}

    // What a request took, to hold its answer against.
    struct taken {
        boot_time sent = {};
        rate_limiter::ticket ticket;
        std::uint64_t day_count = 0; // of the day's requests, itself included
    };

    // When both have one: now, later, or boot_time::max() when an event has to come first.
    boot_time ready_at(boot_time now);
    taken take(boot_time now);
    // When the next request goes if all are spread over the window, so that a slot is always free
    // soon for what cannot wait.
    boot_time evenly_at() const { return boot_time(std::chrono::ceil<milliseconds>(evenly_at_)); }
    // Nothing of the request went out, and nobody tried to send it.
    void give_back(boot_time now);
    // The request has ended. Returns when its slot of the window is free again; that of the day is
    // spent.
    boot_time end(const taken& slot, exchange_end end, exchange_kind kind, boot_time now);
    // What the answer's headers say of the two.
    void learn(const response_verdict& verdict, const taken& slot, boot_time now);

    rate_limiter& window() { return window_; }
    const rate_limiter& window() const { return window_; }
    daily_budget& day() { return day_; }
    const daily_budget& day() const { return day_; }

private:
    using exact_time = std::chrono::duration<double, std::milli>; // on the boot clock

    rate_limiter window_;
    daily_budget day_;
    exact_time counts_for_; // a request, at least
    exact_time evenly_at_{0};
};

} // namespace hubspool
