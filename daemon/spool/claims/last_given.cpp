#include "spool/claims/last_given.hpp"

#include "spool/directory_access.hpp"
#include "spool/queue_names.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

namespace hubspool {
namespace {

void raise(last_given& last, const leading_words& words) {
    last.number = std::max(last.number, words.number);
    last.stamp = std::max(last.stamp, words.stamp);
    last.lack_stamps = last.lack_stamps || words.stamp == 0;
}

result<void> raise_by_names(int directory, const std::string& shown, last_given& last) {
    return each_name(directory, shown, [&](const std::string& name) {
        if (const auto words = parse_leading_words(name)) raise(last, *words);
        return true;
    });
}

// Names in the directories within `parent`, and in `parent` itself.
result<void> raise_by_tree(const queue_layout& layout, int parent, std::string_view relative,
                           last_given& last) {
    std::vector<std::string> names;
    const auto shown = layout.shown(relative);
    auto listed = each_name(parent, shown, [&](const std::string& name) {
        if (const auto words = parse_leading_words(name)) {
            raise(last, *words);
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
            listed = raise_by_names(directory->get(), path, last);
        } else if (const int code = directory.error().code;
                   code != ENOTDIR && code != ELOOP && code != ENOENT) {
            return directory.error();
        }
    }
    return listed;
}

} // namespace

result<last_given> last_given_in(const queue_layout& layout) {
    last_given last;
    if (const auto raised = raise_by_tree(layout, layout.cur.get(), "cur", last); !raised)
        return raised.error();
    const bool lack_stamps = last.lack_stamps;
    // Whoever copies files back puts them anywhere: each place is looked at, so that no number is
    // given twice, and no stamp falls.
    for (const auto& [directory, relative] :
         {std::pair{layout.done.get(), "done"}, std::pair{layout.rejected.get(), "rejected"}}) {
        if (const auto raised = raise_by_tree(layout, directory, relative, last); !raised)
            return raised.error();
    }
    // What has left cur/ keeps the name that it left with.
    last.lack_stamps = lack_stamps;
    return last;
}

} // namespace hubspool
