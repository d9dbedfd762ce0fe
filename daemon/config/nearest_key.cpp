#include "config/nearest_key.hpp"

#include "config/settings_table.hpp"
#include "core/words/edit_distance.hpp"

#include <algorithm>
#include <set>

namespace hubspool {
namespace {

constexpr std::size_t name_most = 64; // longer ones are no typing errors, and cost time squared

struct split_path {
    std::string_view section, name;
};

split_path split(std::string_view path) {
    const std::size_t dot = path.rfind('.');
    if (dot == std::string_view::npos) return {"", path};
    return {path.substr(0, dot), path.substr(dot + 1)};
}

std::set<std::string_view> all_paths() {
    std::set<std::string_view> paths;
    // Sections are candidates as well.
    for (const setting_key& key : setting_table())
        for (std::string_view path = key.path; !path.empty(); path = split(path).section)
            paths.insert(path);
    return paths;
}

} // namespace

std::string nearest_key(std::string_view path) {
    const split_path wanted = split(path);
    // Very long names are no typing errors.
    if (wanted.name.empty() || wanted.name.size() > name_most) return {};
    std::string_view best;
    // Up to a third of its letters may be wrong; for short ones at least two.
    std::size_t best_distance = std::max<std::size_t>(2, wanted.name.size() / 3) + 1;
    for (const std::string_view candidate : all_paths()) {
        const split_path known = split(candidate);
        // Who writes the beginning of a long name means that name.
        const bool begun = wanted.name.size() >= 4 && known.name.starts_with(wanted.name);
        // The same name in another section is as near as one wrong letter.
        const std::size_t distance = (begun ? 1 : edit_distance(wanted.name, known.name)) +
                                     (wanted.section == known.section ? 0 : 1);
        if (distance >= best_distance) continue;
        best = candidate;
        best_distance = distance;
    }
    return std::string(best);
}

} // namespace hubspool
