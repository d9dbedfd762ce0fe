// Keeps the number of requests in any window of the configured length, as the server counts
// arrivals, at or below the limit.
//
// A slot is taken when the first byte of a request is about to be written. It is free again at the
// later of two times: send + window + margin, and answer + window - the fastest answer seen. For a
// request arrives somewhere between its send and its answer, and the next one no sooner than it is
// sent. Without an answer it counts from the moment its connection was gone.
//
// The fastest answer of all is mostly one to an account check, which is next to no work for the
// server. Its work on a batch comes after the arrival, and leaves no doubt about when that was. So
// while most batches finish within the margin of the fastest batch, what counts for them is that
// batch's time less the margin. The margin covers a batch's longer transfer; large, small or
// refused batches are not used. A slot that still counts follows what is learned after its answer:
// the first exchanges on new connections are slow, which shows beside later ones. Pure; loop
// thread.
#pragma once

#include "core/words/time.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>

namespace hubspool {

struct rate_limiter_options {
    std::optional<std::uint32_t> requests; // nothing: auto
    double share = 0.9;                    // of what HubSpot's header says
    milliseconds window{10000};
    milliseconds margin{50};
};

class rate_limiter {
public:
    explicit rate_limiter(rate_limiter_options options) : options_(options) {}

    // What the run before had sent: a slot that is free again at `release`.
    void restore(boot_time release, std::uint32_t count);

    // A request of the run before without an answer: it counts as sent now.
    void restore_unanswered(boot_time now) { restore(now + options_.window + options_.margin, 1); }

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
        return {taken_ + in_flight_, ++sent_};
    }
    enum class kind : std::uint8_t {
        batch, // as much work as any, and on its way at most the margin longer than a smaller one
        other, // an account check; or a batch that may be less work, or take longer than that
    };
    // `full`: of as many inputs as a batch may have; `taken`: the answer is a success.
    static kind kind_of_batch(bool full, std::size_t body_bytes, bool taken) {
        // 50 ms at 10 Mbit/s.
        constexpr std::size_t usual_bytes_max = 64U << 10;
        return full && taken && body_bytes <= usual_bytes_max ? kind::batch : kind::other;
    }
    // Frees the slot of a request sent at `sent_at`. Returns when, for those who do not learn what
    // later answers tell, such as the next run: never too early by what is known now.
    boot_time answered(kind of, boot_time sent_at, boot_time now);
    boot_time unanswered(boot_time now);
    // Nothing of it was sent after all.
    boot_time cancelled(boot_time now) {
        --in_flight_;
        return now;
    }

    // X-HubSpot-RateLimit-Max of an answer; only `auto` follows it.
    void learn(std::uint32_t requests_max) { learned_ = requests_max; }
    // X-HubSpot-RateLimit-Max and -Remaining of the answer to the request of this ticket. What is
    // used beyond our own count is other clients' of the same app. It is left to them for a window.
    void remaining_told(ticket of, std::uint32_t requests_max, std::uint32_t remaining,
                        boot_time now);
    // A 429 below our own count: somebody else spends from the same budget. All slots count as
    // taken, and the budget shrinks by a tenth. It comes back by a hundredth a quiet window.
    void throttled(boot_time now);

    std::uint32_t limit(boot_time now) const; // 0: others use all of it
    std::uint32_t others(boot_time now) const;
    std::uint32_t in_flight() const { return in_flight_; }
    // limit() and others() stay as they are until something is told.
    bool at_rest(boot_time now) const { return others(now) == 0 && part(now) >= 1.0; }

private:
    struct slot {
        kind of;
        boot_time sent, answered;
        boot_time release;
    };
    void expire(boot_time now);
    boot_time release_at(boot_time release);
    boot_time release_of(const slot& s, milliseconds fastest) const;
    bool is_steady(const slot& s) const;
    void learn_pace(kind of, milliseconds took);
    milliseconds fastest_of(kind of) const;
    void move_releases(boot_time now);
    double whole() const;                         // of which this process may use its part
    double part(boot_time now) const;             // 1.0, or less after a throttled()
    std::uint32_t own_limit(boot_time now) const; // without regard to others

    rate_limiter_options options_;
    std::map<boot_time, std::uint32_t> releases_; // requests that still count, by when they stop to
    std::uint32_t taken_ = 0;                     // sum of releases_
    std::deque<slot>
        answered_; // those in releases_ that follow the fastest answer, and some before
    std::uint32_t batches_ = 0; // of these
    std::uint32_t steady_ = 0;  // of these batches: not much slower than the fastest
    std::uint32_t in_flight_ = 0;
    std::uint64_t sent_ = 0;
    // Requests of other clients in the window: the most that was told of late, and the newest word.
    struct estimate {
        std::uint32_t count = 0;
        boot_time until = {};
    };
    estimate others_most_, others_now_;
    std::uint32_t told_max_ = 0;
    std::uint32_t learned_ = 100; // HubSpot's lowest limit, until a header says more
    milliseconds fastest_ = milliseconds::max();
    milliseconds fastest_batch_ = milliseconds::max();
    std::pair<milliseconds, milliseconds> pace_{fastest_, fastest_}; // releases_ follow it
    boot_time blocked_until_ = {};
    double reduced_to_ = 1.0; // at throttled_at_
    boot_time throttled_at_ = {};
};

} // namespace hubspool
