#include "cli/letters/letter_choice.hpp"

#include "base/log.hpp"
#include "cli/commands/history.hpp"
#include "cli/printing.hpp"
#include "core/json/json_lookup.hpp"
#include "core/words/trimmed.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <map>
#include <utility>

namespace hubspool {

namespace {

constexpr std::size_t shown_max = 200;

using wanted_ids = std::map<arrival, bool>; // whether it was found

result<void> take(std::string_view text, wanted_ids& ids) {
    const auto id = parse_id_line(text);
    if (!id)
        return failure{fmt::format("{} is no id of a dead letter: `hubspool dead-letters list` "
                                   "prints them (FILE:OFFSET)",
                                   one_line(text, shown_max))};
    ids.emplace(*id, false);
    return {};
}

result<void> take_standard_input(wanted_ids& ids) {
    std::cin.clear(); // whoever read before has met the end
    for (std::string line; std::getline(std::cin, line);) {
        if (trimmed(line).empty()) continue;
        if (auto taken = take(line, ids); !taken) return taken;
    }
    if (std::cin.bad())
        return failure{fmt::format("standard input cannot be read: {}", std::strerror(errno))};
    return {};
}

result<letter_selection> choose_by_id(dead_letter_box& box, const std::vector<std::string>& given,
                                      held_letters held) {
    wanted_ids ids;
    for (const std::string& text : given) {
        auto taken = text == "-" ? take_standard_input(ids) : take(text, ids);
        if (!taken) return taken.error();
    }
    std::string in_hand;
    auto found = select_letters(box, [&](const kept_dead_letter& kept) {
        const auto wanted = ids.find(kept.letter.at);
        if (wanted == ids.end()) return false;
        wanted->second = true;
        if (kept.held && held == held_letters::spared) in_hand = id_of(kept.letter);
        return true;
    });
    if (!found) return found;
    if (!in_hand.empty())
        return failure{fmt::format("{0} is held: somebody has it in hand. `hubspool dead-letters "
                                   "release {0}` gives it free",
                                   in_hand)};
    for (const auto& [id, is_found] : ids) {
        if (is_found) continue;
        return failure{
            fmt::format("no open dead letter is {}:{}: there never was, or it was struck "
                        "or dropped",
                        id.file, id.place)};
    }
    return found;
}

result<letter_selection> choose_by_filter(const command_context& context, dead_letter_box& box,
                                          const dead_letter_arguments& arguments,
                                          held_letters held) {
    const auto names = load_file_names(context);
    if (!names) return names.error();
    std::uint64_t spared = 0;
    auto found = select_letters(box, [&](const kept_dead_letter& kept) {
        if (!arguments.filter.matches(kept, *names)) return false;
        const bool is_spared = kept.held && held == held_letters::spared;
        spared += is_spared ? 1 : 0;
        return !is_spared;
    });
    if (found) found->held = spared;
    return found;
}

// By the newest key of each, and not by when they died: what is sent as new gets its place in the
// file as its key.
result<void> sort_by_keys(dead_letter_box& box, std::vector<std::uint64_t>& rows) {
    std::vector<std::pair<order_key, std::uint64_t>> sorted;
    auto read = each_letter(box, rows, [&](const kept_dead_letter& kept) {
        order_key newest;
        for (const auto& value : kept.letter.values) newest = std::max(newest, value.key);
        sorted.emplace_back(newest, kept.row);
    });
    if (!read) return read;
    std::sort(sorted.begin(), sorted.end());
    rows.clear();
    for (const auto& [key, row] : sorted) rows.push_back(row);
    return {};
}

} // namespace

std::optional<arrival> parse_id_line(std::string_view line) {
    const std::string_view text = trimmed(line);
    if (!text.starts_with('{')) return parse_letter_id(text);
    const auto id = json_text_at(text, "/id");
    return id ? parse_letter_id(*id) : std::nullopt;
}

std::string wrong_choice(std::string_view command, const dead_letter_arguments& arguments) {
    const bool by_id = !arguments.ids.empty(), by_filter = !arguments.filter.empty();
    if (!by_id && !by_filter && !arguments.all)
        return fmt::format("{} which dead letters? Name ids, - for ids on standard input, a "
                           "filter, or --all",
                           command);
    if (int{by_id} + int{by_filter} + int{arguments.all} > 1)
        return fmt::format("{} takes ids, or a filter, or --all: one of these", command);
    return {};
}

void tell_held(const command_context& context, std::uint64_t held) {
    if (held == 0 || context.json) return;
    print("{} held, and left alone; `hubspool dead-letters list --held` shows {}\n",
          held == 1 ? "1 is" : fmt::format("{} are", held), held == 1 ? "it" : "them");
}

bool is_agreed(const std::string& question) {
    log::say(question + " [y/N] ");
    (void)log::flush();
    // Ids that were typed have met the end.
    std::clearerr(stdin);
    std::cin.clear();
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
}

result<letter_selection> choose_letters(const command_context& context, dead_letter_box& box,
                                        const dead_letter_arguments& arguments, held_letters held) {
    auto found = arguments.ids.empty() ? choose_by_filter(context, box, arguments, held)
                                       : choose_by_id(box, arguments.ids, held);
    if (!found || !arguments.edits.as_newest) return found;
    if (auto sorted = sort_by_keys(box, found->rows); !sorted) return sorted.error();
    return found;
}

} // namespace hubspool
