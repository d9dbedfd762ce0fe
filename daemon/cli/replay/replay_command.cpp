#include "base/clocks.hpp"
#include "base/json_writer.hpp"
#include "cli/commands/commands.hpp"
#include "cli/letters/letter_choice.hpp"
#include "cli/live_daemon.hpp"
#include "cli/printing.hpp"
#include "cli/replay/replay_plan.hpp"
#include "cli/replay/replay_words.hpp"
#include "cli/replay/staging_place.hpp"
#include "core/words/claim_stamp.hpp"
#include "core/words/named_as_of.hpp"
#include "spool/queue_names.hpp"
#include "state/replay/replay_jobs.hpp"

#include <fmt/core.h>

#include <unistd.h>

#include <charconv>
#include <cmath>
#include <optional>

namespace hubspool {

namespace {

// Why nothing may be chosen by these words; empty: it may.
std::string_view wrong_choice(const replay_arguments& arguments) {
    const bool by_name = !arguments.files.empty();
    const bool by_time = arguments.since || arguments.until;
    if (by_name && by_time) return "replay takes files or a time: one of these";
    if (!by_name && !by_time) return "replay what? Name files in done/, or say --since and --until";
    if (!by_name && !arguments.since) return "replay --until needs a --since: nothing means all";
    if (arguments.since && arguments.until && *arguments.until < *arguments.since)
        return "--until lies before --since";
    if (!arguments.execute && !arguments.reason.empty())
        return "--reason goes with --execute: a plan alone is not kept";
    return {};
}

// What was chosen, as it stands in the job.
std::string chosen_text(const replay_arguments& arguments) {
    std::string text;
    for (const std::string& name : arguments.files) text += name + ' ';
    if (arguments.since) text += "since " + shown_time(*arguments.since) + ' ';
    if (arguments.until) text += "until " + shown_time(*arguments.until) + ' ';
    if (arguments.only) text += fmt::format("lane {} ", lane_name(*arguments.only));
    for (const std::string& id : arguments.object_ids) text += "object " + id + ' ';
    if (arguments.failed_only) text += "failed only ";
    if (arguments.as_newest) text += "as newest ";
    text.pop_back();
    return one_line(text, 1000);
}

// Requests in a window; 0: no limit. Nothing: the text is none.
std::optional<std::uint32_t> requests_of(const command_context& context, std::string_view text) {
    if (text.empty()) return 0;
    const bool is_share = text.ends_with('%');
    if (is_share) text.remove_suffix(1);
    std::uint32_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stopped != end || number == 0) return std::nullopt;
    if (!is_share) return number;
    if (number > 100) return std::nullopt;
    const auto limit = static_cast<double>(present_limit(context.options));
    return std::max(1U, static_cast<std::uint32_t>(std::floor(limit * number / 100)));
}

// Of a whole file: what it carries once more, and the name that it had first.
std::string name_of_whole(const done_file& found, std::uint64_t id, std::size_t place) {
    const claimed_file& file = found.file;
    const file_base base = file.order.base.value_or(file_base{file.order.stamp, file.number});
    const auto named = find_base(file.name);
    std::string_view first = named && file.order.base ? named->rest : std::string_view(file.name);
    // Behind the base of a replay stands which one it was.
    if (file.order.base) first.remove_prefix(std::min(first.find('.') + 1, first.size()));
    return cut_producer_name(fmt::format("{}{}-{}.{}", format_base(base), id, place + 1, first));
}

class replaying {
public:
    replaying(const command_context& context, const replay_arguments& arguments,
              std::uint32_t requests_max)
        : context_(context), arguments_(arguments), requests_max_(requests_max) {}

    int run();

private:
    result<bool> plan();
    int execute();
    std::vector<replay_file> whole_files() const;
    result<std::uint64_t> begin();
    bool is_agreed() const;
    void tell_plan();
    void tell_begun(std::uint64_t id);

    const command_context& context_;
    const replay_arguments& arguments_;
    std::uint32_t requests_max_;
    replay_choice choice_;
    replay_plan plan_;
    std::optional<staging_place> place_;
    std::optional<staged_records> staged_;
};

// False: nothing is chosen.
result<bool> replaying::plan() {
    auto chosen = choose_files(context_, arguments_);
    if (!chosen) return chosen.error();
    choice_ = std::move(*chosen);
    if (arguments_.execute) {
        auto jobs = replay_jobs::open(context_.options.state.directory, replay_jobs::access::look);
        if (!jobs) return jobs.error();
        // Told before all is read; add() asks once more.
        if (auto room = jobs->has_room(); !room) return room.error();
    }
    const auto records = choose_records(context_, arguments_, choice_);
    if (!records) return records.error();
    // Else the files themselves are copied when their turn comes.
    if (arguments_.execute && (!records->is_all() || arguments_.as_newest)) {
        auto place = staging_place::take(context_.options.state.directory);
        if (!place) return place.error();
        place_.emplace(std::move(*place));
        staged_.emplace(context_.options.state.directory, place_->name(), arguments_.as_newest);
    }
    auto made = make_plan(context_, choice_, *records, arguments_.as_newest, requests_max_,
                          staged_ ? &*staged_ : nullptr);
    if (!made) return made.error();
    plan_ = *made;
    return !plan_.is_empty();
}

int replaying::run() {
    const auto planned = plan();
    if (!planned) return complain(exit_failed, planned.error().message + "; nothing was done");
    if (!*planned && choice_.files.empty() && !choice_.left_out.empty()) {
        const auto& [path, why] = choice_.left_out.front();
        return complain(exit_failed, fmt::format("none of {} that were chosen can be replayed; "
                                                 "{}: {}; nothing was done",
                                                 counted(choice_.left_out.size(), "file"),
                                                 one_line(path, 300), why));
    }
    if (!*planned)
        return complain(exit_failed, choice_.files.empty()
                                         ? "no settled file is like that; nothing was done"
                                         : "no record of the chosen files is like that; nothing "
                                           "was done");
    if (!context_.json) tell_plan();
    if (arguments_.execute) return execute();
    if (!context_.json) {
        print("nothing was done; --execute does it\n");
        return exit_done;
    }
    json_writer json;
    json.begin_object().key("executed").value(false);
    put_plan(json, choice_, plan_);
    json.end_object();
    print_json(json);
    return exit_done;
}

void replaying::tell_plan() {
    print_text(plan_text(choice_, plan_, arguments_.as_newest, context_.options.rate_limit.window));
    (void)flush_printed();
}

bool replaying::is_agreed() const {
    return hubspool::is_agreed(fmt::format("send {} over whatever is newer in HubSpot?",
                                           counted(plan_.records, "record")));
}

int replaying::execute() {
    if (choice_.files.size() > replay_jobs::files_max)
        return complain(exit_failed, fmt::format("{} files are more than one replay may have, {}: "
                                                 "choose a shorter time; nothing was done",
                                                 choice_.files.size(), replay_jobs::files_max));
    if (arguments_.as_newest && !arguments_.yes) {
        if (::isatty(STDIN_FILENO) != 1)
            return complain(exit_usage, "--as-newest sends older values over newer ones, and "
                                        "nobody is there to be asked: --yes does it without "
                                        "asking; nothing was done");
        if (!is_agreed()) return complain(exit_failed, "nothing was done");
    }
    const auto id = begin();
    if (!id) return complain(exit_failed, id.error().message + "; nothing was done");
    tell_begun(*id);
    return exit_done;
}

std::vector<replay_file> replaying::whole_files() const {
    std::vector<replay_file> files;
    files.reserve(choice_.files.size());
    for (const done_file& found : choice_.files)
        files.push_back({found.path, false, {}, found.file.size, found.mtime_ns});
    return files;
}

result<std::uint64_t> replaying::begin() {
    std::vector<replay_file> files = staged_ ? std::vector<replay_file>() : whole_files();
    if (staged_) {
        auto written = staged_->finish();
        if (!written) return written.error();
        files = std::move(*written);
    }
    replay_job job;
    job.created = wall_now();
    job.reason = arguments_.reason;
    job.chosen = chosen_text(arguments_);
    job.files = files.size();
    for (const replay_file& file : files) job.bytes += file.size;
    job.records = plan_.records + plan_.bad;
    job.requests = plan_.requests;
    job.requests_max = requests_max_;
    const bool is_whole = !staged_;
    const auto name_of = [&](std::uint64_t id, std::size_t place) {
        return is_whole ? name_of_whole(choice_.files[place], id, place)
                        // The time keeps it apart from those of a state that was lost.
                        : fmt::format("replay.{}-{}.{}.ndjson", id, place + 1,
                                      job.created.time_since_epoch().count());
    };
    auto jobs = replay_jobs::open(context_.options.state.directory, replay_jobs::access::change);
    if (!jobs) return jobs.error();
    auto id =
        jobs->add(job, std::move(files), name_of, job.created - context_.options.state.history);
    if (id && staged_) staged_->keep();
    return id;
}

void replaying::tell_begun(std::uint64_t id) {
    const auto daemon = find_daemon(context_.options);
    if (context_.json) {
        json_writer json;
        json.begin_object().key("executed").value(true).key("id").value(id);
        put_plan(json, choice_, plan_);
        json.end_object();
        return print_json(json);
    }
    print("replay {0} begins; `hubspool replay show {0}` tells how far it is, pause and cancel "
          "hold it\n{1}\n",
          id,
          daemon ? fmt::format("hubspool (pid {}) puts its files into the queue, a few at a time",
                               daemon->pid)
                 : std::string("no hubspool works on this queue now: the next `hubspool run` or "
                               "`drain` does it"));
}

} // namespace

int run_replay(const command_context& context, const replay_arguments& arguments) {
    if (const auto wrong = wrong_choice(arguments); !wrong.empty())
        return complain(exit_usage, wrong);
    const auto requests_max = requests_of(context, arguments.requests_max);
    if (!requests_max)
        return complain(exit_usage, "--max-requests-per-window takes a number from 1 on, or a "
                                    "share such as 25%");
    return replaying(context, arguments, *requests_max).run();
}

} // namespace hubspool
