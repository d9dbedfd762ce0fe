#include "core/words/edit_distance.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace hubspool {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    // Damerau's distance (optimal string alignment): three rows are enough, since a swap looks two
    // rows back.
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            // Keep or replace; next to it insert and delete.
            const std::size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, change});
            // Two neighbours that changed places count once, as typing errors do.
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        std::swap(before, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

namespace {
constexpr std::size_t misspelt_bytes_max = 40; // longer ones are no typing errors
} // namespace

nearest_word::nearest_word(std::string_view written)
    : written_(written), least_(std::max<std::size_t>(2, written.size() / 4) + 1) {
}

void nearest_word::look_at(std::string_view known) {
    if (std::max(written_.size(), known.size()) > misspelt_bytes_max) return;
    const std::size_t distance = edit_distance(written_, known);
    if (distance >= least_) return;
    found_ = known;
    least_ = distance;
}

} // namespace hubspool
