#include "cli/explain/explain_command.hpp"

#include "base/json_writer.hpp"
#include "cli/explain/reason_table.hpp"
#include "cli/printing.hpp"
#include "cli/terminal.hpp"
#include "core/words/printable.hpp"

#include <fmt/core.h>

#include <vector>

namespace hubspool {

namespace {

using entries = std::vector<const reason_entry*>;

// A code may be of two kinds.
entries entries_of(const std::string& code) {
    entries found;
    for (const reason_entry& entry : reason_table())
        if (code.empty() || is_of(entry, code)) found.push_back(&entry);
    return found;
}

std::string paragraph(std::string_view text) {
    return "  " + folded(text, 2, 2);
}

void print_entries(const entries& found) {
    for (const reason_entry* entry : found) {
        print("{} ({})\n", entry->code, to_string(entry->kind));
        print_text(paragraph(entry->meaning));
        if (!entry->remedy.empty()) print_text(paragraph(fmt::format("To do: {}", entry->remedy)));
    }
}

void print_codes(const entries& all) {
    std::string_view kind;
    for (const reason_entry* entry : all) {
        if (to_string(entry->kind) != kind) print("{}\n", kind = to_string(entry->kind));
        print("  {:<17} {}\n", entry->code, one_line(entry->meaning, 60));
    }
}

void print_entries_json(const entries& found) {
    json_writer json;
    json.begin_array();
    for (const reason_entry* entry : found) {
        json.begin_object().key("kind").value(to_string(entry->kind));
        json.key("code").value(entry->code).key("meaning").value(entry->meaning).key("remedy");
        entry->remedy.empty() ? json.null() : json.value(entry->remedy);
        json.end_object();
    }
    json.end_array();
    print_json(json);
}

} // namespace

int run_explain(const command_context& context, const std::string& code) {
    const entries found = entries_of(code);
    if (found.empty())
        return complain(
            exit_failed,
            fmt::format("{}: hubspool gives no such reason; `hubspool explain` lists them. Another "
                        "category of a dead letter is HubSpot's own: its words stand beside it",
                        printable(code)));
    if (context.json)
        print_entries_json(found);
    else if (code.empty())
        print_codes(found);
    else
        print_entries(found);
    return exit_done;
}

} // namespace hubspool
