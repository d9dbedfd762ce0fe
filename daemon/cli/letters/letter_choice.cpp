#include "cli/letters/letter_choice.hpp"

#include "cli/commands/history.hpp"
#include "cli/printing.hpp"
#include "core/json/json_lookup.hpp"
#include "core/words/trimmed.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <map>

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

result<letter_selection> choose_by_id(dead_letter_box& box, const std::vector<std::string>& given) {
    wanted_ids ids;
    for (const std::string& text : given) {
        auto taken = text == "-" ? take_standard_input(ids) : take(text, ids);
        if (!taken) return taken.error();
    }
    auto found = select_letters(box, [&](const kept_dead_letter& kept) {
        const auto wanted = ids.find(kept.letter.at);
        if (wanted == ids.end()) return false;
        wanted->second = true;
        return true;
    });
    if (!found) return found;
    for (const auto& [id, is_found] : ids) {
        if (is_found) continue;
        return failure{fmt::format("no dead letter is {}:{}: there never was, or it was dropped",
                                   id.file, id.place)};
    }
    return found;
}

} // namespace

std::optional<arrival> parse_id_line(std::string_view line) {
    const std::string_view text = trimmed(line);
    if (!text.starts_with('{')) return parse_letter_id(text);
    const auto id = json_text_at(text, "/id");
    return id ? parse_letter_id(*id) : std::nullopt;
}

result<letter_selection> choose_letters(const command_context& context, dead_letter_box& box,
                                        const dead_letter_arguments& arguments) {
    if (!arguments.ids.empty()) return choose_by_id(box, arguments.ids);
    const auto names = load_file_names(context);
    if (!names) return names.error();
    return select_letters(
        box, [&](const kept_dead_letter& kept) { return arguments.filter.matches(kept, *names); });
}

} // namespace hubspool
