#include "app/notify/notice_rules.hpp"

#include <algorithm>
#include <utility>

namespace hubspool {

std::string_view to_string(notice::phase phase) {
    switch (phase) {
    case notice::phase::begun: return "begun";
    case notice::phase::over: return "over";
    case notice::phase::count: return "count";
    }
    return "?";
}

std::vector<notice> notice_rules::look(const std::vector<condition>& holding, boot_time now) {
    std::vector<notice> told = those_over(holding);
    for (const condition& c : holding) {
        known& one = conditions_[{c.kind, c.code}];
        if (!one.holds_since) one.holds_since = now;
        const bool is_young = now - *one.holds_since < c.grace;
        if (one.is_told || is_young || is_paused(one.begun_at, now)) continue;
        one.begun_at = now;
        one.is_told = true;
        one.words = c.words;
        told.push_back({c.kind, c.code, notice::phase::begun, c.words});
    }
    return told;
}

std::vector<notice> notice_rules::those_over(const std::vector<condition>& holding) {
    std::vector<notice> over;
    for (auto& [name, one] : conditions_) {
        const auto is_it = [&name = name](const condition& c) {
            return c.kind == name.first && c.code == name.second;
        };
        if (std::any_of(holding.begin(), holding.end(), is_it)) continue;
        one.holds_since.reset();
        if (!std::exchange(one.is_told, false)) continue;
        over.push_back({name.first, name.second, notice::phase::over, one.words});
    }
    return over;
}

std::optional<notice> notice_rules::look(const std::string& kind, std::uint64_t total,
                                         boot_time now) {
    const auto [at, is_new] = counts_.try_emplace(kind, counted{total, std::nullopt});
    counted& one = at->second;
    one.told = std::min(one.told, total);
    if (is_new || total == one.told || is_paused(one.told_at, now)) return std::nullopt;
    notice told{kind, kind, notice::phase::count, std::to_string(total - one.told)};
    one = {total, now};
    return told;
}

} // namespace hubspool
