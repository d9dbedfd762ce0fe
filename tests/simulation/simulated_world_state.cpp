// The durable side of the simulated world: the start, and what the state thread does.
#include "simulation/simulated_world.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace hubspool::simulation {

namespace {
constexpr std::size_t copies_most = 3; // of the database
} // namespace

void simulated_world::start() {
    ++life_;
    recovered found;
    while (!start_state(found)) {
        ++report_.kills;
        found = {};
    }
    start_engine(std::move(found));
}

// False when it is killed before its end.
bool simulated_world::start_state(recovered& found) {
    const auto dies = [&] { return now_ < faults_end_ && chance(options_.kill_share); };
    const meta& known = store_.now().meta;
    const start_plan plan =
        plan_start({known.fresh(),
                    {known.state_id, known.run, known.last_number, known.commit},
                    known.frontier,
                    queue_.mark(),
                    queue_.largest()});
    if (plan.database_lost)
        store_.commit({.frontier = plan.frontier,
                       .last_number = plan.last_number,
                       .commit_above = plan.commit_above});
    if (dies()) return false;
    const bool new_id = plan.foreign || known.state_id.empty();
    store_.begin_run(plan.run, new_id ? fmt::format("state-{}", ++state_ids_) : known.state_id);
    if (dies()) return false;

    (void)queue_.sync_claims();
    found.files =
        files_at_start::of(store_.load_files(queue_.lowest().value_or(no_file)),
                           [&](const file_row& row) { return queue_.cur().contains(row.number); });
    found.meta = known;
    if (!found.files.vanished.empty()) {
        // The start that found the database lost may have been killed before it came so far.
        if (report_.databases == 0) throw breach("VANISHED a file that was not settled");
        found.files.close_vanished(wall_now(), found.meta.totals);
        store_.commit({.files = found.files.vanished, .totals = found.meta.totals});
    }
    if (dies()) return false;
    gathered_.emplace(found.meta.totals, plan.last_number);
    store_.load_settled(found.files.settled_from(),
                        [&](const settled_record& settled) { found.files.take_up(settled); });
    found.intake.frontier = plan.frontier;
    found.intake.next_number = plan.last_number + 1;
    mark_ = {known.state_id, plan.run, plan.last_number, known.commit};
    queue_.write_mark(mark_);
    return !dies();
}

void simulated_world::start_engine(recovered found) {
    engine_ = std::make_unique<engine>(
        options_.engine, run_start{now_, options_.patience_of_drain, last_batch_, asked_.resumes});
    passed_ = all_read_ = reading_more_ = false;
    reads_ = true;
    start_frontier_ = found.intake.frontier;
    frontier_asked_ = {};
    next_number_ = found.intake.next_number;
    reading_ = 0;
    books_ = {};
    for (const auto& [number, arrival] : queue_.cur()) {
        const auto begun = found.files.open.find(number);
        if (begun == found.files.open.end())
            to_read_.emplace_back(number, 0);
        else if (!begun->second.row.settled)
            to_read_.emplace_back(number, begun->second.row.watermark.ordinal);
    }
    found.meta.paused = asked_.paused;
    engine_->handle(event::day_told{today()}, at_now());
    engine_->handle(left_by_run_before(found, in_sending(), at_now()), at_now());
    in_books_.clear();
    for (auto& [number, begun] : found.files.open) {
        in_books_.insert(number);
        books_.restore(std::move(begun));
    }
    trim();
    happened(event::run_begun{});
}

// An unanswered request keeps its slot in `sending` as long as it may land, and as it fills the
// window.
milliseconds simulated_world::slot_life() const {
    const rate_limiter_options& limiter = options_.engine.limiter;
    return std::max(options_.engine.late, limiter.window + limiter.margin);
}

sending_leftovers simulated_world::in_sending() const {
    sending_leftovers left;
    if (hold_until_ > now_) {
        left.hold_all_until = hold_until_;
        return left;
    }
    left.released_at = releases_;
    for (const std::shared_ptr<wire>& w : wires_)
        if (!w->ended && now_ < w->sent + slot_life())
            left.requests.push_back({w->sent, w->sent + options_.engine.late, w->hashes});
    return left;
}

// What a process knows.
void simulated_world::forget() {
    told_.clear();
    to_read_.clear();
    requests_read_.clear();
    at_rest_with_.reset();
    gathered_.reset();
    durable_ = {};
    next_turn_ = turn::move;
    ended_ = must_hold_ = false;
    settled_at_ = boot_time::max();
    engine_.reset();
}

// The engine has nothing under way any more; the other threads make all durable.
void simulated_world::stop_and_start() {
    while (state_is_busy()) state_turn();
    engine_->handle(event::books_closed{0, queue_.cur().size()}, at_now());
    const auto ended = std::get<action::finished>(engine_->next(at_now(), false));
    report_.ends.push_back(ended.end);
    if (options_.engine.drain) check_drain(ended);
    const bool is_over = options_.engine.drain && ended.end.why == drain_end::cause::done;
    forget();
    if (!is_over) start();
}

void simulated_world::kill() {
    ++report_.kills;
    forget();
    now_ += milliseconds(random_() % 3000);
    if (chance(options_.power_share)) {
        queue_.lose_power(random_());
        hold_until_ = now_ + options_.engine.late + options_.server.window;
    } else if (chance(options_.database_share)) {
        lose_database();
    }
    start();
}

void simulated_world::copy_database() {
    if (copies_.size() < copies_most)
        copies_.push_back(store_.now());
    else
        copies_[random_() % copies_.size()] = store_.now();
}

void simulated_world::lose_database() {
    ++report_.databases;
    const std::size_t which = random_() % (copies_.size() + 1);
    store_.restore(which == copies_.size() ? simulated_store::image{} : copies_[which]);
}

bool simulated_world::state_is_busy() const {
    return !told_.empty() || gathered_->due(books_) || next_turn_ != turn::take ||
           books_.rows_due_at() || !books_.may_leave().empty();
}

void simulated_world::state_turn() {
    switch (next_turn_) {
    case turn::take:
        take_told();
        if (gathered_->due(books_))
            next_turn_ = turn::commit;
        else if (!books_.may_leave().empty())
            next_turn_ = turn::move;
        return;
    case turn::commit:
        commit();
        next_turn_ = turn::note;
        return;
    case turn::note:
        mark_.commit = store_.now().meta.commit;
        queue_.write_mark(mark_);
        if (chance(0.3)) queue_.write_back();
        next_turn_ = turn::tell;
        return;
    case turn::tell:
        tell();
        next_turn_ = turn::move;
        return;
    case turn::move:
        if (books_.may_leave().empty())
            next_turn_ = turn::take;
        else
            move_one();
        return;
    }
}

void simulated_world::take_told() {
    for (; !told_.empty(); told_.pop_front())
        std::visit([this](auto& m) { take(m); }, told_.front());
    if (books_.rows_due_at() && !chance(0.5)) books_.take_waiting_rows(*books_.rows_due_at());
}

void simulated_world::take(file_started& m) {
    mark_.last_number = std::max(mark_.last_number, m.row.number);
    gathered_->number_given(m.row.number);
    in_books_.insert(m.row.number);
    books_.started(std::move(m.row));
}

void simulated_world::take(outcome_ready& m) {
    books_.settle(m.outcome, [](const settled_record& r) {
        throw breach(fmt::format("BOOKS record {} of file {} settled twice", r.ordinal, r.file));
    });
    gathered_->add(std::move(m.outcome), m.bytes);
}

void simulated_world::settle(const settled_record& r) {
    fates_[{queue_.arrival_of(r.file), r.ordinal}] = r.fate;
    if (r.fate == fate::delivered) ++report_.delivered;
    if (r.fate == fate::superseded) ++report_.superseded;
    if (r.fate == fate::dead) ++report_.dead;
}

void simulated_world::commit() {
    const commit_unit& unit = gathered_->close(
        books_, {wall_now(), [](const file_row&) { return std::nullopt; },
                 [](const file_row& row, const std::string& sums) {
                     throw breach(fmt::format("BOOKS of file {}: {}", row.number, sums));
                 }});
    store_.commit(unit);
    for (const batch_outcome& outcome : unit.outcomes) {
        for (const settled_record& r : outcome.records) settle(r);
        for (const dead_letter& letter : outcome.dead_letters)
            if (!letter.object_id.empty()) report_.dead_objects.insert(letter.object_id);
    }
    if (options_.database_share > 0 && chance(0.1)) copy_database();
    durable_ = gathered_->committed(books_, now_);
}

void simulated_world::tell() {
    const group_commit::durable done = std::exchange(durable_, {});
    for (const std::uint64_t batch : done.batches) happened(event::outcome_stored{batch});
    if (!done.batches.empty()) happened(event::commit_done{done.bytes});
    if (done.frontier) happened(event::frontier_stored{*done.frontier});
    if (done.today) happened(event::day_count_stored{*done.today});
}

void simulated_world::move_one() {
    const std::uint64_t number = books_.may_leave().front();
    queue_.leave(number);
    books_.left(number);
    in_books_.erase(number);
}

// The state thread does so between its turns; what is gathered stays as it is.
void simulated_world::trim() {
    queue_.sync_moves();
    const std::uint64_t noted = in_books_.empty() ? mark_.last_number + 1 : *in_books_.begin();
    store_.trim(wall_now(), options_.rows_by_mark ? noted : queue_.lowest().value_or(no_file));
}

void simulated_world::check_books() const {
    const totals& sums = store_.now().meta.totals;
    const std::uint64_t settled = sums.delivered + sums.superseded + sums.dead_lettered;
    if (sums.records_in != settled)
        throw breach(fmt::format("BOOKS {} records in, {} settled", sums.records_in, settled));
}

} // namespace hubspool::simulation
