// The starts and ends of processes in the simulated world, and what of it is durable.
#include "simulation/simulated_world.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace hubspool::simulation {

namespace {
constexpr std::size_t copies_most = 3; // of the database
} // namespace

void simulated_world::start() {
    ++life_;
    sent_in_life_ = 0;
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
                    known.read_to,
                    queue_.mark(),
                    queue_.largest()});
    if (plan.database_lost) {
        if (options_.syncs_moves) queue_.sync_moves();
        forgotten_ = queue_.left();
        store_.commit({.read_to = plan.read_to,
                       .last_number = plan.last_number,
                       .commit_above = plan.commit_above});
        store_.begin_epoch(++epochs_, horizon_of_lost());
        accepted_.clear(); // it may all be too late now
    }
    if (dies()) return false;
    const bool new_id = plan.foreign || known.state_id.empty();
    store_.begin_run(plan.run, new_id ? fmt::format("state-{}", ++state_ids_) : known.state_id);
    if (dies()) return false;

    (void)queue_.sync_claims();
    found.files =
        files_at_start::of(store_.load_files(queue_.lowest().value_or(no_file)),
                           [&](const file_row& row) { return queue_.cur().contains(row.number); });
    found.meta = known;
    if (plan.database_lost) found.meta.charges.clear();
    if (!found.files.vanished.empty()) {
        // The start that found the database lost may have been killed before it came so far.
        if (report_.databases == 0) throw breach("VANISHED a file that was not settled");
        found.files.close_vanished(wall_now(), found.meta.totals);
        store_.commit({.files = found.files.vanished, .totals = found.meta.totals});
    }
    if (dies()) return false;
    store_.load_settled(found.files.settled_from(),
                        [&](const settled_record& settled) { found.files.take_up(settled); });
    found.intake.read_to = plan.read_to;
    found.intake.next_number = plan.last_number + 1;
    found.mark = {known.state_id, plan.run, plan.last_number, known.commit};
    queue_.write_mark(found.mark);
    return !dies();
}

// What was delivered before the lowest file of cur/ is known to nobody.
order_key simulated_world::horizon_of_lost() const {
    std::optional<file_order> lowest;
    if (queue_.lowest()) {
        const claim::moment named = queue_.name_of(*queue_.lowest()).own;
        lowest = {named.stamp, named.stamp, named.number};
    }
    return hubspool::horizon_of_lost(lowest, queue_.last_stamp(), queue_.largest());
}

void simulated_world::start_engine(recovered found) {
    engine_ = std::make_unique<engine>(
        options_.engine, run_start{now_, options_.patience_of_drain, last_batch_, asked_.resumes});
    passed_ = all_read_ = reading_more_ = false;
    reads_ = true;
    start_read_to_ = found.intake.read_to;
    // Of what lies beyond nothing is known to the new run.
    std::erase_if(accepted_, [&](const auto& one) {
        return start_read_to_[file_of(one.second.file).in] < one.second;
    });
    frontiers_asked_ = {};
    next_number_ = found.intake.next_number;
    reading_ = {};
    for (const auto& [number, arrival] : queue_.cur()) {
        const auto begun = found.files.open.find(number);
        if (begun == found.files.open.end())
            to_read_[file_of(number).in].emplace_back(number, 0);
        else if (!begun->second.row.settled)
            to_read_[file_of(number).in].emplace_back(number, begun->second.row.watermark.ordinal);
    }
    found.meta.paused = asked_.paused;
    engine_->handle(event::day_told{today()}, at_now());
    event::run_before left = left_by_run_before(found, in_sending(), at_now());
    left.newest_key = {queue_.last_stamp(),
                       std::max(left.read_to.live.file, left.read_to.bulk.file), UINT64_MAX};
    left.horizon = store_.now().horizon;
    if (!options_.tells_what_was_read) left.read_to = {};
    engine_->handle(std::move(left), at_now());
    state_.emplace(
        simulated_state_thread::surroundings{queue_, store_, random_, asked_,
                                             [this](event::any what) { happened(std::move(what)); },
                                             [this](const commit_unit& unit) { committed(unit); }},
        found.mark, found.meta.totals, std::move(found.files.open), unread_from());
    if (options_.trim_share > 0) state_->trim(wall_now());
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
    to_read_ = {};
    asked_about_.clear();
    at_rest_with_.reset();
    state_.reset();
    ended_ = must_hold_ = false;
    engine_.reset();
}

// The engine has nothing under way any more; the other threads make all durable.
void simulated_world::stop_and_start() {
    while (state_->is_busy()) state_->turn(now_, wall_now());
    engine_->handle(event::books_closed{0, only_ ? 0 : queue_.cur().size()}, at_now());
    const auto ended = std::get<action::finished>(engine_->next(at_now(), false));
    report_.ends.push_back(ended.end);
    check_ended(ended);
    forget();
    now_ += milliseconds(random_() % 20000);
    const bool done = ended.end.why == drain_end::cause::done;
    const bool had_one_lane = done && std::exchange(only_, std::nullopt);
    if ((!done || had_one_lane) && options_.starts_again) start();
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

void simulated_world::committed(const commit_unit& unit) {
    for (const batch_outcome& outcome : unit.outcomes) {
        for (const settled_record& r : outcome.records) {
            check_forgotten(queue_.arrival_of(r.file));
            fates_[{queue_.arrival_of(r.file), r.ordinal}] = r.fate;
            if (r.fate == fate::delivered) ++report_.delivered;
            const bool overtaken = r.fate == fate::overtaken;
            if (r.fate == fate::superseded || overtaken) ++report_.superseded;
            if (overtaken) ++report_.overtaken;
            if (r.fate == fate::unchanged) ++report_.unchanged;
            if (r.fate == fate::superseded || overtaken) check_superseded(r);
            if (r.fate == fate::dead) ++report_.dead;
        }
        for (const dead_letter& letter : outcome.dead_letters) check_letter(letter);
        check_retries(outcome);
    }
    if (options_.database_share > 0 && chance(0.1)) copy_database();
}

// Only what the history may have forgotten is too late, whatever it was merged with.
void simulated_world::check_letter(const dead_letter& letter) {
    if (!letter.object_id.empty()) report_.dead_objects.insert(letter.object_id);
    if (!letter.object_id.empty()) letters_.push_back(letter);
    if (letter.category != category_too_late) return;
    for (const dead_letter::origin& r : letter.records) {
        const std::size_t arrival = queue_.arrival_of(r.file);
        const std::uint64_t number = records_.files()[arrival].records[r.ordinal].number;
        if (key_of(number) >= store_.now().horizon || accepted_.contains({arrival, r.ordinal}))
            throw breach(fmt::format("TOO LATE {}, which was in time", number));
    }
}

void simulated_world::check_forgotten(std::size_t arrival) const {
    if (forgotten_.contains(arrival))
        throw breach(fmt::format("BACK IN cur/ file {}, whose fates were forgotten", arrival));
}

void simulated_world::check_superseded(const settled_record& settled) const {
    if (values_repeat()) return;
    const simulated_records::record& r =
        records_.files()[queue_.arrival_of(settled.file)].records[settled.ordinal];
    const auto known = acknowledged_.find(r.object);
    for (const std::string& name : r.fields) {
        const bool newer = known != acknowledged_.end() && known->second.contains(name) &&
                           key_of(r.number) <= key_of(known->second.at(name));
        if (!newer)
            throw breach(
                fmt::format("SUPERSEDED {}.{}: {} without a newer one", r.object, name, r.number));
    }
}

void simulated_world::check_books() const {
    const totals& sums = store_.now().meta.totals;
    const std::uint64_t settled =
        sums.delivered + sums.superseded + sums.unchanged + sums.dead_lettered;
    if (sums.records_in != settled)
        throw breach(fmt::format("BOOKS {} records in, {} settled", sums.records_in, settled));
}

} // namespace hubspool::simulation
