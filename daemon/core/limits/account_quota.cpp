#include "core/limits/account_quota.hpp"

#include <algorithm>
#include <cmath>

namespace hubspool {

namespace {

std::uint64_t part(double share, std::uint32_t whole) {
    // The small sum keeps 0.8 of 100 from becoming 79 by the rounding of doubles.
    return static_cast<std::uint64_t>(std::floor(share * static_cast<double>(whole) + 1e-9));
}

} // namespace

void account_quota::told(const quota_report& report) {
    // Answers overtake one another: the one to the later request knows more.
    if (report_ && report.at < report_->at) return;
    report_ = report;
}

std::optional<std::uint64_t> account_quota::ours() const {
    const std::optional<std::uint32_t> all = size();
    if (!all) return std::nullopt;
    // At least one: a quota of 1 with a reserve would stop for ever.
    return std::max<std::uint64_t>(1, part(1.0 - options_.reserve, *all));
}

bool account_quota::is_left_to_others(std::uint64_t used) const {
    if (!report_) return false;
    // Those sent since are not in the header's number yet.
    const std::uint64_t since = used - std::min(used, report_->at);
    // Computed from the same product as ours(), so that both round alike.
    const std::uint64_t reserve = report_->limit - part(1.0 - options_.reserve, report_->limit);
    return report_->remaining <= reserve + since;
}

} // namespace hubspool
