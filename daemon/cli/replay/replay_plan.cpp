#include "cli/replay/replay_plan.hpp"

#include "app/options.hpp"
#include "base/clocks.hpp"
#include "base/log.hpp"
#include "cli/live_daemon.hpp"
#include "cli/printing.hpp"
#include "cli/status/backlog_estimate.hpp"
#include "config/units.hpp"
#include "core/records/field_coding.hpp"
#include "core/records/object_id.hpp"
#include "core/words/printable.hpp"
#include "os/system_failure.hpp"
#include "state/batch_history.hpp"
#include "state/ledger/ledger_survey.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <memory>
#include <utility>

namespace hubspool {

namespace {

constexpr milliseconds progress_after{1000}, progress_every{200};

class plan_reading {
public:
    plan_reading(const command_context& context, const replay_choice& choice,
                 const record_choice& records, staged_records* staged)
        : context_(context), choice_(choice), records_(records), staged_(staged),
          shown_(boot_now() + progress_after) {}

    result<void> read_all() {
        for (const done_file& file : choice_.files)
            if (auto done = read(file); !done) return done;
        log::show_progress("");
        return {};
    }
    replay_plan plan;
    object_sample sample;

private:
    result<void> read(const done_file& from);
    result<void> take(const decoded_block& block);
    bool is_chosen(const decoded_block& block, const decoded_record& record) const;
    void note_values(const decoded_block& block, const decoded_record& record);
    void show();

    const command_context& context_;
    const replay_choice& choice_;
    const record_choice& records_;
    staged_records* staged_;
    std::uint64_t bytes_ = 0; // of the files before
    boot_time shown_;
};

result<void> plan_reading::read(const done_file& from) {
    const std::string path = context_.options.queue.directory + '/' + from.path;
    const int opened = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (opened < 0) return system_failure("open", path, errno);
    const auto reader =
        file_reader::make(opened, from.file, {}, make_reader_options(context_.options));
    while (const auto block = reader->next()) {
        if (auto taken = take(*block); !taken) return taken;
        // The text of a compressed file is longer than the file.
        const std::uint64_t before =
            std::exchange(bytes_, bytes_ + std::min(block->to.offset, from.file.size));
        show();
        bytes_ = before;
    }
    bytes_ += from.file.size;
    return {};
}

result<void> plan_reading::take(const decoded_block& block) {
    for (const decoded_record& record : block.records) {
        if (!is_chosen(block, record)) continue;
        ++plan.records;
        note_values(block, record);
        if (staged_ == nullptr) continue;
        if (auto added = staged_->add(block, record); !added) return added;
    }
    // Only whole files carry what is no record.
    if (records_.is_all() && staged_ == nullptr)
        for (const bad_record& bad : block.bad) plan.bad += bad.count;
    return {};
}

bool plan_reading::is_chosen(const decoded_block& block, const decoded_record& record) const {
    const auto& ids = records_.object_ids;
    if (!ids.empty() && !ids.contains(std::string(block.text(record.object_id)))) return false;
    if (!records_.dead) return true;
    const auto of_file = records_.dead->find(block.file);
    return of_file != records_.dead->end() && of_file->second.contains(record.ordinal);
}

void plan_reading::note_values(const decoded_block& block, const decoded_record& record) {
    object_sample::values* const values = sample.find(block.text(record.object_id));
    if (values == nullptr) return;
    const order_key key = block.key_of(record);
    std::string_view coded = block.text(record.fields);
    while (coded.size() >= sizeof(coded_header)) {
        coded_header header{};
        std::memcpy(&header, coded.data(), sizeof header);
        const field_key& field = block.keys[header.key];
        order_key& newest = (*values)[{field.kind, field.name}];
        newest = std::max(newest, key);
        coded.remove_prefix(sizeof header + header.value_size);
    }
}

void plan_reading::show() {
    if (::isatty(STDERR_FILENO) != 1 || boot_now() < shown_) return;
    shown_ = boot_now() + progress_every;
    log::show_progress(fmt::format("{} of {} read, {} records", size_text(bytes_),
                                   size_text(choice_.bytes), plan.records));
}

// How much of it HubSpot has newer, by the objects of the sample.
result<void> ask_ledger(const command_context& context, const object_sample& sample,
                        replay_plan& plan) {
    std::set<std::string> ids;
    sample.for_each([&](const std::string& id, const auto&) { ids.insert(id); });
    const auto known = look_into_ledger(context.options.state.directory, ids);
    if (!known) return known.error();
    auto entry = known->begin(); // both are in the order of their ids
    sample.for_each([&](const std::string&, const object_sample::values& values) {
        std::uint64_t newer = 0;
        for (const ledger_field& f : entry->fields) {
            const auto ours = values.find({f.field.kind, f.field.name});
            newer += ours != values.end() && ours->second < f.acknowledged ? 1 : 0;
        }
        plan.asked_values += values.size();
        plan.newer_values += newer;
        plan.newer_objects += newer == values.size() && newer > 0 ? 1 : 0;
        ++entry;
    });
    plan.asked_objects = ids.size();
    return {};
}

daemon_status status_now(const settings& options) {
    const auto daemon = find_daemon(options);
    return daemon && daemon->status ? *daemon->status : daemon_status{};
}

void estimate(const settings& options, std::uint32_t requests_max, replay_plan& plan) {
    const double share = plan.asked_objects == 0 ? 0
                                                 : static_cast<double>(plan.newer_objects) /
                                                       static_cast<double>(plan.asked_objects);
    const auto inputs =
        static_cast<std::uint64_t>(std::llround(static_cast<double>(plan.objects) * (1 - share)));
    const std::uint64_t a_request = std::max<std::uint64_t>(1, options.batch.max_inputs);
    plan.requests = (inputs + a_request - 1) / a_request;
    send_pace pace = pace_of(options, status_now(options), wall_now());
    if (requests_max > 0) pace.limit = std::min<std::uint64_t>(pace.limit, requests_max);
    plan.limit = pace.limit;
    pace.inputs_a_request = static_cast<double>(a_request);
    plan.time = time_to_send(inputs, pace);
}

} // namespace

result<record_choice> choose_records(const command_context& context,
                                     const replay_arguments& arguments,
                                     const replay_choice& choice) {
    record_choice records;
    for (const std::string& id : arguments.object_ids)
        records.object_ids.emplace(canonical_object_id(id));
    if (!arguments.failed_only || choice.files.empty()) return records;
    records.dead.emplace();
    std::uint64_t lowest = UINT64_MAX;
    for (const done_file& found : choice.files) {
        records.dead->try_emplace(found.file.number);
        lowest = std::min(lowest, found.file.number);
    }
    auto history = batch_history::open(context.options.state.directory);
    if (!history) return history.error();
    auto visited = history->visit_settled(lowest, [&](const settled_record& record) {
        if (record.fate != fate::dead) return;
        const auto file = records.dead->find(record.file);
        if (file != records.dead->end()) file->second.insert(record.ordinal);
    });
    if (!visited) return visited.error();
    return records;
}

std::uint64_t present_limit(const settings& options) {
    return pace_of(options, status_now(options), wall_now()).limit;
}

result<replay_plan> make_plan(const command_context& context, const replay_choice& choice,
                              const record_choice& records, bool as_newest,
                              std::uint32_t requests_max, staged_records* staged) {
    plan_reading reading(context, choice, records, staged);
    if (auto read = reading.read_all(); !read) return read.error();
    replay_plan plan = reading.plan;
    plan.objects = reading.sample.objects();
    plan.is_exact = reading.sample.is_exact();
    if (!as_newest)
        if (auto asked = ask_ledger(context, reading.sample, plan); !asked) return asked.error();
    estimate(context.options, requests_max, plan);
    return plan;
}

} // namespace hubspool
