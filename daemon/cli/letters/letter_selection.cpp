#include "cli/letters/letter_selection.hpp"

#include "cli/live_daemon.hpp"
#include "cli/printing.hpp"
#include "cli/state_owner.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace hubspool {

namespace {
constexpr std::size_t categories_shown_max = 20, category_bytes_max = 100;
} // namespace

void letter_counts::add(const dead_letter& letter) {
    ++letters_;
    records_ += records_of(letter);
    ++by_category_[letter.category];
}

std::string letter_counts::text() const {
    std::vector<std::pair<std::string, std::uint64_t>> sorted(by_category_.begin(),
                                                              by_category_.end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    std::string text;
    for (std::size_t i = 0; i < std::min(sorted.size(), categories_shown_max); ++i)
        text += fmt::format("{}{} {}", i == 0 ? "" : ", ",
                            one_line(sorted[i].first, category_bytes_max), sorted[i].second);
    return sorted.size() > categories_shown_max ? text + ", ..." : text;
}

result<letter_selection> select_letters(dead_letter_box& box,
                                        const std::function<bool(const kept_dead_letter&)>& wanted,
                                        letters_of which) {
    letter_selection found;
    const auto is_of = [&](const kept_dead_letter& kept) {
        return !kept.dropped && (which == letters_of::both ||
                                 kept.struck.has_value() == (which == letters_of::struck));
    };
    auto visited = box.visit([&](const kept_dead_letter& kept) {
        if (!is_of(kept) || !wanted(kept)) return true;
        found.rows.push_back(kept.row);
        found.counts.add(kept.letter);
        return true;
    });
    if (!visited) return visited.error();
    std::reverse(found.rows.begin(), found.rows.end());
    return found;
}

result<void> each_letter(dead_letter_box& box, const std::vector<std::uint64_t>& rows,
                         const std::function<void(const kept_dead_letter&)>& visit) {
    for (const std::uint64_t row : rows) {
        const auto kept = box.load(row);
        if (!kept) return kept.error();
        if (*kept && !(*kept)->dropped) visit(**kept);
        // Whoever read has gone, or the disk is full: the end of the command says which.
        if (printing_failed()) return {};
    }
    return {};
}

result<dead_letter_box> open_letters(const command_context& context, dead_letter_box::access how) {
    if (auto became = become_state_owner(context.options); !became) return became.error();
    return open_what_is_made(context.options, [&] {
        return dead_letter_box::open(context.options.state.directory, how);
    });
}

} // namespace hubspool
