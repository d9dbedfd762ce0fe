#include "app/settle/settle_loop.hpp"

#include "app/settle/outcome_log.hpp"
#include "app/settle/status_file.hpp"
#include "base/clocks.hpp"
#include "base/log.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

namespace hubspool {

namespace {
constexpr milliseconds housekeeping_every = std::chrono::minutes(10);
constexpr milliseconds retry_commit_every{1000};
constexpr milliseconds retry_move_every{1000};
constexpr milliseconds only_read_waits{300};
constexpr milliseconds gather_for{3};

bool no_space(const failure& why) {
    return why.code == ENOSPC || why.code == EDQUOT;
}

// Somebody else can end it, and until then nothing is lost.
bool passes(const failure& why) {
    return no_space(why) || why.code == EBUSY;
}
} // namespace

settle_loop::settle_loop(queue_directory& queue, state_store& store, const settings& options,
                         const hubspool::totals& before, run_mark mark)
    : queue_(queue), store_(store), options_(options), totals_(before), mark_(std::move(mark)) {
}

void settle_loop::restore(open_file file) {
    books_.restore(std::move(file));
}

void settle_loop::run() {
    late_growth_.watch_files_of_before(store_, wall_now(), boot_now());
    move_files();
    while (!failed_) {
        const bool last = box_.closed();
        const bool more = last || dirty_ || !backlog_.empty();
        take_in(box_.take_all(more ? milliseconds(0) : time_to_wait()));
        if (!last) gather();
        tell_open_files();
        if (last || boot_now() >= write_only_read_at_) touch_only_read();
        look_for_late_growth(last);
        if (dirty_ && !commit()) {
            box_.close(); // nobody may wait for room in it any more
            return;
        }
        move_files();
        tell_open_files();
        housekeeping();
        if (last && backlog_.empty() && !dirty_) return;
    }
}

milliseconds settle_loop::time_to_wait() const {
    const boot_time now = boot_now();
    boot_time until = next_housekeeping_;
    if (!move_trouble_.empty()) until = std::min(until, now + retry_move_every);
    if (!only_read_.empty()) until = std::min(until, write_only_read_at_);
    until = std::min(until, late_growth_.next_look().value_or(until));
    return std::max(until - now, milliseconds(0));
}

void settle_loop::take_in(std::vector<settle_message> messages) {
    std::vector<settle_message> before = std::exchange(backlog_, {});
    for (settle_message& message : before) std::visit([this](auto& m) { on(m); }, message);
    for (settle_message& message : messages) std::visit([this](auto& m) { on(m); }, message);
}

// A transaction costs much the same for one outcome as for ten. Where they come faster than it
// takes to commit them, they wait for one another; else each is durable as soon as it can be.
void settle_loop::gather() {
    const bool only_outcomes = dirty_ && !unit_.frontier && !unit_.today && !unit_.parks;
    if (!only_outcomes || committed_together_ < 2) return;
    const milliseconds left = committed_at_ + gather_for - boot_now();
    if (left <= milliseconds(0)) return;
    box_.wait_closed(left);
    take_in(box_.take_all(milliseconds(0)));
}

void settle_loop::on(file_started& m) {
    const std::uint64_t number = m.row.number;
    books_.started(std::move(m.row));
    mark_.last_number = std::max(mark_.last_number, number);
    unit_.last_number = mark_.last_number;
}

void settle_loop::on(block_read& m) {
    books_.block_read(m.file, m.from, {m.size, m.mtime_ns, std::move(m.keep_because)});
}

void settle_loop::on(file_read& m) {
    file_end& end = m.end;
    if (books_.read_to_end(m.file, end.records_in,
                           {end.size, end.mtime_ns, std::move(end.keep_because)})) {
        dirty_ = true;
        return;
    }
    if (only_read_.empty()) write_only_read_at_ = boot_now() + only_read_waits;
    only_read_.push_back(m.file);
}

void settle_loop::touch_only_read() {
    for (const std::uint64_t number : only_read_) dirty_ = books_.write_only_read(number) || dirty_;
    only_read_.clear();
}

void settle_loop::on(frontier_wanted& m) {
    unit_.frontier = std::max(unit_.frontier.value_or(position{}), m.upto);
    dirty_ = true;
}

void settle_loop::on(day_counted& m) {
    unit_.today = m.count;
    dirty_ = true;
}

void settle_loop::on(outcome_ready& m) {
    const std::uint64_t batch = m.outcome.batch;
    books_.settle(m.outcome, [batch](const settled_record& record) {
        log::error("a record was settled twice; this is an error of hubspool",
                   {{"file", record.file}, {"record", record.ordinal}, {"batch", batch}});
    });
    bytes_ += m.bytes;
    if (m.outcome.batch != 0) {
        ++totals_.requests;
        log_outcome(m.outcome, clean_at_);
    }
    unit_.outcomes.push_back(std::move(m.outcome));
    dirty_ = true;
}

void settle_loop::on(parks_changed& m) {
    unit_.parks = std::move(m.parks);
    dirty_ = true;
}

void settle_loop::on(live_status& m) {
    write_status_file(options_.state.directory, m.json);
}

void settle_loop::on(wish_wanted&) {
    const auto wish = store_.read_wish();
    const std::string trouble = wish ? std::string() : wish.error().message;
    if (!trouble.empty() && trouble != wish_trouble_)
        log::error("what `hubspool pause` or `resume` asked for cannot be read; it is tried again "
                   "each second, and a daemon that had nothing to do sends nothing before: " +
                   trouble);
    wish_trouble_ = trouble;
    events_.wish(wish ? std::optional(*wish) : std::nullopt);
}

// Nothing: it cannot be told.
std::optional<std::uint64_t> settle_loop::size_now(const file_row& row) {
    const auto now = queue_.moves().look({row.number, row.lane, row.name, row.size});
    if (!now || !*now) return std::nullopt;
    return (*now)->size;
}

bool settle_loop::commit() {
    books_.close({wall_now(), [this](const file_row& row) { return size_now(row); },
                  [](const file_row& row, const std::string& sums) {
                      log::error("a file stays in cur/ and is read again at the next start: " +
                                     sums,
                                 {{"file", row.number}, {"name", row.name}});
                  }},
                 unit_.files, totals_.records_in);
    unit_.totals = totals_;
    while (true) {
        const result<void> done = store_.commit(unit_);
        if (done) break;
        if (passes(done.error()) && wait_to_write(done.error())) continue;
        failed_ = true;
        events_.fatal("the state cannot be written: " + done.error().message +
                      "; nothing is lost, what was not recorded is sent again after a restart");
        return false;
    }
    if (unwritable_) log::info("the state can be written again; outcomes are recorded");
    unwritable_ = false;
    mark_.commit = store_.commit_number();
    if (const result<void> marked = queue_.write_run_mark(mark_); !marked)
        log::warning("cur/.run could not be written: " + marked.error().message);

    std::vector<std::uint64_t> batches;
    for (const batch_outcome& outcome : unit_.outcomes) batches.push_back(outcome.batch);
    committed_together_ = batches.size();
    committed_at_ = boot_now();
    if (!batches.empty()) events_.committed(batches, bytes_);
    if (unit_.frontier) events_.frontier_durable(*unit_.frontier);
    if (unit_.today) events_.budget_durable(*unit_.today);
    unit_ = {};
    books_.written();
    bytes_ = 0;
    dirty_ = false;
    return true;
}

bool settle_loop::wait_to_write(const failure& why) {
    if (!unwritable_)
        log::error(fmt::format("the state {}, outcomes wait to be recorded and sending will stop: "
                               "{}; it goes on by itself",
                               no_space(why) ? "directory is full" : "database is locked",
                               why.message));
    unwritable_ = true;
    if (box_.closed()) return false;
    for (settle_message& message : box_.take_all(milliseconds(0))) {
        if (auto* const asked = std::get_if<wish_wanted>(&message))
            on(*asked);
        else if (auto* const told = std::get_if<live_status>(&message))
            on(*told);
        else
            backlog_.push_back(std::move(message));
    }
    box_.wait_closed(retry_commit_every);
    return true;
}

void settle_loop::move_files() {
    for (const std::uint64_t number : books_.may_leave()) {
        const file_row& row = books_.row(number);
        if (books_.note_growth(number, size_now(row))) {
            dirty_ = true;
            return; // it is moved after the next commit, and so are those behind it
        }
        const result<void> moved = move_out(row);
        if (!moved) {
            if (move_trouble_ != moved.error().message)
                log::error("a settled file cannot leave cur/: " + moved.error().message,
                           {{"file", row.number}, {"name", row.name}});
            move_trouble_ = moved.error().message;
            return;
        }
        move_trouble_.clear();
        books_.left(number);
    }
}

result<void> settle_loop::move_out(const file_row& row) {
    const claimed_file claimed{row.number, row.lane, row.name, row.size};
    if (row.keep_because) {
        log::warning("a file goes to rejected/: " + *row.keep_because,
                     {{"file", row.number}, {"name", row.name}});
        const result<void> rejected = queue_.moves().reject(claimed, *row.keep_because);
        if (rejected) ++rejected_;
        return rejected;
    }
    if (options_.queue.retention.count() == 0) return queue_.moves().remove(claimed);
    const result<void> moved = queue_.moves().to_done(claimed, *row.settled);
    if (moved) late_growth_.watch(row, boot_now());
    return moved;
}

void settle_loop::look_for_late_growth(bool at_once) {
    const boot_time now = boot_now();
    if (!at_once && (!late_growth_.next_look() || now < *late_growth_.next_look())) return;
    for (file_row& row : late_growth_.look(queue_.moves(), now)) {
        unit_.files.push_back(std::move(row));
        ++rejected_;
        dirty_ = true;
    }
}

void settle_loop::tell_open_files() {
    if (std::exchange(told_open_, books_.size()) != books_.size()) events_.files_open(told_open_);
}

void settle_loop::housekeeping() {
    const boot_time now = boot_now();
    space_.look(queue_.survey(), options_, now);
    if (now < next_housekeeping_) return;
    next_housekeeping_ = now + housekeeping_every;
    if (const result<void> synced = queue_.moves().sync(); !synced) {
        log::error("moves out of cur/ are not durable yet: " + synced.error().message);
        return; // rows of the state are dropped only after that
    }
    trim_history();
    if (const auto swept = queue_.moves().sweep_done(wall_now(), options_.queue.retention); !swept)
        log::warning("done/ was not swept: " + swept.error().message);
    if (const auto reserve = store_.restore_reserve(); !reserve)
        log::debug("the disk reserve is not back yet: " + reserve.error().message);
}

// What a file in cur/ needs is not dropped, also when reading has not come to that file yet; what
// is claimed from now on gets a number above all that a row can name.
void settle_loop::trim_history() {
    const result<std::optional<std::uint64_t>> lowest = queue_.survey().lowest_claimed();
    const result<void> trimmed =
        lowest ? store_.trim(wall_now(), options_.state.history, lowest->value_or(no_file))
               : lowest.error();
    if (!trimmed) log::warning("old history was not removed: " + trimmed.error().message);
}

} // namespace hubspool
