#include "base/json_writer.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/history.hpp"
#include "cli/letters/answer_finder.hpp"
#include "cli/letters/letter_json.hpp"
#include "cli/letters/letter_selection.hpp"
#include "cli/letters/letter_words.hpp"
#include "cli/printing.hpp"
#include "core/records/object_id.hpp"
#include "core/words/printable.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace hubspool {

namespace {

// An id, or else an objectId; both are tried.
class wanted_letter {
public:
    explicit wanted_letter(const std::string& id)
        : object_(canonical_object_id(id)), place_(parse_letter_id(id)) {}
    bool is(const dead_letter& letter) const {
        // Canonical, so that 00123 finds 123.
        if (letter.object_id == object_ && !object_.empty()) return true;
        if (!place_) return false;
        if (letter.at == *place_) return true;
        // Of a merged change any of its records may be meant.
        return std::any_of(letter.records.begin(), letter.records.end(),
                           [this](const auto& record) {
                               return record.file == place_->file && record.offset == place_->place;
                           });
    }

private:
    std::string object_;
    std::optional<arrival> place_;
};

std::string answer_words(const dead_letter& letter, const batch_outcome* answer) {
    if (letter.batch == 0) return "while reading";
    std::string words = fmt::format("in the answer to batch {}", letter.batch);
    if (answer == nullptr) return words;
    words += fmt::format(", http {}", answer->http_status);
    if (!answer->correlation_id.empty())
        words += ", correlation id " + one_line(answer->correlation_id, 100);
    return words;
}

// A custom property may have the name of a field.
std::string field_text(const dead_letter::value& value) {
    return (value.kind == field_kind::custom ? "customProperties/" : "") + printable(value.name);
}

void print_whole(const kept_dead_letter& kept, const file_names& names,
                 const batch_outcome* answer) {
    const dead_letter& letter = kept.letter;
    print("{}  object {}\n", id_of(letter),
          letter.object_id.empty() ? "?" : one_line(letter.object_id, 1000));
    print("reason   {}: {}\n", one_line(letter.category, 200), one_line(letter.reason, 4000));
    print("died     {}\n", shown_time(kept.died));
    print("found    {}\n", answer_words(letter, answer));
    for (const dead_letter::origin& record : letter.records) {
        print("record   file {} ({}) line {}{}{}{}\n", record.file,
              printable(name_of(record.file, names)), record.line,
              record.offset ? fmt::format(", offset {}", *record.offset)
                            : fmt::format(", record {} of the file", record.ordinal + 1),
              record.count > 1 ? fmt::format(", {} records", record.count) : "",
              record.reference.empty() ? "" : ", reference " + one_line(record.reference, 1000));
    }
    print("content  {}\n", one_line(letter.content, letter.content.size() + 3));
    for (const dead_letter::value& value : letter.values)
        print("value    {}of {}, record {} of file {}\n",
              value.name.empty() ? "" : field_text(value) + " ",
              shown_time(wall_time(milliseconds(static_cast<std::int64_t>(value.key.as_of)))),
              value.key.ordinal + 1, value.key.number);
    if (const std::string course = letter_course(kept); !course.empty())
        print("since    {}\n", course);
    if (kept.is_open()) print("to do    {}\n", letter_advice(letter.category));
}

} // namespace

int run_dead_letters_show(const command_context& context, const dead_letter_arguments& arguments) {
    auto box = open_letters(context, dead_letter_box::access::look);
    if (!box) return complain(exit_failed, box.error().message);
    const auto names = load_file_names(context);
    if (!names) return complain(exit_failed, names.error().message);
    auto answers = answer_finder::open(context);
    if (!answers) return complain(exit_failed, answers.error().message);

    const std::string& id = arguments.ids.front();
    const wanted_letter wanted(id);
    const auto found = select_letters(
        *box, [&](const kept_dead_letter& kept) { return wanted.is(kept.letter); },
        letters_of::both);
    if (!found) return complain(exit_failed, found.error().message);
    bool first = true;
    auto done = each_letter(*box, found->rows, [&](const kept_dead_letter& kept) {
        const batch_outcome* const answer = answers->answer_to(kept.letter);
        if (context.json) {
            json_writer json;
            put_letter(json, kept, *names, answer);
            print_text(json.take() + '\n');
            return;
        }
        if (!std::exchange(first, false)) print("\n");
        print_whole(kept, *names, answer);
    });
    if (!done) return complain(exit_failed, done.error().message);
    if (!found->rows.empty()) return exit_done;
    return complain(exit_failed,
                    fmt::format("no dead letter is {}: write an id as `hubspool dead-letters list` "
                                "prints it (FILE:OFFSET), or an objectId; what was dropped is not "
                                "shown",
                                one_line(id, 200)));
}

} // namespace hubspool
