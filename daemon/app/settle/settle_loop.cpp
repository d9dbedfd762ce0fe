#include "app/settle/settle_loop.hpp"

#include "app/settle/outcome_log.hpp"
#include "app/settle/status_file.hpp"
#include "base/clocks.hpp"

#include <algorithm>
#include <utility>

namespace hubspool {

namespace {
constexpr milliseconds retry_commit_every{1000};
} // namespace

settle_loop::settle_loop(queue_directory& queue, outcome_store& outcomes,
                         operator_requests& requests, const settings& options, const totals& before,
                         const run_mark& mark)
    : outcome_store_(outcomes), requests_(requests), options_(options),
      gathered_(before, mark.last_number), writer_(outcomes, queue, mark),
      exits_(queue.moves(), options), housekeeping_(queue, outcomes, options) {
}

template <>
void settle_loop::on(file_started& m) {
    gathered_.number_given(m.row.number);
    gathered_.stamp_given(m.row.stamp);
    books_.started(std::move(m.row), m.unread_from);
}

template <>
void settle_loop::on(block_read& m) {
    books_.block_read(m.file, m.from, {m.size, m.mtime_ns, std::move(m.keep_because), m.oldest});
}

template <>
void settle_loop::on(file_read& m) {
    file_end& end = m.end;
    books_.read_to_end(m.file, end.records_in,
                       {end.size, end.mtime_ns, std::move(end.keep_because), {}, end.remark},
                       boot_now());
}

template <>
void settle_loop::on(frontier_wanted& m) {
    gathered_.raise_frontier(m.which, m.upto);
}

template <>
void settle_loop::on(day_counted& m) {
    gathered_.count_day(m.count);
}

template <>
void settle_loop::on(outcome_ready& m) {
    const std::uint64_t batch = m.outcome.batch;
    books_.settle(m.outcome, [batch](const settled_record& record) {
        log::error("a record was settled twice; this is an error of hubspool",
                   {{"file", record.file}, {"record", record.ordinal}, {"batch", batch}});
    });
    // Batch 0 is none: dead letters found while reading have lines of their own.
    if (batch != 0) log_outcome(m.outcome, clean_at_);
    gathered_.add(std::move(m.outcome), m.bytes);
}

template <>
void settle_loop::on(parks_changed& m) {
    gathered_.replace_parks(std::move(m.parks));
}

template <>
void settle_loop::on(portal_changed& m) {
    gathered_.change_portal(std::move(m.change));
}

// Not durable and not in order: it tells of now.
template <>
void settle_loop::on(live_status& m) {
    write_status_file(options_.state.directory, m.json);
}

// What may be older than the history is known now: a drain is over before the next time.
template <>
void settle_loop::on(reading_passed&) {
    housekeeping_.reading_passed();
}

template <>
void settle_loop::on(request_wanted&) {
    const auto request = requests_.read_request();
    reports_.request_trouble(request ? std::string() : request.error().message);
    // Nothing: it could not be read, and the loop thread holds until it can.
    events_.request(request ? std::optional(*request) : std::nullopt);
}

template <>
void settle_loop::on(progress_asked& m) {
    m.answer();
}

void settle_loop::write_last_status(const std::string& json) {
    write_status_file(options_.state.directory, json);
}

void settle_loop::run() {
    // First: what the run before has settled may have grown since, and what it left in cur/ may
    // leave now.
    exits_.watch_files_of_before(outcome_store_, wall_now(), boot_now());
    exits_.move(books_, boot_now());
    while (true) {
        // Asked before the messages are taken: what was posted before the close is still among
        // them.
        const bool last = box_.closed();
        const bool more = last || due() || !backlog_.empty() || exits_.has_more();
        // Waits only with nothing to do: a commit that is due must not wait for a message.
        take_in(box_.take_all(more ? milliseconds(0) : time_to_wait()));
        // A little, so that outcomes that come fast share a transaction.
        if (!last) wait_for_more();
        tell_open_files();
        // At the end all rows at once: nobody comes back for them.
        books_.take_waiting_rows(last ? boot_time::max() : boot_now());
        for (file_row& grown : exits_.look_for_late_growth(boot_now(), last))
            gathered_.add(std::move(grown));
        // Dead letters, rows and outcomes are one transaction; see group_commit.hpp.
        if (due() && !commit()) {
            box_.close(); // nobody may wait for room in it any more
            return;
        }
        // Only now: a file leaves when its row is durable.
        exits_.move(books_, boot_now());
        tell_open_files();
        reports_.look(boot_now(), last);
        if (const auto horizon =
                housekeeping_.look(boot_now(), wall_now(), [this] { return oldest_key(books_); }))
            events_.history_trimmed(*horizon);
        // Nothing is left: no messages, no rows, no outcomes, no files that may go.
        if (last && backlog_.empty() && !due() && !exits_.has_more()) return;
    }
}

milliseconds settle_loop::time_to_wait() const {
    // At the latest for the next cleaning up.
    const boot_time now = boot_now();
    boot_time until = housekeeping_.next();
    until = std::min(until, exits_.next(now).value_or(until));
    until = std::min(until, books_.rows_due_at().value_or(until));
    return std::max(until - now, milliseconds(0));
}

void settle_loop::take_in(std::vector<settle_message> messages) {
    // What was put aside while the disk was full comes first, in its order.
    std::vector<settle_message> before = std::exchange(backlog_, {});
    for (settle_message& message : before) std::visit([this](auto& m) { on(m); }, message);
    for (settle_message& message : messages) std::visit([this](auto& m) { on(m); }, message);
}

void settle_loop::wait_for_more() {
    const milliseconds left = gathered_.wait_for_more(books_, boot_now());
    if (left <= milliseconds(0)) return;
    // Ends early when the box is closed: a stop must not wait.
    box_.wait_closed(left);
    take_in(box_.take_all(milliseconds(0)));
}

bool settle_loop::commit() {
    const commit_unit& unit = gathered_.close(
        books_,
        {wall_now(), [this](const file_row& row) { return exits_.size_now(row); },
         [](const file_row& row, const std::string& sums) {
             log::error("an error of hubspool, please report it: a file goes to rejected/, " + sums,
                        {{"file", row.number}, {"name", row.name}});
         },
         [this](const file_row& row) { reports_.overtaken(row, boot_now()); }});
    result<void> done = writer_.write(unit);
    // A full disk or a locked database passes; all else ends the daemon.
    while (!done && commit_writer::passes(done.error()) && wait_to_write())
        done = writer_.write(unit);
    if (!done) {
        events_.fatal("the state cannot be written: " + done.error().message +
                      "; nothing is lost, what was not recorded is sent again after a restart");
        return false;
    }
    // Told only now, since the loop thread sends, and forgets, what it knows to be durable.
    const group_commit::durable told = gathered_.committed(books_, boot_now());
    if (!told.tickets.empty()) events_.committed(told.tickets, told.bytes);
    if (told.read_to != frontiers{}) events_.frontiers_durable(told.read_to);
    if (told.today) events_.budget_durable(*told.today);
    return true;
}

// Until the next try. False: the daemon ends, and waits no more.
bool settle_loop::wait_to_write() {
    if (box_.closed()) return false;
    const boot_time next_try = boot_now() + retry_commit_every;
    milliseconds left = retry_commit_every;
    while (left > milliseconds(0) && !box_.closed()) {
        put_aside(box_.take_all(left));
        // At once, or what the reader can read within the wait is bounded by nothing.
        tell_open_files();
        left = next_try - boot_now();
    }
    return true;
}

// Answers what cannot wait, keeps the rest in order.
void settle_loop::put_aside(std::vector<settle_message> messages) {
    // Only what writes nothing into the database, and somebody waits for.
    for (settle_message& message : messages) {
        if (auto* const asked = std::get_if<request_wanted>(&message))
            on(*asked);
        else if (auto* const status = std::get_if<live_status>(&message))
            on(*status);
        else if (auto* const progress = std::get_if<progress_asked>(&message))
            on(*progress);
        else
            backlog_.push_back(std::move(message));
    }
}

void settle_loop::tell_open_files() {
    // Counted against pending.max_bytes: an open file costs memory, too, and what waits to be
    // written into the books no less.
    const books_size held = books_.size();
    const std::pair now{held.files - held.settled + backlog_.size(), held.settled};
    if (std::exchange(told_open_, now) != now) events_.files_open(now.first, now.second);
}

} // namespace hubspool
