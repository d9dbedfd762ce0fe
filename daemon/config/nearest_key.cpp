#include "config/nearest_key.hpp"

#include "config/settings_table.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

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
    for (const setting_key& key : setting_table())
        for (std::string_view path = key.path; !path.empty(); path = split(path).section)
            paths.insert(path);
    return paths;
}

} // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        std::swap(before, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

std::string nearest_key(std::string_view path) {
    const split_path wanted = split(path);
    if (wanted.name.empty() || wanted.name.size() > name_most) return {};
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(2, wanted.name.size() / 3) + 1;
    for (const std::string_view candidate : all_paths()) {
        const split_path known = split(candidate);
        const bool begun = wanted.name.size() >= 4 && known.name.starts_with(wanted.name);
        const std::size_t distance = (begun ? 1 : edit_distance(wanted.name, known.name)) +
                                     (wanted.section == known.section ? 0 : 1);
        if (distance >= best_distance) continue;
        best = candidate;
        best_distance = distance;
    }
    return std::string(best);
}

} // namespace hubspool
