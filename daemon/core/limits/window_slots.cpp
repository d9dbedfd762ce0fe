#include "core/limits/window_slots.hpp"

#include <algorithm>

namespace hubspool {

void window_slots::add(boot_time release, std::uint32_t count) {
    releases_[release] += count;
    taken_ += count;
}

boot_time window_slots::answered(exchange_kind kind, boot_time sent_at, boot_time now) {
    expire(now);
    // First what it teaches, then its own slot by that.
    learn_pace(kind, now - sent_at);
    slot s{kind, sent_at, now, {}};
    if (kind == exchange_kind::batch) {
        ++batches_;
        steady_ += is_steady(s) ? 1 : 0;
    }
    const std::pair pace(fastest_, fastest_of(exchange_kind::batch));
    // Something was learned about the pace: slots that still count follow it.
    if (std::exchange(pace_, pace) != pace) move_releases(now);
    s.release = release_of(s, fastest_of(kind));
    add(s.release, 1);
    answered_.push_back(s);
    // For the next run, which will not learn: by the fastest of all, never too early.
    return release_of(s, fastest_);
}

boot_time window_slots::release_of(const slot& s, milliseconds fastest) const {
    // It arrived at the earliest with its first byte, and at the latest `fastest` before its
    // answer.
    return std::max(s.sent + window_ + margin_, s.answered + window_ - fastest);
}

bool window_slots::is_steady(const slot& s) const {
    return s.answered - s.sent - margin_ <= fastest_batch_;
}

void window_slots::learn_pace(exchange_kind kind, milliseconds took) {
    // The fastest exchange bounds the way back from below: no answer was ever quicker.
    fastest_ = std::min(fastest_, took);
    if (kind != exchange_kind::batch || took >= fastest_batch_) return;
    fastest_batch_ = took;
    // With a new fastest batch others may not be steady any more: counted anew.
    steady_ = static_cast<std::uint32_t>(
        std::count_if(answered_.begin(), answered_.end(), [&](const slot& s) {
            return s.kind == exchange_kind::batch && is_steady(s);
        }));
}

milliseconds window_slots::fastest_of(exchange_kind kind) const {
    constexpr std::uint32_t few = 20;
    // Few batches, or an unsteady pace: then only the fastest of all is sure.
    if (kind != exchange_kind::batch || batches_ < few || steady_ < batches_ / 2) return fastest_;
    return std::max(fastest_, fastest_batch_ - margin_);
}

void window_slots::move_releases(boot_time now) {
    for (slot& s : answered_) {
        // A slot that is free already stays free: its place was given away.
        if (s.release <= now) continue;
        const auto counted = releases_.find(s.release);
        if (--counted->second == 0) releases_.erase(counted);
        s.release = release_of(s, fastest_of(s.kind));
        ++releases_[s.release];
    }
}

std::uint32_t window_slots::taken(boot_time now) const {
    std::uint32_t free = 0;
    for (auto next = releases_.begin(); next != releases_.end() && next->first <= now; ++next)
        free += next->second;
    return taken_ - free;
}

boot_time window_slots::free_at(std::uint32_t missing) const {
    for (const auto& [release, count] : releases_) {
        if (count >= missing) return release;
        missing -= count;
    }
    return boot_time::max();
}

void window_slots::expire(boot_time now) {
    while (!releases_.empty() && releases_.begin()->first <= now) {
        taken_ -= releases_.begin()->second;
        releases_.erase(releases_.begin());
    }
    while (!answered_.empty() && answered_.front().release <= now) {
        const slot& over = answered_.front();
        if (over.kind == exchange_kind::batch) {
            --batches_;
            steady_ -= is_steady(over) ? 1 : 0;
        }
        answered_.pop_front();
    }
}

} // namespace hubspool
