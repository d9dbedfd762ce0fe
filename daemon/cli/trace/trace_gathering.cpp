#include "cli/trace/trace_gathering.hpp"

#include "app/options.hpp"
#include "base/clocks.hpp"
#include "base/log.hpp"
#include "cli/commands/history.hpp"
#include "cli/printing.hpp"
#include "cli/queue_files.hpp"
#include "config/units.hpp"

#include <fmt/core.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <set>

namespace hubspool {

namespace {

// A step takes some milliseconds. Read from old to new, as the disk likes it, and the steps
// themselves from new to old; so no step holds up the daemon's log of changes either.
constexpr std::uint64_t rows_a_step = 5000;
constexpr std::size_t read_at_once_bytes = 1U << 20;
// What reading files may cost: some ten seconds. What lies beyond is told.
constexpr std::uint64_t bytes_searched_max = 4ULL << 30;
constexpr milliseconds quiet_at_first{1000}, show_every{200};

} // namespace

trace_gathering::trace_gathering(const command_context& context, std::function<bool()> interrupted,
                                 batch_history history, dead_letter_box box,
                                 std::unique_ptr<queue_survey> queue)
    : context_(&context), interrupted_(std::move(interrupted)), history_(std::move(history)),
      box_(std::move(box)), queue_(std::move(queue)), began_(boot_now()), shown_(began_) {
}

result<trace_gathering> trace_gathering::open(const command_context& context,
                                              std::function<bool()> interrupted) {
    // Becomes the state's owner.
    if (auto store = open_for_reading(context); !store) return store.error();
    auto history = batch_history::open(context.options.state.directory);
    if (!history) return history.error();
    auto box =
        dead_letter_box::open(context.options.state.directory, dead_letter_box::access::look);
    if (!box) return box.error();
    auto queue = look_into_queue(context.options.queue);
    if (!queue) return queue.error();
    return trace_gathering(context, std::move(interrupted), std::move(*history), std::move(*box),
                           std::move(*queue));
}

result<object_trace> trace_gathering::gather(const trace_arguments& arguments) {
    object_trace trace;
    trace.object_id = arguments.object_id;
    // Batches before the files: what is settled meanwhile is asked for at the end.
    if (auto done = gather_batches(trace, arguments); !done) return done.error();
    if (auto done = gather_letters(trace, arguments); !done) return done.error();
    if (auto done = list_files(trace); !done) return done.error();
    if (auto done = search_files(trace); !done) return done.error();
    settle_records(trace);
    if (auto done = ask_history(trace); !done) return done.error();
    log::show_progress("");
    // Of what was settled before the time that is asked for, only the letters have one.
    if (arguments.since || trace.back_to) {
        std::erase_if(trace.records, [](const traced_record& record) {
            return record.end == record_end::settled;
        });
    }
    if (!arguments.field.empty()) keep_field(trace, arguments.field);
    trace.interrupted = ended_;
    return trace;
}

result<void> trace_gathering::gather_batches(object_trace& trace,
                                             const trace_arguments& arguments) {
    const auto all = history_.recorded(arguments.since);
    if (!all) return all.error();
    std::vector<traced_batch> newest_first;
    std::uint64_t last = all->last;
    while (last >= all->first && newest_first.size() < arguments.rows_max && !shall_end()) {
        const std::uint64_t first = last - std::min(last - all->first, rows_a_step - 1);
        std::vector<traced_batch> step;
        auto visited =
            history_.visit_of(trace.object_id, {first, last}, [&](const batch_outcome& outcome) {
                step.push_back(traced(outcome, trace.object_id));
            });
        if (!visited) return visited;
        std::move(step.rbegin(), step.rend(), std::back_inserter(newest_first));
        last = first - 1;
        show([&] {
            return fmt::format("{} of {} batches searched, {} found", all->last - last,
                               all->last - all->first + 1, newest_first.size());
        });
    }
    const bool cut = newest_first.size() > arguments.rows_max;
    if (cut) newest_first.resize(arguments.rows_max);
    if ((cut || last >= all->first) && !newest_first.empty())
        trace.back_to = newest_first.back().outcome.finished;
    std::move(newest_first.rbegin(), newest_first.rend(), std::back_inserter(trace.batches));
    return {};
}

result<void> trace_gathering::gather_letters(object_trace& trace,
                                             const trace_arguments& arguments) {
    auto visited = box_.visit([&](const kept_dead_letter& kept) {
        if (kept.letter.object_id == trace.object_id &&
            (!arguments.since || kept.died >= *arguments.since))
            trace.letters.push_back(kept);
        return !shall_end();
    });
    std::reverse(trace.letters.begin(), trace.letters.end());
    return visited;
}

// Those that batches and letters name, and what is in cur/.
result<void> trace_gathering::list_files(object_trace& trace) {
    for (const traced_batch& batch : trace.batches) {
        for (const settled_record& record : batch.outcome.records) trace.files[record.file];
    }
    for (const kept_dead_letter& kept : trace.letters) {
        for (const dead_letter::origin& record : kept.letter.records) trace.files[record.file];
    }
    auto visited = each_claimed(*queue_, [&](const claimed_file& claimed) {
        traced_file& file = trace.files[claimed.number];
        file.lane = claimed.lane;
        file.name = claimed.name;
        file.path = "cur/";
        file.size = claimed.size;
        file.order = claimed.order;
    });
    if (!visited) return visited;
    auto store = open_for_reading(*context_);
    if (!store) return store.error();
    // Of a long history only what may be named: producers may have made a million files.
    auto rows = (*store)->load_files(trace.files.empty() ? UINT64_MAX : trace.files.begin()->first);
    if (!rows) return rows.error();
    for (file_row& row : *rows) {
        const auto known = trace.files.find(row.number);
        if (known == trace.files.end()) continue;
        known->second.lane = row.lane;
        known->second.name = row.name;
        known->second.size = row.size;
        known->second.order = hubspool::file_of(row).order;
        known->second.row = std::move(row);
    }
    const auto waiting = queue_->waiting();
    if (!waiting) return waiting.error();
    trace.unclaimed_files = waiting->files;
    return {};
}

result<void> trace_gathering::search_files(object_trace& trace) {
    // The newest first: they are the ones that somebody asks for.
    for (auto at = trace.files.rbegin(); at != trace.files.rend(); ++at) {
        auto& [number, file] = *at;
        auto kept = queue_->open_kept({number, file.lane, file.name, file.size, file.order},
                                      file.row ? file.row->settled : std::nullopt);
        if (!kept) return kept.error();
        file.path = *kept ? (*kept)->path : std::string();
        if (!*kept || bytes_searched_ + (*kept)->size > bytes_searched_max || shall_end()) continue;
        if (auto done = search(trace, number, file, std::move(**kept)); !done) return done;
    }
    std::stable_sort(trace.records.begin(), trace.records.end(),
                     [](const auto& a, const auto& b) { return a.file < b.file; });
    return {};
}

result<void> trace_gathering::search(object_trace& trace, std::uint64_t number, traced_file& file,
                                     kept_file kept) {
    record_search search(context_->options, trace.object_id, file.name,
                         file.row ? file.row->watermark.dialect : table_dialect{});
    text_feed feed(make_unpack_limits(context_->options));
    const auto look_at = [&](std::string_view text) {
        bytes_searched_ += text.size();
        search.take(text);
    };
    std::string chunk(read_at_once_bytes, '\0');
    while (!shall_end()) {
        const ssize_t size = ::read(kept.descriptor.get(), chunk.data(), chunk.size());
        if (size < 0 && errno == EINTR) continue;
        if (size < 0)
            return failure{fmt::format("{} cannot be read: {}", kept.path, std::strerror(errno)),
                           errno};
        if (size == 0) feed.end(look_at);
        // What stands behind damage was not read by the daemon either.
        if (size == 0 || !feed.fault().empty()) {
            search.end(feed.fault().empty() ? text_end::whole : text_end::cut);
            file.searched = true;
            break;
        }
        feed.take({chunk.data(), static_cast<std::size_t>(size)}, look_at);
        // A compressed file may hold more than its size told.
        if (bytes_searched_ > bytes_searched_max && feed.form().packed != packing::none) break;
        show([&] { return fmt::format("{} of files searched", size_text(bytes_searched_)); });
    }
    for (const found_record& found : search.found())
        trace.records.push_back({number, found, record_end::pending, {}});
    return {};
}

// Settled out of order, or just now, or by a batch that was not looked at.
result<void> trace_gathering::ask_history(object_trace& trace) {
    auto pending = pending_of(trace);
    if (pending.empty()) return {};
    return history_.visit_settled(pending.begin()->first.first, [&](const settled_record& record) {
        const auto known = pending.find({record.file, record.ordinal});
        if (known != pending.end()) known->second->end = record_end::settled;
    });
}

bool trace_gathering::shall_end() {
    return ended_ = ended_ || interrupted_();
}

void trace_gathering::show(const std::function<std::string()>& words) {
    const boot_time now = boot_now();
    if (::isatty(STDERR_FILENO) != 1 || now < began_ + quiet_at_first || now < shown_ + show_every)
        return;
    shown_ = now;
    log::show_progress(words());
}

} // namespace hubspool
