#include "base/json_writer.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/history.hpp"
#include "cli/printing.hpp"
#include "cli/terminal.hpp"
#include "core/records/object_id.hpp"
#include "core/words/printable.hpp"

#include <fmt/core.h>

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <map>

namespace hubspool {

namespace {

constexpr std::size_t groups_max = 50;
constexpr std::size_t examples_max = 3;
constexpr std::size_t reason_shown_max = 300;

struct letters {
    std::vector<dead_letter> all;
    file_names names;
};

result<letters> load(const command_context& context, const history_arguments& arguments) {
    // Letters first, names after: a file that is trimmed in between has no name, which is no harm.
    auto store = open_for_reading(context);
    if (!store) return store.error();
    auto all = (*store)->load_dead_letters(filter_of(arguments));
    if (!all) return all.error();
    auto names = load_file_names(**store);
    if (!names) return names.error();
    return letters{std::move(*all), std::move(*names)};
}

std::string id_of(const dead_letter& letter) {
    return fmt::format("{}:{}", letter.at.file, letter.at.place);
}

std::string name_of(std::uint64_t file, const file_names& names) {
    const auto found = names.find(file);
    return found == names.end() ? std::string() : found->second;
}

std::uint64_t records_of(const dead_letter& letter) {
    std::uint64_t records = 0;
    // A range counts as many as it names.
    for (const dead_letter::origin& record : letter.records) records += record.count;
    return records;
}

void put(json_writer& json, const dead_letter& letter, const file_names& names) {
    json.begin_object().key("id").value(id_of(letter)).key("object_id").value(letter.object_id);
    json.key("category").value(letter.category).key("reason").value(letter.reason);
    json.key("batch").value(letter.batch).key("content").value(letter.content);
    json.key("records").begin_array();
    // Keys that are not known are left out instead of being 0.
    for (const dead_letter::origin& record : letter.records) {
        json.begin_object().key("file").value(record.file);
        json.key("name").value(name_of(record.file, names));
        json.key("line").value(record.line);
        if (record.offset) json.key("offset").value(*record.offset);
        json.key("size").value(record.size).key("ordinal").value(record.ordinal);
        json.key("count").value(record.count).key("reference").value(record.reference);
        json.end_object();
    }
    json.end_array().end_object();
}

void print_json(const std::vector<const dead_letter*>& chosen, const file_names& names) {
    json_writer json;
    json.begin_array();
    for (const dead_letter* const letter : chosen) put(json, *letter, names);
    json.end_array();
    print_json(json);
}

struct group {
    std::uint64_t records = 0;
    std::vector<const dead_letter*> letters;
};

void print_group(const std::string& reason, const group& found, const file_names& names) {
    print("{}  {}\n", counted(found.records, "record"), reason);
    for (std::size_t i = 0; i < std::min(found.letters.size(), examples_max); ++i) {
        const dead_letter& letter = *found.letters[i];
        // The newest record stands last.
        const std::uint64_t at_line = letter.records.empty() ? 0 : letter.records.back().line;
        const std::string line =
            fmt::format("    {}  object {}  {} line {}", id_of(letter),
                        letter.object_id.empty() ? "?" : one_line(letter.object_id, 100),
                        printable(name_of(letter.at.file, names)), at_line);
        const auto width = terminal_width(STDOUT_FILENO);
        print("{}\n", width ? cut_to_width(line, *width) : line);
    }
    if (found.letters.size() > examples_max)
        print("    and {} more\n", found.letters.size() - examples_max);
}

void print_groups(const letters& loaded) {
    std::map<std::string, group> groups;
    for (const dead_letter& letter : loaded.all) {
        // Alike in category and words: the details differ, the cause is one.
        group& found = groups[one_line(letter.category + ": " + letter.reason, reason_shown_max)];
        found.records += records_of(letter);
        found.letters.push_back(&letter);
    }
    // The largest group first: there the most is to be won.
    std::vector<std::pair<std::string, group>> sorted(groups.begin(), groups.end());
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
        return a.second.records > b.second.records;
    });
    for (std::size_t i = 0; i < std::min(sorted.size(), groups_max); ++i)
        print_group(sorted[i].first, sorted[i].second, loaded.names);
    if (sorted.size() > groups_max)
        print("and {} more reasons; --json prints all\n", sorted.size() - groups_max);
    print("`hubspool dead-letters show FILE:OFFSET` prints one with its content\n");
}

void print_whole(const dead_letter& letter, const file_names& names) {
    print("{}  object {}\n", id_of(letter),
          letter.object_id.empty() ? "?" : one_line(letter.object_id, 1000));
    print("reason   {}: {}\n", one_line(letter.category, 200), one_line(letter.reason, 4000));
    print("found    {}\n", letter.batch == 0
                               ? std::string("while reading")
                               : fmt::format("in the answer to batch {}", letter.batch));
    for (const dead_letter::origin& record : letter.records) {
        print("record   file {} ({}) line {}{}{}{}\n", record.file,
              printable(name_of(record.file, names)), record.line,
              record.offset ? fmt::format(", offset {}", *record.offset)
                            : fmt::format(", record {} of the file", record.ordinal + 1),
              record.count > 1 ? fmt::format(", {} records", record.count) : "",
              record.reference.empty() ? "" : ", reference " + one_line(record.reference, 1000));
    }
    print("content  {}\n", one_line(letter.content, letter.content.size() + 3));
}

// What show is asked for.
class wanted_letter {
public:
    explicit wanted_letter(const std::string& id) : object_(canonical_object_id(id)) {
        // FILE:OFFSET, or else an objectId; both are tried.
        const char* const end = id.data() + id.size();
        const auto [colon, ec] = std::from_chars(id.data(), end, file_);
        if (ec != std::errc() || colon == end || *colon != ':') return;
        const auto [stop, ec2] = std::from_chars(colon + 1, end, offset_);
        is_place_ = ec2 == std::errc() && stop == end;
    }
    bool is(const dead_letter& letter) const {
        // Canonical, so that 00123 finds 123.
        if (letter.object_id == object_ && !object_.empty()) return true;
        if (!is_place_) return false;
        if (letter.at.file == file_ && letter.at.place == offset_) return true;
        // Of a merged change any of its records may be meant.
        return std::any_of(letter.records.begin(), letter.records.end(),
                           [this](const auto& record) {
                               return record.file == file_ && record.offset == offset_;
                           });
    }

private:
    std::string object_;
    std::uint64_t file_ = 0, offset_ = 0;
    bool is_place_ = false;
};

} // namespace

int run_dead_letters_list(const command_context& context, const dead_letter_arguments& arguments) {
    const auto loaded = load(context, arguments.history);
    if (!loaded) return complain(exit_failed, loaded.error().message);
    if (context.json) {
        std::vector<const dead_letter*> all;
        for (const dead_letter& letter : loaded->all) all.push_back(&letter);
        print_json(all, loaded->names);
    } else if (loaded->all.empty()) {
        print("no dead letters\n");
    } else {
        print_groups(*loaded);
    }
    // Said beside the output, so that JSON stays JSON.
    if (loaded->all.size() == arguments.history.rows_max)
        complain(
            exit_done,
            fmt::format("only the newest {} dead letters were looked at; -n ROWS looks at more",
                        arguments.history.rows_max));
    return exit_done;
}

int run_dead_letters_show(const command_context& context, const dead_letter_arguments& arguments) {
    const auto loaded = load(context, arguments.history);
    if (!loaded) return complain(exit_failed, loaded.error().message);
    const wanted_letter wanted(arguments.id);
    std::vector<const dead_letter*> found;
    for (const dead_letter& letter : loaded->all) {
        if (wanted.is(letter)) found.push_back(&letter);
    }
    if (found.empty())
        return complain(exit_failed,
                        fmt::format("no dead letter is {}: write FILE:OFFSET as `hubspool "
                                    "dead-letters list` prints it, or an objectId",
                                    one_line(arguments.id, 200)));
    if (context.json) {
        print_json(found, loaded->names);
        return exit_done;
    }
    for (const dead_letter* const letter : found) {
        if (letter != found.front()) print("\n");
        print_whole(*letter, loaded->names);
    }
    return exit_done;
}

} // namespace hubspool
