#include "spool/claims/largest_number.hpp"

#include "spool/directory_access.hpp"
#include "spool/queue_names.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

namespace hubspool {
namespace {

result<void> raise_by_names(int directory, const std::string& shown, std::uint64_t& largest) {
    return each_name(directory, shown, [&](const std::string& name) {
        largest = std::max(largest, leading_number(name).value_or(0));
        return true;
    });
}

// Names in the directories within `parent`, and in `parent` itself.
result<void> raise_by_tree(const queue_layout& layout, int parent, std::string_view relative,
                           std::uint64_t& largest) {
    std::vector<std::string> names;
    const auto shown = layout.shown(relative);
    auto listed = each_name(parent, shown, [&](const std::string& name) {
        if (const auto number = leading_number(name)) {
            largest = std::max(largest, *number);
        } else {
            // Names that begin with no number may be directories of claims or days.
            names.push_back(name);
        }
        return true;
    });
    for (std::size_t i = 0; i < names.size() && listed; ++i) {
        const auto path = fmt::format("{}/{}", shown, names[i]);
        const auto directory = open_directory(parent, names[i], path);
        // A directory that is a link or has gone holds no number of ours.
        if (directory) {
            listed = raise_by_names(directory->get(), path, largest);
        } else if (const int code = directory.error().code;
                   code != ENOTDIR && code != ELOOP && code != ENOENT) {
            return directory.error();
        }
    }
    return listed;
}

} // namespace

result<std::uint64_t> largest_number_in(const queue_layout& layout) {
    std::uint64_t largest = 0;
    // Whoever copies files back puts them anywhere: each place is looked at, so that no number is
    // given twice.
    for (const auto& [directory, relative] :
         {std::pair{layout.cur.get(), "cur"}, std::pair{layout.done.get(), "done"},
          std::pair{layout.rejected.get(), "rejected"}}) {
        if (const auto raised = raise_by_tree(layout, directory, relative, largest); !raised) {
            return raised.error();
        }
    }
    return largest;
}

} // namespace hubspool
