#include "spool/arrivals/skipped_name.hpp"

#include <fmt/core.h>

namespace hubspool {

std::string summary_of(const std::vector<skipped_name>& skipped, std::uint64_t total) {
    if (skipped.empty()) return {};
    // The first is told in full; the rest only lengthens the line.
    const std::string first = fmt::format("{}: {}", skipped.front().path, skipped.front().why);
    return total > 1 ? fmt::format("{}; and {} more", first, total - 1) : first;
}

} // namespace hubspool
