#include "simulation/simulated_world.hpp"

#include "core/words/object_hash.hpp"

#include <fmt/core.h>
#include <simdjson.h>

#include <algorithm>

namespace hubspool::simulation {

simulated_world::simulated_world(world_options options)
    : options_(std::move(options)), random_(options_.seed),
      server_(options_.server, options_.seed + 1), faults_end_(now_ + options_.faults_for),
      records_(options_.records, random_) {
    store_.rows_by_mark = options_.rows_by_mark;
    ledger_.learns_unchanged = options_.ledger_learns_unchanged;
    if (options_.day) calendar_.emplace(*options_.day, now_);
}

// The renames of one scan, and only later their handing over, when they are durable.
void simulated_world::claim_some() {
    for (const std::uint64_t number : queue_.sync_claims())
        to_read_[file_of(number).in].emplace_back(number, 0);
    // A drain claims what is there, and then no more.
    const bool claims = reads_ && !(options_.engine.drain && all_read_);
    while (claims && queue_.claimed() < arrived_) {
        const simulated_records::file& f = records_.files()[queue_.claimed()];
        const auto came = static_cast<as_of_ms>(wall_now().time_since_epoch().count());
        const std::size_t arrival = queue_.claimed();
        queue_.claim(next_number_, came - random_() % 1000, f.base);
        for (std::size_t i = 0; i < f.records.size(); ++i) {
            // A claim that power loss took back gives other keys the next time.
            accepted_.erase({arrival, i});
            keys_[f.records[i].number] =
                simulated_records::key_of(f, queue_.name_of(next_number_), i);
        }
        ++next_number_;
    }
}

// Of files that the state thread was not told of.
std::uint64_t simulated_world::unread_from() const {
    std::uint64_t lowest = no_file;
    for (const lane of : both_lanes)
        for (const auto& [number, ordinal] : to_read_[of])
            if (number > reading_[of]) lowest = std::min(lowest, number);
    return lowest;
}

void simulated_world::begin_file(lane of) {
    file_started begun;
    begun.row.number = reading_[of] = to_read_[of].front().first;
    begun.row.lane = of;
    begun.unread_from = unread_from();
    state_->tell(std::move(begun));
}

// Whichever lane has room, so that they mix in any way.
std::optional<lane> simulated_world::lane_to_read() {
    const std::size_t most = options_.engine.pending_bytes_max;
    const auto is_ready = [&](lane of) {
        const bool room =
            engine_->held_bytes() <= most && engine_->lane_bytes()[of] <= most / 4 * 3;
        return has_to_read(of) && (!passed_ || room);
    };
    const lane first = chance(0.5) ? lane::live : lane::bulk;
    const lane second = first == lane::live ? lane::bulk : lane::live;
    if (is_ready(first)) return first;
    return is_ready(second) ? std::optional(second) : std::nullopt;
}

void simulated_world::read_some() {
    if (!reads_) return;
    const bool idle = engine_->facts().everything_settled && passed_ && !reading_more_;
    must_hold_ = asked_.paused && (must_hold_ || idle);
    if (!is_all_read()) {
        const auto of = lane_to_read();
        if (!of) return;
        read_of(*of);
    }
    look_at_frontiers();
    const bool more = !is_all_read();
    if (more != std::exchange(reading_more_, more)) happened(event::reading_changed{more});
    if (!options_.engine.drain || all_read_ || more || queue_.claims_wait()) return;
    all_read_ = true;
    happened(event::everything_read{});
}

void simulated_world::read_of(lane of) {
    auto& [number, ordinal] = to_read_[of].front();
    const std::size_t records = file_of(number).records.size();
    if (reading_[of] != number) begin_file(of);
    if (ordinal < records) {
        const decoded_block block =
            simulated_records::block_of(file_of(number), queue_.name_of(number), ordinal);
        state_->tell(block_read{
            number, {ordinal * 100, ordinal, ordinal + 1, 0}, 0, 0, std::nullopt, block.oldest()});
        const std::uint64_t value = file_of(number).records[ordinal].number;
        if (key_of(value) >= store_.now().horizon)
            accepted_[{queue_.arrival_of(number), ordinal}] = {number, ordinal * 100};
        happened(event::records_read{block});
        if (frontiers_asked_[of] < end_of_file(number)) {
            frontiers_asked_[of] = end_of_file(number + options_.frontier_ahead);
            state_->tell(frontier_wanted{of, frontiers_asked_[of]});
        }
        ++ordinal;
    }
    if (ordinal < records) return;
    happened(event::file_ended{number});
    file_end read;
    read.records_in = records;
    state_->tell(file_read{number, std::move(read)});
    to_read_[of].pop_front();
}

bool simulated_world::is_before_frontier(lane of) const {
    const auto& files = to_read_[of];
    const arrival unread = files.empty() ? end_of_file(next_number_)
                                         : arrival{files.front().first, files.front().second * 100};
    return unread <= start_read_to_[of];
}

bool simulated_world::has_to_read(lane of) const {
    return !to_read_[of].empty() && lane_turns(true, only_).reads(of, is_before_frontier(of));
}

void simulated_world::look_at_frontiers() {
    if (passed_) return;
    int behind = 0;
    for (const lane of : both_lanes)
        if (is_before_frontier(of)) ++behind;
    using wait_for = world_options::wait_for;
    if (behind > 0 && options_.frontiers == wait_for::both) return;
    if (behind > 1 && options_.frontiers == wait_for::one) return;
    passed_ = true;
    state_->tell(reading_passed{});
    happened(event::frontiers_passed{});
}

// As the delivery loop does: whatever happens, the engine is asked what is to be done.
void simulated_world::happened(event::any what) {
    engine_->handle(std::move(what), at_now());
    follow_engine();
}

void simulated_world::follow_engine() {
    while (!ended_) {
        action::any next = engine_->next(at_now(), !connections_fail());
        if (const auto* const wait = std::get_if<action::wait_until>(&next)) {
            engine_waits_ = wait->at;
            return;
        }
        std::visit([this](auto& a) { act(a); }, next);
    }
}

void simulated_world::act(action::connect&) {
    ++report_.refused;
    engine_->handle(event::connection_failed{"connection refused"}, at_now());
}

void simulated_world::act(action::send_request& a) {
    const outgoing_request* const request = &a.request;
    check_parks(request->object_ids.size());
    check_pause();
    ++report_.requests;
    if (++sent_in_life_ > options_.engine.requests_max.value_or(UINT64_MAX))
        throw breach("SENT more requests than the run may");
    auto w = std::make_shared<wire>();
    w->batch = request->batch;
    w->life = life_;
    w->sent = now_;
    simdjson::dom::parser parser;
    for (simdjson::dom::element input : parser.parse(request->body)["inputs"]) {
        const std::string id(input["objectId"].get_string().value());
        if (w->inputs.contains(id)) throw breach("object " + id + " twice in one batch");
        auto& values = w->inputs[id];
        for (const auto [key, value] : input.get_object())
            if (value.is_uint64()) values[std::string(key)] = value.get_uint64().value();
    }
    for (const std::string_view id : request->object_ids) w->hashes.push_back(object_id_hash(id));
    for (const std::shared_ptr<wire>& other : wires_) {
        if (other->ended || other->life != life_) continue;
        for (const auto& [id, values] : w->inputs)
            if (other->inputs.contains(id))
                throw breach("object " + id + " in two requests at once");
    }
    w->plan = server_.receive(w->inputs, now_, now_ < faults_end_);
    meet_the_day(*w);
    if (const auto rate = server_.rate_breach()) throw breach("RATE " + *rate);
    last_batch_ = std::max(last_batch_, request->batch);
    wires_.push_back(std::move(w));
}

void simulated_world::server_turn() {
    for (const std::shared_ptr<wire>& w : wires_) {
        if (w->applied || !w->plan.applied_at || *w->plan.applied_at > now_) continue;
        w->applied = true;
        for (const auto& [id, values] : w->inputs)
            for (const auto& [name, value] : values)
                if (is_newer(acknowledged_[id][name], value))
                    throw breach(fmt::format("BACK {}.{}: {} over {}", id, name, value,
                                             acknowledged_[id][name]));
        server_.apply(w->inputs);
    }
    for (std::size_t i = 0; i < wires_.size(); ++i) {
        const std::shared_ptr<wire> w = wires_[i];
        if (!w->ended && w->life == life_ && w->plan.answered_at <= now_) answer(*w);
    }
    std::erase_if(wires_, [&](const std::shared_ptr<wire>& w) {
        const bool over = w->applied || !w->plan.applied_at;
        return over && (w->ended || now_ >= w->sent + slot_life());
    });
}

void simulated_world::answer(wire& w) {
    if (w.plan.answer.status == 401) take_up_token();
    w.plan.answer.credential_changed = w.token != token_;
    happened(event::answer_came{w.batch, w.plan.answer});
}

// 0: there is none.
bool simulated_world::has_larger_key(std::uint64_t value, std::uint64_t than) const {
    return value != 0 && (than == 0 || key_of(than) < key_of(value));
}

bool simulated_world::is_newer(std::uint64_t value, std::uint64_t than) const {
    return !values_repeat() && has_larger_key(value, than);
}

void simulated_world::act(action::look_up& a) {
    if (!asked_about_.empty()) throw breach("ASKED the ledger twice at once");
    asked_about_ = std::move(a.object_ids);
}

void simulated_world::answer_lookup() {
    if (now_ < faults_end_ && chance(options_.ledger_share)) ledger_.lose();
    if (now_ < faults_end_ && chance(options_.ledger_share)) ledger_.go_back();
    if (asked_about_.empty() || !engine_ || !chance(0.7)) return;
    ledger_answer answer;
    for (const std::string& id : std::exchange(asked_about_, {}))
        answer.entries.push_back(ledger_.look_up(id, store_.now()));
    if (options_.tells_horizon) answer.horizon = store_.now().horizon;
    happened(event::looked_up{std::move(answer)});
}

simulated_world::wire& simulated_world::wire_of(std::uint64_t batch) {
    for (const std::shared_ptr<wire>& w : wires_)
        if (w->life == life_ && w->batch == batch) return *w;
    throw breach(fmt::format("UNKNOWN batch {}", batch));
}

void simulated_world::act(action::end_request& a) {
    releases_.emplace_back(a.slot_release, 1);
    wire& w = wire_of(a.batch);
    w.ended = true;
    if (a.conclusive) return;
    // Without a conclusive answer it stays in `sending`, and counts again after a crash.
    auto left = std::make_shared<wire>(w);
    left->ended = false;
    left->life = 0;
    w.plan.applied_at.reset();
    wires_.push_back(std::move(left));
}

void simulated_world::act(action::persist_outcome& a) {
    for (const settled_change& change : a.outcome.changes.all()) {
        if (change.fate != fate::delivered) continue;
        for (const auto& [name, value] : wire_of(a.outcome.batch).inputs.at(change.object_id))
            if (is_newer(value, acknowledged_[change.object_id][name]))
                acknowledged_[change.object_id][name] = value;
    }
    state_->tell(outcome_ready{std::move(a.outcome), a.bytes});
}

void simulated_world::feed() {
    if (!options_.feed_controls || arrived_ < records_.files().size() || engine_->empty() ||
        now_ < fed_at_ + std::chrono::minutes(1))
        return;
    fed_at_ = now_;
    records_.add_file();
}

bool simulated_world::file_arrives() {
    if (arrived_ == records_.files().size()) return false;
    if (options_.engine.drain) return true;
    return calendar_ ? now_ >= calendar_->file_arrives(arrived_) : chance(0.3);
}

// While a park stands and nothing may be asked, the engine looks around each second and finds all
// as it was: of hours of that one second of each minute tells as much.
boot_time simulated_world::engine_wakes() const {
    if (!calendar_ || options_.engine.drain || asked_.paused) return engine_waits_;
    const std::vector<park> parks = engine_->parks();
    // With nothing to ask with, what comes ends it: next_of_day() knows.
    if (!parks.empty() && engine_->empty()) return boot_time::max();
    boot_time wakes = engine_waits_;
    for (const park& p : parks) wakes = std::max(wakes, p.probe_at);
    return wakes;
}

boot_time simulated_world::next_event() {
    boot_time next = std::min(engine_wakes(), next_of_day());
    if (resumes_at_ != boot_time{}) next = std::min(next, resumes_at_);
    if (options_.feed_controls) next = std::min(next, fed_at_ + std::chrono::minutes(1));
    for (const std::shared_ptr<wire>& w : wires_) {
        if (!w->applied && w->plan.applied_at) next = std::min(next, *w->plan.applied_at);
        if (!w->ended && w->life == life_) next = std::min(next, w->plan.answered_at);
    }
    return next;
}

bool simulated_world::done() const {
    return queue_.claimed() == records_.files().size() && queue_.cur().empty() &&
           engine_->empty() && !state_->is_busy() &&
           std::none_of(wires_.begin(), wires_.end(), [](const std::shared_ptr<wire>& w) {
               return !w->applied && w->plan.applied_at;
           });
}

world_report simulated_world::run() {
    start();
    const boot_time end = now_ + options_.patience;
    // A drain ends by itself.
    while (options_.engine.drain ? engine_ != nullptr : !done()) {
        if (now_ > end)
            throw breach(fmt::format("STUCK with {} objects pending, {} parks, suspects {}",
                                     engine_->status(now_).objects, engine_->parks().size(),
                                     engine_->status(now_).suspects));
        const bool faults = now_ < faults_end_;
        if (faults && chance(options_.kill_share)) kill();
        if (faults && chance(options_.stop_share)) happened(event::stop_wanted{});
        pass_day();
        while (file_arrives()) ++arrived_;
        claim_some();
        look_in_rest();
        if (chance(0.7)) read_some();
        server_turn();
        while (chance(0.7)) state_->turn(now_, wall_now());
        if (chance(options_.trim_share)) state_->trim(wall_now());
        if (now_ < faults_end_ && chance(options_.retry_share)) retry();
        answer_lookup();
        operate();
        feed();
        follow_engine();
        check_standing();
        if (ended_) stop_and_start();
        if (engine_) pass_time();
    }
    report_.ended = now_;
    if (options_.engine.drain && report_.ends.back().why != drain_end::cause::done) return report_;
    check_end();
    check_books();
    if (calendar_) report_.day = calendar_->what_came();
    return report_;
}

void simulated_world::pass_time() {
    const bool busy = queue_.claimed() < arrived_ || queue_.claims_wait() || !is_all_read() ||
                      state_->is_busy() || (!calendar_ && arrived_ < records_.files().size()) ||
                      !passed_ || !asked_about_.empty();
    const boot_time next = next_event();
    if (busy)
        now_ += milliseconds(1 + static_cast<std::int64_t>(random_() % 50));
    else if (next > now_)
        now_ = std::min(next, now_ + std::chrono::minutes(20));
}

} // namespace hubspool::simulation
