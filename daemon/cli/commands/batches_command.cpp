#include "base/clocks.hpp"
#include "base/json_writer.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/history.hpp"
#include "cli/printing.hpp"
#include "cli/terminal.hpp"

#include <fmt/core.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <set>
#include <thread>

namespace hubspool {

namespace {

constexpr std::chrono::seconds follow_every{1};
constexpr std::size_t batch_words_max = 120;
// Outcomes are recorded in the order of the answers: a slow one comes behind batches with higher
// numbers, but not behind more than can be on the wire and waiting for a commit.
constexpr std::uint64_t late_most = 1024;

// The fields of a batch's log line.
void put(json_writer& json, const batch_outcome& o) {
    json.begin_object();
    json.key("finished").value(iso_time(o.finished));
    json.key("batch").value(o.batch).key("attempt").value(o.attempt);
    json.key("lane").value(lane_name(o.lane)).key("probe").value(o.probe);
    json.key("inputs").value(o.inputs).key("delivered").value(o.delivered);
    json.key("retried").value(o.retried).key("dead_lettered").value(o.dead_lettered);
    json.key("http_status").value(o.http_status).key("status").value(o.status);
    json.key("duration_ms").value(o.duration_ms).key("queue_wait_ms").value(o.queue_wait_ms);
    json.key("correlation_id").value(o.correlation_id);
    json.key("reason").value(o.reason).key("words").value(o.words);
    json.end_object();
}

std::vector<std::string> row_of(const batch_outcome& o) {
    std::string why;
    // Why, only where not all was delivered.
    if (o.delivered < o.inputs)
        why = one_line(o.words.empty() ? o.reason : o.words, batch_words_max);
    return {shown_time(o.finished),
            fmt::format("{}{}", o.batch, o.probe ? "p" : ""),
            std::string(lane_name(o.lane)),
            std::to_string(o.attempt),
            std::to_string(o.inputs),
            std::to_string(o.delivered),
            std::to_string(o.retried),
            std::to_string(o.dead_lettered),
            o.http_status == 0 ? "-" : std::to_string(o.http_status),
            fmt::format("{} ms", o.duration_ms),
            std::move(why)};
}

void print_table(const std::vector<batch_outcome>& outcomes) {
    text_table table({"+finished", ">batch", "lane", ">attempt", ">inputs", ">delivered",
                      ">retried", ">dead", ">http", ">took", "+why not all"});
    for (const batch_outcome& outcome : outcomes) table.add(row_of(outcome));
    print_text(table.text(terminal_width(STDOUT_FILENO)));
}

// Scripts get one array; people get a table.
void print_array(const std::vector<batch_outcome>& outcomes) {
    json_writer json;
    json.begin_array();
    for (const batch_outcome& outcome : outcomes) put(json, outcome);
    json.end_array();
    print_json(json);
}

void print_followed(const command_context& context, const batch_outcome& o) {
    if (context.json) {
        json_writer json;
        put(json, o);
        print_json(json);
        return;
    }
    const std::vector<std::string> row = row_of(o);
    print("{}  batch {}  {}  {} inputs, {} delivered, {} retried, {} dead  http {}  {}  {}\n",
          row[0], row[1], row[2], row[4], row[5], row[6], row[7], row[8], row[9], row[10]);
}

// Prints what comes, one line a batch, until it is interrupted.
int follow(const command_context& context, const history_arguments& arguments, history& store) {
    history_filter filter = filter_of(arguments);
    std::set<std::uint64_t> printed; // the newest ones
    while (true) {
        const auto outcomes = store.load_batches(filter);
        // EBUSY passes: the daemon is in a commit.
        if (!outcomes && outcomes.error().code != EBUSY)
            return complain(exit_failed, outcomes.error().message);
        if (outcomes) {
            for (const batch_outcome& outcome : *outcomes) {
                if (printed.insert(outcome.batch).second) print_followed(context, outcome);
            }
            // As many are remembered as a late outcome may lie behind, twice over.
            while (printed.size() > 2 * late_most) printed.erase(printed.begin());
            const std::uint64_t newest = printed.empty() ? 0 : *printed.rbegin();
            // Asked from so far behind the newest, since a slow answer comes with a lower number.
            if (newest > 0) {
                filter.after_batch = newest > late_most ? newest - late_most : 0;
                filter.after_batch = std::max(*filter.after_batch, *printed.begin() - 1);
                filter.rows_max = std::max<std::size_t>(arguments.rows_max, 16 * late_most);
            }
        }
        if (flush_printed() != 0) return exit_failed; // the reader has gone, or the disk is full
        std::this_thread::sleep_for(follow_every);
    }
}

} // namespace

int run_batches(const command_context& context, const history_arguments& arguments) {
    auto store = open_for_reading(context);
    if (!store) return complain(exit_failed, store.error().message);
    if (arguments.follow) return follow(context, arguments, **store);
    const auto outcomes = (*store)->load_batches(filter_of(arguments));
    if (!outcomes) return complain(exit_failed, outcomes.error().message);
    if (context.json) {
        print_array(*outcomes);
    } else if (outcomes->empty()) {
        print("no {}batches{}\n", arguments.failed_only ? "failed " : "",
              arguments.since ? " since " + shown_time(*arguments.since) : "");
    } else {
        print_table(*outcomes);
        // Full to the last row: there may be more.
        if (outcomes->size() == arguments.rows_max)
            print("the newest {} are shown; -n ROWS shows more\n", arguments.rows_max);
    }
    return exit_done;
}

} // namespace hubspool
