#include "base/clocks.hpp"
#include "base/json_writer.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/history.hpp"
#include "cli/printing.hpp"
#include "cli/queue_files.hpp"
#include "cli/terminal.hpp"
#include "config/units.hpp"
#include "core/words/printable.hpp"

#include <fmt/core.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace hubspool {

namespace {

constexpr std::size_t trouble_shown_max = 120;

// Null tells what is not known from 0.
void put(json_writer& json, const queue_file& file) {
    const file_row& row = file.row;
    json.begin_object().key("number").value(row.number).key("name").value(row.name);
    json.key("lane").value(lane_name(row.lane)).key("place").value(to_string(file.place));
    json.key("size").value(row.size);
    json.key("records_in").value_or_null(row.records_in);
    json.key("delivered")
        .value(row.counts.delivered)
        .key("superseded")
        .value(row.counts.superseded);
    json.key("dead_lettered").value(row.counts.dead);
    json.key("pending").value_or_null(file.pending());
    json.key("overtaken").value(row.counts.overtaken);
    json.key("unchanged").value(row.counts.unchanged);
    json.key("balanced").value(file.balanced());
    // Without a row nobody has looked into it yet.
    json.key("claimed").value_or_null(file.known ? std::optional(iso_time(row.claimed))
                                                 : std::nullopt);
    json.key("settled").value_or_null(iso_time(row.settled));
    json.key("keep_because").value_or_null(row.keep_because);
    json.key("remark").value(row.remark);
    json.end_object();
}

std::vector<std::string> row_of(const queue_file& file) {
    const file_row& row = file.row;
    const auto pending = file.pending();
    std::string remark =
        row.keep_because ? one_line(*row.keep_because, trouble_shown_max) : std::string();
    if (row.counts.overtaken > 0)
        remark += fmt::format("{}{} superseded by what was delivered before",
                              remark.empty() ? "" : "; ", row.counts.overtaken);
    if (row.counts.unchanged > 0)
        remark += fmt::format("{}{} unchanged", remark.empty() ? "" : "; ", row.counts.unchanged);
    if (!row.remark.empty()) remark += (remark.empty() ? "" : "; ") + row.remark;
    // The most important remark comes first.
    if (!file.balanced())
        remark = "the books do not balance" + (remark.empty() ? "" : "; " + remark);
    return {std::to_string(row.number),
            std::string(lane_name(row.lane)),
            std::string(to_string(file.place)),
            size_text(row.size),
            row.records_in ? std::to_string(*row.records_in) : "-",
            std::to_string(row.counts.delivered),
            std::to_string(row.counts.superseded),
            std::to_string(row.counts.dead),
            pending ? std::to_string(*pending) : "-",
            row.settled ? shown_time(*row.settled) : "-",
            printable(row.name),
            remark};
}

bool is_wanted(const queue_file& file, const history_arguments& arguments) {
    // Files that are not settled are always told: they are what somebody waits for.
    if (arguments.since && file.row.settled && *file.row.settled < *arguments.since) return false;
    if (!arguments.failed_only) return true;
    return file.row.counts.dead > 0 || file.place == file_place::rejected || !file.balanced();
}

// What waits to be claimed and cannot be, after the files that have a number.
void put_blocked(json_writer& json, const skipped_name& name) {
    const std::size_t slash = name.path.find('/');
    json.begin_object().key("number").null().key("name");
    json.value(name.path.substr(slash + 1)).key("place");
    json.value(name.path.substr(0, slash)).key("blocked_because").value(name.why);
    json.end_object();
}

void print_blocked(const queue_backlog& arrivals) {
    for (const skipped_name& name : arrivals.blocked)
        print("blocked  {}: {}\n", name.path, name.why);
    if (arrivals.blocked_files > arrivals.blocked.size())
        print("and {} more that hubspool may not take\n",
              arrivals.blocked_files - arrivals.blocked.size());
}

struct all_files {
    std::vector<queue_file> numbered;
    queue_backlog arrivals;
};

result<all_files> load(const command_context& context) {
    auto store = open_for_reading(context);
    // Before the first start there is no state, but there may be files.
    std::vector<file_row> rows;
    if (store) {
        auto loaded = (*store)->load_files(0);
        if (!loaded) return loaded.error();
        rows = std::move(*loaded);
    } else if (store.error().code != ENOENT) {
        return store.error();
    }
    auto queue = look_into_queue(context.options.queue);
    if (!queue) return queue.error();
    // cur/ and rows do not agree at every moment; both are told.
    auto numbered = merge_files(**queue, std::move(rows));
    if (!numbered) return numbered.error();
    auto arrivals = (*queue)->waiting();
    if (!arrivals) return arrivals.error();
    return all_files{std::move(*numbered), std::move(*arrivals)};
}

} // namespace

int run_files(const command_context& context, const history_arguments& arguments) {
    auto loaded = load(context);
    if (!loaded) return complain(exit_failed, loaded.error().message);
    std::vector<queue_file>* const files = &loaded->numbered;
    std::erase_if(*files, [&](const queue_file& file) { return !is_wanted(file, arguments); });
    // The newest at the end, so the oldest give way.
    const std::size_t older = files->size() - std::min(files->size(), arguments.rows_max);
    files->erase(files->begin(), files->begin() + static_cast<std::ptrdiff_t>(older));

    if (context.json) {
        json_writer json;
        json.begin_array();
        for (const queue_file& file : *files) put(json, file);
        for (const skipped_name& name : loaded->arrivals.blocked) put_blocked(json, name);
        json.end_array();
        print_json(json);
        return exit_done;
    }
    if (files->empty()) {
        if (loaded->arrivals.blocked.empty()) print("no files\n");
        print_blocked(loaded->arrivals);
        return exit_done;
    }
    text_table table({">number", "+lane", "place", ">size", ">records", ">delivered", ">superseded",
                      ">dead", ">pending", "+settled", "+name", "+remark"});
    for (const queue_file& file : *files) table.add(row_of(file));
    print_text(table.text(terminal_width(STDOUT_FILENO)));
    if (older > 0)
        print("{} not shown; -n ROWS shows more\n",
              older == 1 ? "1 older one is" : fmt::format("{} older ones are", older));
    print_blocked(loaded->arrivals);
    return exit_done;
}

} // namespace hubspool
