#include "cli/plan/plan_making.hpp"

#include "app/daemon/quota_keeper.hpp"
#include "app/moment_now.hpp"
#include "app/options.hpp"
#include "app/plan/start_survey.hpp"
#include "base/log.hpp"
#include "cli/commands/history.hpp"
#include "cli/live_daemon.hpp"
#include "cli/printing.hpp"
#include "cli/queue_files.hpp"
#include "cli/replay/object_sample.hpp"
#include "config/units.hpp"
#include "core/words/named_as_of.hpp"
#include "core/words/printable.hpp"
#include "os/system_failure.hpp"
#include "spool/queue_names.hpp"
#include "spool/queue_source.hpp"
#include "state/ledger/ledger_reader.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <utility>

namespace hubspool {

namespace {

constexpr milliseconds shown_after{1000}, shown_every{200};
constexpr std::size_t objects_kept = 65536;
constexpr std::size_t places_kept = 3, reasons_kept = 1000, left_out_kept = 100;
constexpr std::size_t rows_that_tell = 100;
// Before any answer was seen: HubSpot's usual time.
constexpr milliseconds usual_answer{200};

// A file that was given, opened with the rights of who gave it.
struct given_file {
    std::string path;
    owned_descriptor descriptor;
    std::uint64_t size = 0;
};

result<std::vector<given_file>> open_given(const std::vector<std::string>& paths) {
    std::vector<given_file> files;
    for (const std::string& path : paths) {
        given_file file;
        file.path = path;
        file.descriptor =
            owned_descriptor(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
        struct stat look{};
        if (!file.descriptor || ::fstat(file.descriptor.get(), &look) != 0)
            return system_failure("open", path, errno);
        if (!S_ISREG(look.st_mode))
            return failure{printable(path) + ": plan reads files, and this is none"};
        file.size = static_cast<std::uint64_t>(look.st_size);
        files.push_back(std::move(file));
    }
    return files;
}

class planning {
public:
    planning(const command_context& context, const plan_arguments& arguments)
        : context_(context), arguments_(arguments), shown_(boot_now() + shown_after) {}

    result<drain_plan> run(std::vector<given_file> given);

private:
    result<void> open(bool of_queue);
    result<void> begin(bool of_queue);
    result<void> read_claimed_files();
    result<void> read_waiting();
    result<void> read_given(std::vector<given_file> given);
    result<void> read(const file_to_read& next, owned_descriptor descriptor,
                      const std::string& name);
    void take(const decoded_block& block);
    void leave_out(std::string file, std::string why);
    void note_death(const dead_letter& letter);
    ledger_answer ask_ledger(const std::vector<std::string>& object_ids);
    milliseconds an_answer(const daemon_status& told) const;
    void finish();
    void show(std::uint64_t bytes);

    const command_context& context_;
    const plan_arguments& arguments_;
    drain_plan plan_;
    std::unique_ptr<state_store> store_; // null: there is no state yet
    std::unique_ptr<queue_survey> queue_;
    recovered known_;
    late_options late_;
    std::optional<quota_clock> clock_;
    std::optional<ledger_reader> ledger_;
    std::optional<failure> ledger_failed_;
    std::string name_; // of the file at hand
    std::uint64_t number_ = 0;
    object_sample objects_{objects_kept};
    std::optional<rehearsal> rehearsal_;
    boot_time shown_;
};

result<drain_plan> planning::run(std::vector<given_file> given) {
    const bool of_queue = arguments_.files.empty();
    if (auto opened = open(of_queue); !opened) return opened.error();
    if (arguments_.online) plan_.online = begin_online_plan(context_.options);
    if (auto begun = begin(of_queue); !begun) return begun.error();
    if (of_queue) {
        if (auto done = read_claimed_files(); !done) return done.error();
        rehearsal_->pass_frontiers();
        if (auto done = read_waiting(); !done) return done.error();
    } else if (auto done = read_given(std::move(given)); !done) {
        return done.error();
    }
    finish();
    if (ledger_failed_) return *ledger_failed_;
    if (plan_.online) look_up_objects(*plan_.online, plan_.objects, context_.options);
    return std::move(plan_);
}

result<void> planning::open(bool of_queue) {
    auto store = open_for_reading(context_);
    if (store)
        store_ = std::move(*store);
    else if (store.error().code != ENOENT)
        return store.error();
    auto queue = look_into_queue(context_.options.queue);
    if (queue)
        queue_ = std::move(*queue);
    else if (of_queue)
        return queue.error();
    if (queue_ == nullptr) return {};
    auto known = look_at_start(*queue_, store_.get());
    if (!known) return known.error();
    known_ = std::move(*known);
    return {};
}

// What the day's budget, the limit and the run before allow.
result<void> planning::begin(bool of_queue) {
    const settings& options = context_.options;
    const auto clock = quota_keeper::first_clock(options.rate_limit.time_zone);
    if (!clock) return clock.error();
    clock_ = *clock;
    const auto daemon = find_daemon(options);
    const daemon_status told = daemon && daemon->status ? *daemon->status : daemon_status{};
    const moment now = moment_now();
    plan_.of_queue = of_queue;
    plan_.begins = now.wall;
    plan_.pace = pace_of(options, told, now.wall);
    plan_.parks = known_.meta.parks;
    plan_.paused = known_.meta.paused;
    late_ = {known_.meta.horizon, options.brake.count, options.brake.share};

    engine_options how = make_engine_options(options, drain_options{});
    how.limiter.requests = static_cast<std::uint32_t>(plan_.pace.limit);
    const milliseconds answer = an_answer(told);
    plan_.pace.an_answer = answer;
    rehearsal_.emplace(
        how, now, answer,
        rehearsal::links{[this](const auto& ids) { return ask_ledger(ids); },
                         [this](const moment& at) { return clock_->day(at.wall, at.boot); },
                         [this](const outgoing_request& request) {
                             if (plan_.sample.size() < arguments_.sample)
                                 plan_.sample.push_back(request.body);
                         },
                         [this](const dead_letter& letter) { note_death(letter); }});
    event::run_before left = left_by_run_before(known_, {}, now);
    // A plan is for when it is sent.
    left.parks.clear();
    left.paused = false;
    if (!of_queue) left.files.clear();
    rehearsal_->begin(std::move(left));
    return {};
}

// As the daemon measures it, else as the newest batches did.
milliseconds planning::an_answer(const daemon_status& told) const {
    if (told.run.sent.answered > 0) return plan_.pace.an_answer;
    if (store_ == nullptr) return usual_answer;
    const auto rows = store_->load_batches({.rows_max = rows_that_tell});
    if (!rows || rows->empty()) return usual_answer;
    std::int64_t sum = 0;
    for (const batch_outcome& row : *rows) sum += row.duration_ms;
    return milliseconds(sum / static_cast<std::int64_t>(rows->size()));
}

result<void> planning::read_claimed_files() {
    std::uint64_t after = 0;
    for (std::size_t page = files_known_max; page == files_known_max;) {
        std::vector<skipped_name> skipped;
        auto files = queue_->claimed_page(after, files_known_max, skipped);
        if (!files) return files.error();
        page = files->size();
        for (claimed_file& file : *files) {
            after = file.number;
            const auto begun = known_.files.open.find(file.number);
            const bool has_row = begun != known_.files.open.end();
            if (has_row && begun->second.row.settled) continue;
            auto opened = queue_->open_kept(file, {});
            if (!opened) {
                leave_out("cur/" + format_claimed_name(file), opened.error().message);
                continue;
            }
            // Settled since, beside a daemon.
            if (!*opened || !(*opened)->path.starts_with("cur/")) continue;
            const file_to_read next{std::move(file),
                                    has_row ? begun->second.row.watermark : read_point{}};
            if (auto done = read(next, std::move((*opened)->descriptor), next.file.name); !done)
                return done;
        }
    }
    return {};
}

result<void> planning::read_waiting() {
    auto skipped =
        queue_->visit_waiting({known_.intake.next_number, known_.intake.last_stamp},
                              [&](const claimed_file& file, owned_descriptor descriptor) {
                                  return read({file, {}}, std::move(descriptor), file.name);
                              });
    if (!skipped) return skipped.error();
    for (const skipped_name& name : skipped->names) leave_out(name.path, name.why);
    plan_.left_out_total += skipped->total - skipped->names.size();
    return {};
}

// As if they were submitted now, one after the other.
result<void> planning::read_given(std::vector<given_file> given) {
    rehearsal_->pass_frontiers();
    std::uint64_t number = known_.intake.next_number;
    const std::int64_t now = plan_.begins.time_since_epoch().count();
    const as_of_ms stamp = stamp_of_claim(known_.intake.last_stamp, now, now);
    for (given_file& file : given) {
        const std::size_t slash = file.path.rfind('/');
        const std::string name =
            cut_producer_name(slash == std::string::npos ? file.path : file.path.substr(slash + 1));
        const claimed_file claimed{number, lane::live, name, file.size,
                                   order_of_claim(number, stamp, name)};
        ++number;
        if (auto done = read({claimed, {}}, std::move(file.descriptor), file.path); !done)
            return done;
    }
    return {};
}

result<void> planning::read(const file_to_read& next, owned_descriptor descriptor,
                            const std::string& name) {
    if (std::string why = why_none_is_taken(next, late_.horizon); !why.empty()) {
        leave_out(name, std::move(why));
        return {};
    }
    name_ = name;
    number_ = next.file.number;
    ++plan_.files[next.file.lane];
    file_reader_options how = make_reader_options(context_.options);
    how.quiet_period = milliseconds(0); // what still grows is planned as it is
    const auto reader = read_claimed(descriptor.release(), next, how, late_);
    while (true) {
        rehearsal_->make_room(next.file.lane);
        const auto block = reader->next();
        if (!block) break;
        take(*block);
        show(plan_.bytes + block->to.offset - next.from.offset);
    }
    plan_.bytes += reader->size() - std::min(reader->size(), next.from.offset);
    rehearsal_->file_ended(next.file.number);
    if (reader->end().keep_because) leave_out(name, *reader->end().keep_because);
    return {};
}

void planning::take(const decoded_block& block) {
    for (const decoded_record& record : block.records)
        (void)objects_.find(block.text(record.object_id));
    const auto begun = known_.files.open.find(number_);
    const auto is_over = [&](std::uint64_t ordinal) {
        return begun != known_.files.open.end() && begun->second.book.settled.contains(ordinal);
    };
    if (plan_.online) take_online(*plan_.online, block, printable(name_), is_over);
    rehearsal_->read(block);
}

void planning::leave_out(std::string file, std::string why) {
    ++plan_.left_out_total;
    if (plan_.left_out.size() < left_out_kept)
        plan_.left_out.emplace_back(std::move(file), std::move(why));
}

void planning::note_death(const dead_letter& letter) {
    std::uint64_t records = 0;
    for (const dead_letter::origin& one : letter.records) records += one.count;
    const bool is_kept = plan_.deaths.size() < reasons_kept || plan_.deaths.contains(letter.reason);
    planned_deaths& deaths = plan_.deaths[is_kept ? letter.reason : "other reasons"];
    deaths.records += records;
    if (deaths.places.size() == places_kept || letter.records.empty()) return;
    const dead_letter::origin& at = letter.records.back();
    const std::string file =
        at.file == number_ ? printable(name_) : fmt::format("file {}", at.file);
    deaths.places.push_back(
        fmt::format("{} line {}{}", file, at.line,
                    at.count > 1 ? fmt::format(", and {} behind it", at.count - 1) : ""));
}

ledger_answer planning::ask_ledger(const std::vector<std::string>& object_ids) {
    ledger_answer none;
    for (const std::string& id : object_ids) none.entries.push_back({id, {}});
    if (store_ == nullptr || ledger_failed_) return none;
    if (!ledger_) {
        auto opened = ledger_reader::open(context_.options.state.directory);
        if (opened)
            ledger_.emplace(std::move(*opened));
        else
            ledger_failed_ = opened.error();
        if (ledger_failed_) return none;
    }
    auto answer = ledger_->ask(object_ids);
    if (answer) return std::move(*answer);
    ledger_failed_ = answer.error();
    return none;
}

void planning::finish() {
    log::show_progress("");
    plan_.objects = objects_.objects();
    plan_.objects_exact = objects_.is_exact();
    plan_.sent = rehearsal_->finish();
    if (plan_.sent.first) plan_.time = plan_.sent.last - *plan_.sent.first;
    const std::uint64_t a_batch = context_.options.batch.max_inputs;
    const std::uint64_t least = (plan_.sent.inputs + a_batch - 1) / a_batch;
    if (!plan_.sent.memory_sufficed)
        plan_.estimated = "pending.max_bytes does not hold all of it at once: then it depends on "
                          "the answers what is read by when";
    else if (plan_.sent.asked_objects > 0 && plan_.sent.requests > 0)
        plan_.estimated = "some may be late, and are looked up while others are sent";
    else if (plan_.sent.requests > least)
        plan_.estimated = "batches are filled by bytes, and so it counts what comes after what";
}

void planning::show(std::uint64_t bytes) {
    if (::isatty(STDERR_FILENO) != 1 || boot_now() < shown_) return;
    shown_ = boot_now() + shown_every;
    log::show_progress(fmt::format("{} read", size_text(bytes)));
}

} // namespace

result<drain_plan> plan_drain(const command_context& context, const plan_arguments& arguments) {
    auto given = open_given(arguments.files);
    if (!given) return given.error();
    return planning(context, arguments).run(std::move(*given));
}

} // namespace hubspool
