#include "core/sending/landing_holds.hpp"

#include <algorithm>

namespace hubspool {

namespace {
constexpr std::size_t kept = 1000;
} // namespace

void landing_holds::hold(std::uint64_t id_hash, boot_time until) {
    boot_time& held = until_[id_hash];
    // The later of two holds counts.
    held = std::max(held, until);
}

boot_time landing_holds::until(std::uint64_t id_hash) const {
    const auto found = until_.find(id_hash);
    return found == until_.end() ? boot_time{} : found->second;
}

void landing_holds::tidy(boot_time now) {
    // Rarely, because it walks over all.
    if (until_.size() <= kept) return;
    std::erase_if(until_, [&](const auto& held) { return held.second <= now; });
}

} // namespace hubspool
