#include "base/json_writer.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/history.hpp"
#include "cli/letters/answer_finder.hpp"
#include "cli/letters/letter_json.hpp"
#include "cli/letters/letter_selection.hpp"
#include "cli/letters/letter_words.hpp"
#include "cli/printing.hpp"
#include "cli/terminal.hpp"
#include "core/words/printable.hpp"

#include <fmt/core.h>

#include <unistd.h>

#include <algorithm>
#include <map>

namespace hubspool {

namespace {

constexpr std::size_t groups_max = 50;
constexpr std::size_t examples_max = 3;
constexpr std::size_t reason_shown_max = 300;

// Its newest record stands last.
std::uint64_t line_of(const dead_letter& letter) {
    return letter.records.empty() ? 0 : letter.records.back().line;
}

std::string shown_object(const dead_letter& letter) {
    return letter.object_id.empty() ? "?" : one_line(letter.object_id, 100);
}

// Alike in category and words: the details differ, the cause is one.
class reason_groups {
public:
    void add(const dead_letter& letter, const file_names& names) {
        group& found = groups_[one_line(letter.category + ": " + letter.reason, reason_shown_max)];
        found.records += records_of(letter);
        if (++found.letters > examples_max) return;
        found.examples.push_back(
            fmt::format("    {}  object {}  {} line {}", id_of(letter), shown_object(letter),
                        printable(name_of(letter.at.file, names)), line_of(letter)));
    }
    void print_all() const {
        std::vector<std::pair<std::string, const group*>> sorted;
        for (const auto& [reason, found] : groups_) sorted.emplace_back(reason, &found);
        // The largest group first: there the most is to be won.
        std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
            return a.second->records > b.second->records;
        });
        for (std::size_t i = 0; i < std::min(sorted.size(), groups_max); ++i)
            print_group(sorted[i].first, *sorted[i].second);
        if (sorted.size() > groups_max)
            print("and {}; --each or --json prints all\n",
                  counted(sorted.size() - groups_max, "more reason"));
    }

private:
    struct group {
        std::uint64_t records = 0, letters = 0;
        std::vector<std::string> examples;
    };

    static void print_group(const std::string& reason, const group& found) {
        const auto width = terminal_width(STDOUT_FILENO);
        print("{}  {}\n", counted(found.records, "record"), reason);
        for (const std::string& line : found.examples)
            print("{}\n", width ? cut_to_width(line, *width) : line);
        if (found.letters > found.examples.size())
            print("    and {} more\n", found.letters - found.examples.size());
    }

    std::map<std::string, group> groups_;
};

text_table new_table() {
    return text_table({"id", "+died", "object", "category", "+file", ">line", "+reason", "+since"});
}

std::vector<std::string> row_of(const kept_dead_letter& kept, const file_names& names) {
    const dead_letter& letter = kept.letter;
    return {id_of(letter),
            shown_time(kept.died),
            shown_object(letter),
            one_line(letter.category, 40),
            printable(name_of(letter.at.file, names)),
            std::to_string(line_of(letter)),
            one_line(letter.reason, reason_shown_max),
            letter_course(kept)};
}

result<void> print_json_lines(const command_context& context, dead_letter_box& box,
                              const letter_selection& found, const file_names& names) {
    auto answers = answer_finder::open(context);
    if (!answers) return answers.error();
    return each_letter(box, found.rows, [&](const kept_dead_letter& kept) {
        json_writer json;
        put_letter(json, kept, names, answers->answer_to(kept.letter));
        print_text(json.take() + '\n');
    });
}

// Tables are printed in pieces: a long list needs no memory, and each piece its own widths.
result<void> print_each(dead_letter_box& box, const letter_selection& found,
                        const file_names& names) {
    constexpr std::size_t piece_rows = 1000;
    const auto width = terminal_width(STDOUT_FILENO);
    for (std::size_t at = 0; at < found.rows.size(); at += piece_rows) {
        const auto from = found.rows.begin() + static_cast<std::ptrdiff_t>(at);
        const auto left = static_cast<std::size_t>(found.rows.end() - from);
        const std::vector<std::uint64_t> piece(
            from, from + static_cast<std::ptrdiff_t>(std::min(piece_rows, left)));
        text_table table = new_table();
        auto done = each_letter(
            box, piece, [&](const kept_dead_letter& kept) { table.add(row_of(kept, names)); });
        if (!done) return done;
        print_text(table.text(width));
        if (printing_failed()) return {};
    }
    return {};
}

result<void> print_groups(dead_letter_box& box, const letter_selection& found,
                          const file_names& names) {
    reason_groups groups;
    auto done = each_letter(box, found.rows,
                            [&](const kept_dead_letter& kept) { groups.add(kept.letter, names); });
    if (done) groups.print_all();
    return done;
}

} // namespace

int run_dead_letters_list(const command_context& context, const dead_letter_arguments& arguments) {
    auto box = open_letters(context, dead_letter_box::access::look);
    if (!box) return complain(exit_failed, box.error().message);
    const auto names = load_file_names(context);
    if (!names) return complain(exit_failed, names.error().message);
    auto found = select_letters(
        *box, [&](const kept_dead_letter& kept) { return arguments.filter.matches(kept, *names); },
        arguments.struck ? letters_of::struck : letters_of::open);
    if (!found) return complain(exit_failed, found.error().message);
    // The counts are of all; of the letters the oldest give way.
    const bool cut = found->rows.size() > arguments.rows_max;
    if (cut)
        found->rows.erase(found->rows.begin(),
                          found->rows.end() - static_cast<std::ptrdiff_t>(arguments.rows_max));

    auto done = context.json     ? print_json_lines(context, *box, *found, *names)
                : arguments.each ? print_each(*box, *found, *names)
                                 : print_groups(*box, *found, *names);
    if (!done) return complain(exit_failed, done.error().message);
    const letter_counts& counts = found->counts;
    if (!context.json && counts.letters() == 0)
        print("no dead letter{}\n",
              arguments.filter.empty() && !arguments.struck ? "s" : " is like that");
    if (!context.json && counts.letters() > 0)
        print("{} of {}: {}\n`hubspool dead-letters show ID` prints one with its content\n",
              counted(counts.letters(), "dead letter"), counted(counts.records(), "record"),
              counts.text());
    // Said beside the output, so that JSON stays JSON.
    if (cut)
        complain(exit_done, fmt::format("only the newest {} dead letters are shown; -n ROWS shows "
                                        "more",
                                        arguments.rows_max));
    return exit_done;
}

} // namespace hubspool
