#include "spool/claims/stamp_claims.hpp"

#include "os/system_failure.hpp"
#include "spool/claims/claimed_files.hpp"
#include "spool/directory_access.hpp"
#include "spool/queue_names.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <ranges>
#include <vector>

namespace hubspool {
namespace {

// The claims of one subdirectory, highest number first.
result<std::vector<claimed_name>> names_downwards(const queue_layout& layout, int directory,
                                                  std::uint64_t index) {
    std::vector<claimed_name> names;
    const auto shown = layout.shown(layout.subdirectory_path(index));
    const auto listed = each_name(directory, shown, [&](const std::string& name) {
        auto claim = parse_claimed_name(name);
        if (claim && layout.subdirectory_of(claim->number) == index)
            names.push_back(std::move(*claim));
        return true;
    });
    if (!listed) return listed.error();
    std::ranges::sort(names, std::greater(), &claimed_name::number);
    return names;
}

result<void> stamp_subdirectory(const queue_layout& layout, std::uint64_t index, as_of_ms& above) {
    const auto directory = layout.open_subdirectory(index);
    if (!directory) return directory.error();
    const auto names = names_downwards(layout, directory->get(), index);
    if (!names) return names.error();
    bool renamed = false;
    for (const claimed_name& name : *names) {
        if (name.stamp != 0) {
            above = std::min(above, name.stamp);
            continue;
        }
        const auto old = format_claimed_name(name);
        claimed_name stamped = name;
        stamped.stamp = above;
        const int error =
            move_entry(directory->get(), old, directory->get(), format_claimed_name(stamped));
        // ENOENT: somebody took it away.
        if (error != 0 && error != ENOENT)
            return system_failure(
                "give a stamp to",
                layout.shown(fmt::format("{}/{}", layout.subdirectory_path(index), old)), error,
                "each claimed file has the time of its arrival in its name since this version");
        renamed = true;
    }
    return renamed ? layout.sync(directory->get(), layout.subdirectory_path(index))
                   : result<void>();
}

} // namespace

result<void> stamp_claims(const queue_layout& layout, as_of_ms newest) {
    const auto indexes = claim_subdirectories(layout);
    if (!indexes) return indexes.error();
    as_of_ms above = newest;
    for (const std::uint64_t index : std::views::reverse(*indexes)) {
        if (auto stamped = stamp_subdirectory(layout, index, above); !stamped) return stamped;
    }
    return {};
}

} // namespace hubspool
