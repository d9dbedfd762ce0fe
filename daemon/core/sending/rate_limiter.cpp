#include "core/sending/rate_limiter.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace hubspool {

void rate_limiter::restore(boot_time release, std::uint32_t count) {
    releases_[release] += count;
    taken_ += count;
}

boot_time rate_limiter::ready_at(boot_time now) {
    expire(now);
    // A 429 showed that somebody else spends, too: nothing goes for a whole window.
    if (now < blocked_until_) return blocked_until_;
    const std::uint32_t limit_now = limit(now);
    // Requests on the wire count as well: they may arrive at any moment.
    if (taken_ + in_flight_ < limit_now) return now;
    // When what others use is forgotten, it is looked at anew.
    boot_time forgotten = boot_time::max();
    if (others(now) > 0)
        forgotten = now < others_most_.until ? others_most_.until : others_now_.until;
    // So many slots must come free before the next one may go.
    std::uint32_t missing = taken_ + in_flight_ - limit_now + 1;
    for (const auto& [release, count] : releases_) {
        // The slot that makes room, or the moment when others are forgotten, whichever is sooner.
        if (count >= missing) return std::min(release, forgotten);
        missing -= count;
    }
    return forgotten;
}

void rate_limiter::remaining_told(ticket of, std::uint32_t requests_max, std::uint32_t remaining,
                                  boot_time now) {
    // What the header says beyond our own count was somebody else's.
    const std::uint32_t used = requests_max - std::min(requests_max, remaining);
    const std::uint32_t beyond = used - std::min(used, of.counted);
    // So few may be later requests of ours that overtook it on the way.
    others_now_ = {beyond > sent_ - of.number ? beyond : 0,
                   now + options_.window + options_.margin};
    // Our count lets go of a request a little later than HubSpot's, which makes theirs look smaller
    // now and then: the most of a window holds.
    if (now >= others_most_.until || others_now_.count >= others_most_.count)
        others_most_ = others_now_;
    told_max_ = requests_max;
}

boot_time rate_limiter::answered(kind of, boot_time sent_at, boot_time now) {
    expire(now);
    // First what it teaches, then its own slot by that.
    learn_pace(of, now - sent_at);
    slot s{of, sent_at, now, {}};
    if (of == kind::batch) {
        ++batches_;
        steady_ += is_steady(s) ? 1 : 0;
    }
    const std::pair pace(fastest_, fastest_of(kind::batch));
    // Something was learned about the pace: slots that still count follow it.
    if (std::exchange(pace_, pace) != pace) move_releases(now);
    s.release = release_at(release_of(s, fastest_of(of)));
    answered_.push_back(s);
    // For the next run, which will not learn: by the fastest of all, never too early.
    return release_of(s, fastest_);
}

boot_time rate_limiter::release_of(const slot& s, milliseconds fastest) const {
    // It arrived at the earliest with its first byte, and at the latest `fastest` before its
    // answer.
    return std::max(s.sent + options_.window + options_.margin,
                    s.answered + options_.window - fastest);
}

bool rate_limiter::is_steady(const slot& s) const {
    return s.answered - s.sent - options_.margin <= fastest_batch_;
}

void rate_limiter::learn_pace(kind of, milliseconds took) {
    // The fastest exchange bounds the way back from below: no answer was ever quicker.
    fastest_ = std::min(fastest_, took);
    if (of != kind::batch || took >= fastest_batch_) return;
    fastest_batch_ = took;
    // With a new fastest batch others may not be steady any more: counted anew.
    steady_ = static_cast<std::uint32_t>(
        std::count_if(answered_.begin(), answered_.end(),
                      [&](const slot& s) { return s.of == kind::batch && is_steady(s); }));
}

milliseconds rate_limiter::fastest_of(kind of) const {
    constexpr std::uint32_t few = 20;
    // Few batches, or an unsteady pace: then only the fastest of all is sure.
    if (of != kind::batch || batches_ < few || steady_ < batches_ / 2) return fastest_;
    return std::max(fastest_, fastest_batch_ - options_.margin);
}

void rate_limiter::move_releases(boot_time now) {
    for (slot& s : answered_) {
        // A slot that is free already stays free: its place was given away.
        if (s.release <= now) continue;
        const auto counted = releases_.find(s.release);
        if (--counted->second == 0) releases_.erase(counted);
        s.release = release_of(s, fastest_of(s.of));
        ++releases_[s.release];
    }
}

boot_time rate_limiter::unanswered(boot_time now) {
    return release_at(now + options_.window + options_.margin);
}

boot_time rate_limiter::release_at(boot_time release) {
    // Its place among those in flight becomes a place until the release.
    --in_flight_;
    restore(release, 1);
    return release;
}

void rate_limiter::throttled(boot_time now) {
    if (now < blocked_until_) return; // of the same burst: nothing was sent since
    // Shrinks from what it is now, not from the whole: a second 429 goes on where the first ended.
    const double share = static_cast<double>(own_limit(now));
    blocked_until_ = now + options_.window + options_.margin;
    reduced_to_ = std::max(0.1, share / std::max(whole(), 1.0) * 0.9);
    throttled_at_ = now;
}

double rate_limiter::whole() const {
    return options_.requests ? static_cast<double>(*options_.requests)
                             : static_cast<double>(learned_) * options_.share;
}

double rate_limiter::part(boot_time now) const {
    const auto quiet_windows = (now - throttled_at_) / options_.window;
    // A hundredth comes back with each window without a 429.
    return std::min(1.0, reduced_to_ + 0.01 * static_cast<double>(quiet_windows));
}

std::uint32_t rate_limiter::own_limit(boot_time now) const {
    // Never below one: the next answer must be able to tell that it is better.
    return std::max(1U, static_cast<std::uint32_t>(std::floor(whole() * part(now) + 1e-9)));
}

std::uint32_t rate_limiter::others(boot_time now) const {
    // The most of a window holds; the newest word only when that is over.
    if (now < others_most_.until) return others_most_.count;
    return now < others_now_.until ? others_now_.count : 0;
}

std::uint32_t rate_limiter::limit(boot_time now) const {
    if (others(now) == 0) return own_limit(now);
    // What `share` keeps free of the whole stays free beside the others, too.
    const double all = static_cast<double>(told_max_) * (options_.requests ? 1.0 : options_.share);
    const auto shared = static_cast<std::uint32_t>(std::floor(all + 1e-9));
    // The others' part is taken from the whole, and our own limit holds besides.
    return std::min(own_limit(now), shared - std::min(shared, others(now)));
}

void rate_limiter::expire(boot_time now) {
    while (!releases_.empty() && releases_.begin()->first <= now) {
        taken_ -= releases_.begin()->second;
        releases_.erase(releases_.begin());
    }
    while (!answered_.empty() && answered_.front().release <= now) {
        const slot& over = answered_.front();
        if (over.of == kind::batch) {
            --batches_;
            steady_ -= is_steady(over) ? 1 : 0;
        }
        answered_.pop_front();
    }
}

} // namespace hubspool
