// Keeps the number of requests in any window of the configured length, as the server counts
// arrivals, at or below the limit.
//
// A slot is taken when the first byte of a request is about to be written. How long it counts is
// said by window_slots, how many there are by window_limit. Pure; loop thread.
#pragma once

#include "core/limits/rate_limiter_options.hpp"
#include "core/limits/window_limit.hpp"
#include "core/limits/window_slots.hpp"

#include <cstdint>

namespace hubspool {

class rate_limiter {
public:
    explicit rate_limiter(rate_limiter_options options)
        : after_send_(options.window + options.margin), slots_(options.window, options.margin),
          limit_(options) {}

    // What the run before had sent: a slot that is free again at `release`.
    void restore(boot_time release, std::uint32_t count) { slots_.add(release, count); }

    // The whole window is somebody else's until then.
    void restore_whole(boot_time until) { limit_.block_until(until); }

    // A request of the run before without an answer: it counts as sent now.
    void restore_unanswered(boot_time now) { restore(now + after_send_, 1); }

    // When the next request may be sent: now, or later; boot_time::max() when only answers free
    // slots.
    boot_time ready_at(boot_time now);

    // What was counted when a request went, to hold a header of its answer against.
    struct ticket {
        std::uint32_t counted = 0; // of our requests, itself included
        std::uint64_t number = 0;  // of all that were sent
    };
    ticket sent() {
        ++in_flight_;
        return {slots_.taken() + in_flight_, ++sent_};
    }
    // Frees the slot of a request sent at `sent_at`. Returns when, as the next run should see it,
    // which does not learn what later answers tell.
    boot_time answered(exchange_kind kind, boot_time sent_at, boot_time now);
    boot_time unanswered(boot_time now);
    // Nothing of it was sent after all.
    boot_time cancelled(boot_time now) {
        --in_flight_;
        return now;
    }

    // X-HubSpot-RateLimit-Max of an answer; only `auto` follows it.
    void learn(std::uint32_t requests_max) { limit_.learn(requests_max); }
    // X-HubSpot-RateLimit-Max and -Remaining of the answer to the request of this ticket. What is
    // used beyond our own count is other clients' of the same app. It is left to them for a window.
    void remaining_told(ticket passed, std::uint32_t requests_max, std::uint32_t remaining,
                        boot_time now);
    // A 429 below our own count: somebody else spends from the same budget.
    void throttled(boot_time now) { limit_.throttled(now); }

    std::uint32_t limit(boot_time now) const { return limit_.at(now); } // 0: others use all of it
    // What makes up the limit, and what others use of it.
    const window_limit& allowance() const { return limit_; }
    // Our requests that count in the window.
    struct use {
        std::uint32_t in_flight = 0;
        std::uint32_t ended = 0;
        boot_time ended_until = {}; // none of these counts from then on
    };
    use used(boot_time now) const { return {in_flight_, slots_.taken(now), slots_.all_free_at()}; }

private:
    milliseconds after_send_; // so long a request counts that was sent just now
    window_slots slots_;
    window_limit limit_;
    std::uint32_t in_flight_ = 0;
    std::uint64_t sent_ = 0;
};

} // namespace hubspool
