#include "core/sending/park_list.hpp"

#include <algorithm>

namespace hubspool {

namespace {
constexpr milliseconds first_interval = std::chrono::minutes(1);
constexpr milliseconds last_interval = std::chrono::minutes(15);
} // namespace

void park_list::add(const park_request& request, const moment& now) {
    // The slot is the reason: each park is there once.
    std::optional<park>& p = parks_[slot(request.reason)];
    ++changes_;
    if (!p) {
        p = park{request.reason, now.wall, request.words, first_interval, {}};
        p->probe_at = p->due = request.until.value_or(now.boot + first_interval);
    } else {
        p->words = request.words;
        // Answers of requests that went out together say it again; only a probe's asks for more
        // patience, and then the interval counts: a clock that is a little ahead must not cost a
        // whole day more.
        if (p->probe_at > now.boot) return;
        if (request.until && now.boot < p->due) {
            p->probe_at = p->due = *request.until; // asked before its time, and told it again
            return;
        }
        p->interval = std::min(p->interval * 2, last_interval);
        p->probe_at = now.boot + p->interval;
    }
    if (request.reason == park_reason::paused) p->probe_at = boot_time::max();
}

void park_list::restore(park p) {
    ++changes_;
    // A restored park keeps the time it had; it is the time it was due.
    p.due = p.probe_at;
    parks_[slot(p.reason)] = std::move(p);
}

void park_list::end(park_reason reason) {
    if (!has(reason)) return;
    ++changes_;
    parks_[slot(reason)].reset();
}

void park_list::ended_by_answer(bool suspect_delivered) {
    for (std::optional<park>& p : parks_) {
        // Pause is an operator's word: no answer ends it.
        if (!p || p->reason == park_reason::paused) continue;
        if (p->reason == park_reason::wrong_portal) continue; // the answer came from there
        if (p->reason == park_reason::suspect_data && !suspect_delivered) continue;
        ++changes_;
        p.reset();
    }
}

void park_list::postpone(const moment& now) {
    for (std::optional<park>& p : parks_) {
        // Those whose time has not come were not asked, so they keep theirs.
        if (!p || p->probe_at > now.boot) continue;
        ++changes_;
        p->interval = std::min(p->interval * 2, last_interval);
        p->probe_at = now.boot + p->interval;
    }
}

void park_list::wait_until(park_reason reason, boot_time at) {
    std::optional<park>& p = parks_[slot(reason)];
    if (!p) return;
    ++changes_;
    p->probe_at = at;
}

void park_list::probe_now(boot_time now) {
    for (std::optional<park>& p : parks_) {
        // Sooner, never later: a probe that is due stays due.
        if (!p || p->reason == park_reason::paused || p->probe_at <= now) continue;
        ++changes_;
        p->probe_at = now;
    }
}

void park_list::probe_credential(boot_time now) {
    for (std::optional<park>& p : parks_) {
        // No token ends a spent quota or a migration.
        if (!p || p->reason == park_reason::paused || p->reason == park_reason::quota ||
            p->reason == park_reason::migration)
            continue;
        if (p->probe_at <= now) continue;
        ++changes_;
        p->probe_at = now;
    }
}

bool park_list::any() const {
    return std::any_of(parks_.begin(), parks_.end(), [](const auto& p) { return p.has_value(); });
}

// The latest of all: a probe before it would be refused by the park that still waits.
boot_time park_list::probe_at() const {
    boot_time latest = {};
    for (const std::optional<park>& p : parks_) {
        if (p) latest = std::max(latest, p->probe_at);
    }
    return latest;
}

std::vector<park> park_list::all() const {
    std::vector<park> present;
    for (const std::optional<park>& p : parks_) {
        if (p) present.push_back(*p);
    }
    return present;
}

} // namespace hubspool
