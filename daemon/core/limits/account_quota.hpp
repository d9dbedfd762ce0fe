// What is known of the account's quota of requests a day, which all of its apps share: how large it
// is, as configured or as HubSpot's header says, and how much of it is left. Pure; loop thread.
#pragma once

#include "core/words/time.hpp"

#include <cstdint>
#include <optional>

namespace hubspool {

struct daily_budget_options {
    std::optional<std::uint32_t> requests; // of the account; nothing: what the header says
    double reserve = 0.2;                  // left to others
};

// X-HubSpot-RateLimit-Daily and -Daily-Remaining of one answer.
struct quota_report {
    std::uint32_t limit = 0, remaining = 0;
    std::uint64_t at = 0; // our own count when its request went
    boot_time when = {};
};

class account_quota {
public:
    explicit account_quota(daily_budget_options options) : options_(options) {}

    // The size that a header says, of whichever day.
    void learn(std::uint32_t limit) { learned_ = limit; }
    // Of today. An answer that was overtaken by one to a later request changes nothing.
    void told(const quota_report& report);
    // What the header said of yesterday says nothing of today.
    void begin_day() { report_.reset(); }

    // The whole quota; nothing: unknown.
    std::optional<std::uint32_t> size() const {
        return options_.requests ? options_.requests : learned_;
    }
    // Our part of it: how many requests a day are ours.
    std::optional<std::uint64_t> ours() const;
    // The account is down to the reserve, now that our own count is `used`.
    bool is_left_to_others(std::uint64_t used) const;
    // As told last, today.
    const std::optional<quota_report>& report() const { return report_; }
    std::optional<std::uint32_t> remaining() const {
        return report_ ? std::optional(report_->remaining) : std::nullopt;
    }

private:
    daily_budget_options options_;
    std::optional<quota_report> report_;   // today
    std::optional<std::uint32_t> learned_; // the header's limit, also of yesterday
};

} // namespace hubspool
