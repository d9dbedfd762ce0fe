#include "app/stop_signals.hpp"
#include "base/json_writer.hpp"
#include "cli/check/writer_check.hpp"
#include "cli/commands/commands.hpp"
#include "cli/printing.hpp"
#include "cli/state_owner.hpp"
#include "config/units.hpp"

#include <fmt/core.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace hubspool {

namespace {

using fault = producer_conduct::fault;

constexpr milliseconds patience_max = std::chrono::days(365);
constexpr std::size_t text_bytes_max = 1000;
constexpr std::size_t json_faults_max = 10'000; // of further ones the number is told

std::string_view level_of(const fault& one) {
    return one.is_harmless ? "warning" : "error";
}

std::string words_of(const failure& why) {
    return why.code == ENOENT ? why.message + ": DIR is a queue, with tmp/, new/ and bulk/ in it; "
                                              "any will do to try a producer"
                              : why.message;
}

void print_seen(const seen_writing& seen) {
    if (seen.files > 0)
        print("{} came, {} of them as they should\n", counted(seen.files, "file"),
              seen.files - std::min(seen.files, seen.faulty));
    if (seen.unfinished > 0)
        print("{} in tmp/, not renamed into new/ or bulk/ by now\n",
              counted(seen.unfinished, "file"));
    if (!seen.is_whole)
        print("more was written than could be watched, and faults may be missing: watch a single "
              "producer, or raise fs.inotify.max_queued_events\n");
    if (::geteuid() != 0)
        print("whether the service may read them was asked for this user; for the service itself "
              "when root watches\n");
    print("whether it syncs a file before the rename cannot be seen: `strace -f -e "
          "trace=fsync,fdatasync,rename,renameat2 PRODUCER` shows it\n");
}

} // namespace

int run_check_writer(const command_context& context, const check_arguments& arguments) {
    const auto patience = parse_duration(arguments.patience);
    if (!patience || *patience <= milliseconds(0) || *patience > patience_max)
        return complain(exit_usage, fmt::format("--for {}: write how long to watch, as 30s or 5m",
                                                arguments.patience));
    // What the service may not read is a fault of the producer.
    if (auto became = become_service_user(context.options); !became)
        return complain(exit_failed, became.error().message);
    auto watch = producer_watch::open(arguments.writer);
    if (!watch) return complain(exit_failed, words_of(watch.error()));
    const stop_signals signals(signals_of_a_waiting_command(), exit_stopped);
    if (!context.json)
        print("watching tmp/, new/ and bulk/ of {} for {}; Ctrl-C ends it\n", arguments.writer,
              duration_text(*patience));
    flush_printed();
    json_writer json;
    std::size_t faults = 0;
    json.begin_object().key("faults").begin_array();
    const auto seen = watch_producer(
        *watch, left_alone_names(context.options.queue.ignore), *patience, signals,
        [&](const fault& one) {
            if (!context.json) {
                // A name may hold what steers a terminal.
                print("{:<8} {}\n", level_of(one),
                      one_line(one.file + "  " + one.words, text_bytes_max));
                flush_printed();
            } else if (++faults <= json_faults_max) {
                json.begin_object().key("level").value(level_of(one)).key("file").value(one.file);
                json.key("words").value(one.words).end_object();
            }
        });
    if (!seen) return complain(exit_failed, seen.error().message);
    json.end_array().key("files").value(seen->files).key("faulty").value(seen->faulty);
    json.key("unfinished").value(seen->unfinished).key("whole").value(seen->is_whole).end_object();
    context.json ? print_json(json) : print_seen(*seen);
    if (seen->files == 0)
        return complain(exit_failed, "no file came into new/ or bulk/ meanwhile: let the producer "
                                     "write, or watch longer (--for 10m)");
    return seen->faulty > 0 ? exit_failed : exit_done;
}

} // namespace hubspool
