#include "cli/commands/usage.hpp"

#include "base/clocks.hpp"
#include "cli/commands/ledger_usage.hpp"
#include "cli/commands/letter_usage.hpp"
#include "cli/commands/version_text.hpp"
#include "cli/explain/explain_command.hpp"
#include "cli/fates/fates_usage.hpp"
#include "cli/health/health_usage.hpp"
#include "cli/printing.hpp"
#include "cli/replay/replay_usage.hpp"
#include "cli/report/report_usage.hpp"
#include "cli/steer/steer_usage.hpp"
#include "cli/time_argument.hpp"
#include "cli/verify/verify_usage.hpp"
#include "config/units.hpp"
#include "core/words/edit_distance.hpp"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <sstream>

namespace hubspool {

namespace {

constexpr std::size_t listed_rows_most = 1000000000;
constexpr std::uint64_t requests_most = 1'000'000'000;
constexpr const char* exit_codes =
    "Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 done but some records\n"
    "were dead-lettered or files rejected, 4 stopped before the queue was empty,\n"
    "75 cannot take this now, try again. hubspool(1) tells more.";
constexpr std::size_t samples_most = 100;
constexpr const char* plan_footer =
    "All of it is read and merged as `drain` does it, and nothing is sent, changed\n"
    "or locked. Parks and a pause are told, and not waited for. With --online\n"
    "HubSpot is asked for the properties of marketing events and their rules, and\n"
    "which of the objects have an event: 4 requests, and at most 500 for events.";
// So that what an option means fits beside it into 80 columns.
constexpr std::size_t option_columns = 22;

// What the options are read into; lives as long as the parser.
struct words {
    std::string config, instance = "hubspool", deadline, lane, since, code, metrics_file;
    bool json = false, tells_by_code = false;
    std::size_t rows = 0; // 0: not given
    drain_arguments drain;
    plan_arguments plan;
    check_arguments check;
    submit_arguments submit;
    history_arguments history;
    letter_usage letters;
    ledger_usage ledger;
    replay_usage replay;
    report_usage report;
    fates_usage fates;
    health_usage health;
    verify_usage verify;
};

class usage {
public:
    usage();
    command_request parse(int argc, char** argv);

private:
    using runner = std::function<int(const command_context&)>;

    CLI::App* add(CLI::App& to, const std::string& name, const std::string& what, runner run);
    command_adder adder() {
        return [this](CLI::App& to, const std::string& name, const std::string& what, runner run) {
            return add(to, name, what, std::move(run));
        };
    }
    void add_json(CLI::App* to) { to->add_flag("--json", words_.json, "Print JSON"); }
    void add_metrics_file(CLI::App* to);
    void add_delivery();
    void add_plan();
    void add_submit();
    void add_looks();
    void add_history(CLI::App* to);
    history_arguments history(std::size_t rows_default) const;
    command_request refuse(const std::string& message) const;
    std::string nearest(const std::string& word) const;
    command_request chosen();

    CLI::App app_{"hubspool delivers queued event changes to HubSpot.", "hubspool"};
    words words_;
    std::vector<std::pair<CLI::App*, runner>> commands_;
};

usage::usage() {
    // Options may stand behind the command as well.
    app_.fallthrough();
    app_.footer(exit_codes);
    app_.get_formatter()->column_width(option_columns);
    app_.set_version_flag("--version", version_text());
    CLI::Option* const file =
        add_text(&app_, "-c,--config", words_.config, "The configuration file");
    CLI::Option* const name =
        app_.add_option("-i,--instance", words_.instance,
                        "Use /etc/hubspool/NAME.yaml; without -c and -i: hubspool");
    // One names a file, the other an instance: both at once would contradict.
    file->type_name("FILE")->excludes(name);
    name->type_name("NAME");
    add_delivery();
    add_plan();
    add_submit();
    add_looks();
    CLI::App* const explain =
        add(app_, "explain", "What a park, a hold, a category or an exit code means",
            [this](const command_context& context) { return run_explain(context, words_.code); });
    add_text(explain, "code", words_.code, "As it was told; none: all of them")->type_name("CODE");
    add_json(explain);
    add_steering(app_, adder());
}

CLI::App* usage::add(CLI::App& to, const std::string& name, const std::string& what, runner run) {
    CLI::App* const command = to.add_subcommand(name, what);
    command->fallthrough();
    command->footer(exit_codes);
    commands_.emplace_back(command, std::move(run));
    return command;
}

void usage::add_metrics_file(CLI::App* to) {
    add_text(to, "--metrics-file", words_.metrics_file,
             "Write metrics into FILE at the end, for node_exporter")
        ->type_name("FILE");
}

void usage::add_delivery() {
    CLI::App* const run = add(
        app_, "run", "The daemon: watch the queue and deliver, until SIGTERM",
        [this](const command_context& context) { return run_run(context, words_.metrics_file); });
    add_metrics_file(run);
    CLI::App* const drain =
        add(app_, "drain", "Deliver what is queued now, or wait until the daemon has",
            [this](const command_context& context) {
                words_.drain.metrics_file = words_.metrics_file;
                return run_drain(context, words_.drain);
            });
    add_text(drain, "--deadline", words_.deadline, "Stop after so long (2h), or at a time (06:00)")
        ->type_name("TIME");
    drain
        ->add_option("--max-requests", words_.drain.requests_max,
                     "Stop after so many requests to HubSpot")
        ->type_name("N")
        ->check(CLI::Range(std::uint64_t{1}, requests_most));
    add_text(drain, "--lane", words_.lane, "Read and send this lane alone")->type_name("live|bulk");
    drain->add_flag("--full", words_.drain.full,
                    "Also what HubSpot has already (records.unchanged: skip)");
    add_text(drain, "--report", words_.drain.report,
             "Write a report into FILE: .html, .txt, else JSON")
        ->type_name("FILE");
    add_metrics_file(drain);
    drain->add_flag("--verbose", words_.drain.verbose,
                    "A line for each batch, as the journal gets it");
    CLI::Option* const quiet = drain->add_flag("-q,--quiet", words_.drain.quiet,
                                               "Only errors; the exit code tells the rest");
    quiet->excludes("--verbose");
    add_json(drain);
}

void usage::add_plan() {
    CLI::App* const plan =
        add(app_, "plan", "What a drain would do with what is queued, or with files",
            [this](const command_context& context) { return run_plan(context, words_.plan); });
    plan->add_option("files", words_.plan.files, "Files of records; none: what is queued")
        ->type_name("FILE");
    plan->add_option("--sample", words_.plan.sample, "Print the bodies of the first N requests")
        ->type_name("N")
        ->check(CLI::Range(std::size_t{0}, samples_most));
    plan->add_flag("--online", words_.plan.online, "Hold the records against HubSpot's data");
    add_json(plan);
    plan->footer(fmt::format("{}\n\n{}", plan_footer, exit_codes));
}

void usage::add_submit() {
    CLI::App* const submit =
        add(app_, "submit", "Check records and put them durably into the queue",
            [this](const command_context& context) { return run_submit(context, words_.submit); });
    submit->add_option("files", words_.submit.files, "Files of records; - or none: standard input")
        ->type_name("FILE");
    submit->add_flag("--bulk", words_.submit.bulk, "Into the bulk lane: sent after live changes");
    add_text(submit, "--as-of", words_.submit.as_of,
             "When the records were so: when their export began")
        ->option_text("TIME");
    submit
        ->add_flag("--wait", words_.submit.wait,
                   "Wait until they are settled, and print their fates")
        ->excludes(submit->add_flag("--check-only", words_.submit.check_only,
                                    "Only check them; nothing is queued"));
    add_json(submit);
}

void usage::add_history(CLI::App* to) {
    add_text(to, "--since", words_.since,
             "Since this time: \"2026-11-23 10:00\", today, \"2h ago\", -2h")
        ->type_name("TIME");
    to->add_option("-n,--rows", words_.rows, "The newest ROWS at most")
        ->type_name("ROWS")
        ->check(CLI::Range(std::size_t{1}, listed_rows_most));
    add_json(to);
}

history_arguments usage::history(std::size_t rows_default) const {
    // A default that fits a screen for people, everything for JSON.
    history_arguments wanted = words_.history;
    wanted.rows_max = words_.rows == 0 ? rows_default : words_.rows;
    return wanted;
}

void usage::add_looks() {
    const command_adder add_one = adder();
    CLI::App* const check =
        add(app_, "check", "Check and print settings; check directories, token, trust",
            [this](const command_context& context) {
                return words_.check.writer.empty() ? run_check(context, words_.check)
                                                   : run_check_writer(context, words_.check);
            });
    check->add_flag("--online", words_.check.online, "Ask HubSpot too, and change nothing there");
    CLI::Option* const quiet = check->add_flag("-q,--quiet", words_.check.quiet,
                                               "Only errors; the exit code tells the rest");
    CLI::Option* const writer = add_text(check, "--writer", words_.check.writer,
                                         "Tell what a producer does wrong in the queue DIR")
                                    ->type_name("DIR")
                                    ->excludes("--online", "--quiet");
    add_text(check, "--for", words_.check.patience, "Watch it so long; 1m unless told")
        ->type_name("TIME")
        ->needs(writer);
    add_json(check);
    quiet->excludes("--json");
    CLI::App* const status =
        add(app_, "status", "What runs, waits or is parked, and do the books balance",
            [this](const command_context& context) {
                return run_status(context, words_.tells_by_code);
            });
    status->add_flag("--exit-code", words_.tells_by_code,
                     "Exit 0: all is well, 1: parked or stuck, 4: nothing runs");
    add_json(status);
    words_.health.add(app_, add_one);
    CLI::App* const batches =
        add(app_, "batches", "The outcomes of the batches",
            [this](const command_context& context) { return run_batches(context, history(1000)); });
    add_history(batches);
    batches->add_flag("--failed", words_.history.failed_only,
                      "Only those in which not all was delivered");
    batches->add_flag("--follow", words_.history.follow,
                      "Go on with what comes, until interrupted");
    CLI::App* const files =
        add(app_, "files", "The files in the queue and their records' fates",
            [this](const command_context& context) {
                return run_files(context, history(context.json ? listed_rows_most : 1000));
            });
    add_history(files);
    files->add_flag("--failed", words_.history.failed_only,
                    "Only rejected ones, with dead letters or wrong sums");
    words_.letters.add(app_, add_one, words_.json);
    words_.ledger.add(app_, add_one, words_.json);
    words_.replay.add(app_, add_one, words_.json);
    words_.report.add(app_, add_one);
    words_.fates.add(app_, add_one);
    words_.verify.add(app_, add_one, words_.json);
}

// Of all commands and options, the nearest to `word`; empty when none is near.
std::string usage::nearest(const std::string& word) const {
    std::string best;
    // Up to a third of the letters may be wrong.
    std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
    const auto consider = [&](const std::string& known) {
        const std::size_t distance = edit_distance(word.substr(0, 64), known);
        if (distance >= best_distance) return;
        best = known;
        best_distance = distance;
    };
    const auto consider_options = [&](const CLI::App& command) {
        for (const CLI::Option* const option : command.get_options()) {
            for (const std::string& name : option->get_lnames()) consider("--" + name);
        }
    };
    // An option is compared with options only.
    if (word.starts_with('-')) {
        consider_options(app_);
        // What another command takes is no help here.
        const bool any = app_.get_subcommands().empty();
        for (const auto& [command, run] : commands_) {
            if (any || command->parsed()) consider_options(*command);
        }
        return best;
    }
    for (const CLI::App* const command : app_.get_subcommands([](const CLI::App*) { return true; }))
        consider(command->get_name());
    // The verbs of the command that was named.
    for (const CLI::App* const named : app_.get_subcommands()) {
        for (const CLI::App* const verb :
             named->get_subcommands([](const CLI::App*) { return true; }))
            consider(verb->get_name());
    }
    return best;
}

command_request usage::refuse(const std::string& message) const {
    command_request request;
    request.exit_code = complain(exit_usage, message);
    return request;
}

// Settled by now: the words are known, the values are of their types.
command_request usage::chosen() {
    const std::string& instance = words_.instance;
    // The instance becomes a part of a path.
    if (instance.empty() || instance.find('/') != std::string::npos || instance.starts_with('.'))
        return refuse(fmt::format(
            "-i {}: an instance is named by a word: NAME of /etc/hubspool/NAME.yaml", instance));
    words_.drain.deadline = parse_deadline(words_.deadline, wall_now());
    if (!words_.deadline.empty() && !words_.drain.deadline)
        return refuse(fmt::format("--deadline {}: neither a duration nor a time ahead; write 10m, "
                                  "2h, 06:00 or \"2026-11-24 06:00\"",
                                  words_.deadline));
    if (words_.lane == "live") words_.drain.only = lane::live;
    if (words_.lane == "bulk") words_.drain.only = lane::bulk;
    if (!words_.lane.empty() && !words_.drain.only)
        return refuse(fmt::format("--lane {}: there are live and bulk", words_.lane));
    if (!words_.since.empty()) words_.history.since = parse_time(words_.since, wall_now());
    if (!words_.since.empty() && !words_.history.since)
        return refuse(wrong_time("--since", words_.since));
    if (const auto wrong = words_.letters.settle(wall_now()); !wrong.empty()) return refuse(wrong);
    if (const auto wrong = words_.replay.settle(wall_now()); !wrong.empty()) return refuse(wrong);
    if (const auto wrong = words_.report.settle(wall_now()); !wrong.empty()) return refuse(wrong);
    if (const auto wrong = words_.health.settle(); !wrong.empty()) return refuse(wrong);
    if (const auto wrong = words_.fates.settle(wall_now()); !wrong.empty()) return refuse(wrong);
    if (const auto wrong = words_.verify.settle(wall_now()); !wrong.empty()) return refuse(wrong);
    command_request request;
    request.config_path =
        words_.config.empty() ? fmt::format("/etc/hubspool/{}.yaml", instance) : words_.config;
    request.json = words_.json;
    // The innermost command that was named.
    for (const auto& [command, run] : commands_) {
        if (!command->parsed()) continue;
        request.name = command->get_name();
        request.run = run;
    }
    if (!request.run) {
        return refuse(
            app_.got_subcommand("dead-letters")
                ? "dead-letters list, show, export, retry, drop, hold or release? See hubspool "
                  "dead-letters --help"
            : app_.got_subcommand("ledger")
                ? "ledger show, check or rebuild? See hubspool ledger --help"
                : "which command? See hubspool --help");
    }
    return request;
}

command_request usage::parse(int argc, char** argv) {
    try {
        app_.parse(argc, argv);
    } catch (const CLI::Success& e) { // --help, --version
        command_request request;
        std::ostringstream help;
        request.exit_code = app_.exit(e, help, help);
        print_text(help.str());
        return request;
    } catch (const CLI::ExtrasError&) {
        const std::string word = app_.remaining(true).front();
        const std::string near = nearest(word);
        // Behind a command it is an argument that the command does not take.
        const bool misplaced = !word.starts_with('-') && !app_.get_subcommands().empty();
        return refuse(fmt::format("{}: no such {}{}; see hubspool --help", word,
                                  word.starts_with('-') ? "option"
                                  : misplaced           ? "argument here"
                                                        : "command",
                                  near.empty() ? "" : fmt::format("; did you mean {}?", near)));
    } catch (const CLI::ParseError& e) {
        return refuse(fmt::format("{}; see hubspool --help", e.what()));
    }
    return chosen();
}

} // namespace

command_request parse_usage(int argc, char** argv) {
    // The request's function refers to what was read.
    const auto parser = std::make_shared<usage>();
    command_request request = parser->parse(argc, argv);
    if (request.run) {
        request.run = [parser, run = std::move(request.run)](const command_context& context) {
            return run(context);
        };
    }
    return request;
}

} // namespace hubspool
