#include "simulation/simulated_state_thread.hpp"

#include "simulation/breach.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace hubspool::simulation {

simulated_state_thread::simulated_state_thread(surroundings around, const run_mark& mark,
                                               const totals& before,
                                               std::map<std::uint64_t, open_file> open,
                                               std::uint64_t unread_from)
    : around_(std::move(around)), mark_(mark), gathered_(before, mark.last_number) {
    for (auto& [number, file] : open) {
        in_books_.insert(number);
        books_.restore(std::move(file), unread_from);
    }
}

bool simulated_state_thread::is_busy() const {
    return !told_.empty() || !requests_read_.empty() || gathered_.due(books_) ||
           next_ != step::take || books_.rows_due_at() || !books_.may_leave().empty();
}

void simulated_state_thread::turn(boot_time now, wall_time wall) {
    now_ = now;
    switch (next_) {
    case step::take:
        take_told(now);
        if (gathered_.due(books_))
            next_ = step::commit;
        else if (!books_.may_leave().empty())
            next_ = step::move;
        return;
    case step::commit:
        commit(wall);
        next_ = step::note;
        return;
    case step::note:
        mark_.commit = around_.store.now().meta.commit;
        around_.queue.write_mark(mark_);
        if (chance(0.3)) around_.queue.write_back();
        next_ = step::tell;
        return;
    case step::tell:
        next_ = step::move;
        tell_durable();
        return;
    case step::move:
        if (books_.may_leave().empty())
            next_ = step::take;
        else
            move_one();
        return;
    }
}

void simulated_state_thread::take_told(boot_time now) {
    now_ = now;
    // What was read of operators' requests reaches the loop thread a little later.
    for (const operator_request& found : std::exchange(requests_read_, {}))
        around_.told(event::operators_read{found});
    for (settle_message& message : std::exchange(told_, {}))
        std::visit([this](auto& m) { take(m); }, message);
    if (books_.rows_due_at() && !chance(0.5)) books_.take_waiting_rows(*books_.rows_due_at());
}

void simulated_state_thread::take(file_started& m) {
    mark_.last_number = std::max(mark_.last_number, m.row.number);
    gathered_.number_given(m.row.number);
    in_books_.insert(m.row.number);
    books_.started(std::move(m.row), m.unread_from);
}

void simulated_state_thread::take(outcome_ready& m) {
    books_.settle(m.outcome, [](const settled_record& r) {
        throw breach(fmt::format("BOOKS record {} of file {} settled twice", r.ordinal, r.file));
    });
    gathered_.add(std::move(m.outcome), m.bytes);
}

void simulated_state_thread::commit(wall_time wall) {
    const commit_unit& unit = gathered_.close(
        books_, {wall, [](const file_row&) { return std::nullopt; },
                 [](const file_row& row, const std::string& sums) {
                     throw breach(fmt::format("BOOKS of file {}: {}", row.number, sums));
                 }});
    around_.store.commit(unit);
    around_.committed(unit);
    durable_ = gathered_.committed(books_, now_);
}

void simulated_state_thread::tell_durable() {
    const group_commit::durable done = std::exchange(durable_, {});
    for (const std::uint64_t ticket : done.tickets) around_.told(event::outcome_stored{ticket});
    if (!done.tickets.empty()) around_.told(event::commit_done{done.bytes});
    if (done.read_to != frontiers{}) around_.told(event::frontiers_stored{done.read_to});
    if (done.today) around_.told(event::day_count_stored{*done.today});
}

void simulated_state_thread::move_one() {
    const std::uint64_t number = books_.may_leave().front();
    around_.queue.leave(number);
    books_.left(number);
    in_books_.erase(number);
}

void simulated_state_thread::trim(wall_time before) {
    around_.queue.sync_moves();
    const std::uint64_t noted = in_books_.empty() ? mark_.last_number + 1 : *in_books_.begin();
    const std::uint64_t lowest = around_.queue.lowest().value_or(no_file);
    order_key keep_from;
    if (knows_oldest_) keep_from = oldest_key(books_).value_or(order_key{UINT64_MAX, 0, 0});
    for (const settle_message& message : told_)
        if (const auto* const read = std::get_if<block_read>(&message); read && read->oldest)
            keep_from = std::min(keep_from, {*read->oldest, 0, 0});
    around_.store.trim(before, around_.store.rows_by_mark ? noted : lowest, keep_from);
    around_.told(event::history_trimmed{around_.store.now().horizon});
}

bool simulated_state_thread::chance(double share) {
    return std::uniform_real_distribution<double>(0, 1)(around_.random) < share;
}

} // namespace hubspool::simulation
