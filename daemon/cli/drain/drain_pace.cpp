#include "cli/drain/drain_pace.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>

namespace hubspool {

namespace {
constexpr int windows = 6; // so one window's requests more or less count for little
} // namespace

void drain_pace::look(boot_time now, std::uint64_t requests, std::uint64_t records) {
    // Another daemon counts anew.
    if (!looks_.empty() && (requests < looks_.back().requests || records < looks_.back().records))
        looks_.clear();
    looks_.push_back({now, requests, records});
    while (looks_.size() > 2 && now - looks_[1].at >= windows * window_) looks_.pop_front();
}

std::string drain_pace::text(std::optional<std::uint64_t> limit) const {
    if (looks_.empty() || looks_.back().at - looks_.front().at < window_) return {};
    const counted_at &from = looks_.front(), &to = looks_.back();
    const std::chrono::duration<double> took = to.at - from.at, window = window_;
    double requests = static_cast<double>(to.requests - from.requests) / took.count();
    const double records = static_cast<double>(to.records - from.records) / took.count();
    std::string share;
    if (limit.value_or(0) > 0) {
        // Two windows' requests in little more than one are no breach, and must not look like one.
        const double most = static_cast<double>(*limit) / window.count();
        requests = std::min(requests, most);
        share = fmt::format(", {:.0f} % of the limit", 100 * requests / most);
    }
    return fmt::format("{:.1f} requests/s{}, {:.0f} records/s", requests, share, records);
}

} // namespace hubspool
