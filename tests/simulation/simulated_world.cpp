#include "simulation/simulated_world.hpp"

#include "core/coded_fields.hpp"
#include "core/object_hash.hpp"

#include <fmt/core.h>
#include <simdjson.h>

#include <algorithm>

namespace hubspool::simulation {

simulated_world::simulated_world(world_options options)
    : options_(std::move(options)), random_(options_.seed),
      server_(options_.server, options_.seed + 1), faults_end_(now_ + options_.faults_for) {
    if (options_.day) calendar_.emplace(*options_.day, now_);
    make_files();
}

void simulated_world::make_files() {
    std::uint64_t number = 0;
    static const std::vector<std::string> names{"eventName", "eventType", "eventUrl"};
    for (std::uint32_t i = 0; i < options_.files; ++i) {
        file f;
        f.in = chance(0.5) ? lane::live : lane::bulk;
        for (std::uint32_t j = 0; j < options_.records_a_file; ++j) {
            record r;
            r.number = ++number;
            r.object = std::to_string(random_() % options_.objects + 100);
            for (const std::string& name : names)
                if (chance(0.5)) r.fields.push_back(name);
            r.bad = chance(options_.bad_share);
            f.records.push_back(std::move(r));
        }
        files_.push_back(std::move(f));
    }
}

void simulated_world::start() {
    ++life_;
    engine_ = std::make_unique<dispatcher>(options_.engine, last_batch_);
    engine_->await_frontier();
    engine_->raise_frontier(frontier_, now_);
    passed_ = false;
    for (std::uint64_t number = 1; number <= files_.size(); ++number) {
        settled_set settled;
        for (std::size_t i = 0; i < files_[number - 1].records.size(); ++i)
            if (fates_.contains({number, i})) settled.insert(i);
        engine_->restore_settled(number, settled);
    }
    for (const auto& [release, count] : releases_) engine_->restore_slots(release, count);
    for (const std::shared_ptr<wire>& w : wires_) {
        if (w->ended || now_ >= w->sent + options_.engine.late) continue;
        engine_->restore_unanswered(now_);
        for (const std::uint64_t hash : w->hashes)
            engine_->hold_object(hash, w->sent + options_.engine.late);
    }
    read_file_ = read_record_ = 0;
    begin_day();
}

void simulated_world::kill() {
    ++report_.kills;
    uncommitted_.clear();
    day_asked_.reset();
    engine_.reset();
    now_ += milliseconds(random_() % 3000);
    start();
}

decoded_block simulated_world::block_of(std::uint64_t number, std::size_t index) const {
    const file& f = files_[number - 1];
    const record& r = f.records[index];
    decoded_block block;
    block.file = number;
    block.lane = f.in;
    const std::uint64_t offset = index * 100;
    if (r.bad) {
        bad_record bad;
        bad.offset = offset;
        bad.ordinal = index;
        bad.line = index + 1;
        bad.reason = "bad";
        block.bad.push_back(bad);
        return block;
    }
    decoded_record d;
    d.offset = offset;
    d.ordinal = index;
    d.line = index + 1;
    d.object_id = {0, static_cast<std::uint32_t>(r.object.size())};
    block.arena.append(r.object);
    d.fields.begin = d.object_id.size;
    const std::string value = std::to_string(r.number);
    for (const std::string& name : r.fields)
        testing::put_field(block.arena, block.keys, {field_kind::property, name, value});
    d.fields.size = static_cast<std::uint32_t>(block.arena.size()) - d.fields.begin;
    block.records.push_back(d);
    return block;
}

void simulated_world::read_some() {
    if (read_file_ < arrived_) {
        if (engine_->held_bytes() > options_.engine.pending_bytes_max && passed_) return;
        const std::uint64_t number = read_file_ + 1;
        std::optional<batch_outcome> dead =
            engine_->accept(block_of(number, read_record_), at_now());
        if (dead) uncommitted_.push_back({std::move(*dead), life_});
        frontier_asked_ = std::max(frontier_asked_, end_of_file(number));
        if (++read_record_ == files_[read_file_].records.size()) {
            read_record_ = 0;
            ++read_file_;
            engine_->forget_file(number);
        }
    }
    const position unread{read_file_ + 1, read_record_ * 100};
    if (!passed_ && (read_file_ >= arrived_ || frontier_ < unread)) {
        passed_ = true;
        engine_->passed_frontier();
    }
    engine_->set_reading(read_file_ < arrived_);
}

void simulated_world::send() {
    if (connection_fails()) return;
    const std::vector<park> parks = engine_->parks();
    std::optional<outgoing_request> request = engine_->begin_request(at_now());
    if (!request) return;
    check_parks(parks, request->object_ids.size());
    ++report_.requests;
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
                if (acknowledged_[id][name] > value)
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
        return over && (w->ended || now_ >= w->sent + options_.engine.late);
    });
}

void simulated_world::answer(wire& w) {
    w.plan.answer.credential_changed = w.token != token_;
    response_effect effect = engine_->on_response(w.batch, w.plan.answer, at_now());
    releases_.emplace_back(effect.slot_release, 1);
    // Without a conclusive answer it stays in `sending`, and counts again after a crash.
    w.ended = true;
    if (!effect.conclusive) {
        auto left = std::make_shared<wire>(w);
        left->ended = false;
        left->life = 0;
        w.plan.applied_at.reset();
        wires_.push_back(left);
    }
    for (const settled_change& change : effect.outcome.changes.all()) {
        if (change.fate != fate::delivered) continue;
        for (const auto& [name, value] : w.inputs.at(change.object_id))
            acknowledged_[change.object_id][name] =
                std::max(acknowledged_[change.object_id][name], value);
    }
    uncommitted_.push_back({std::move(effect.outcome), life_});
}

void simulated_world::settle(const settled_record& r, fate as) {
    if (!fates_.emplace(std::pair{r.file, r.ordinal}, as).second)
        throw breach(fmt::format("BOOKS record {} of file {} settled twice", r.ordinal, r.file));
    if (as == fate::delivered) ++report_.delivered;
    if (as == fate::superseded) ++report_.superseded;
    if (as == fate::dead) ++report_.dead;
}

void simulated_world::commit_one() {
    commit_day();
    if (frontier_ < frontier_asked_) {
        frontier_ = frontier_asked_;
        engine_->raise_frontier(frontier_, now_);
    }
    if (uncommitted_.empty()) return;
    const unwritten next = std::move(uncommitted_.front());
    uncommitted_.erase(uncommitted_.begin());
    for (const settled_record& r : next.outcome.records) settle(r, r.fate);
    for (const dead_letter& letter : next.outcome.dead_letters)
        if (!letter.object_id.empty()) report_.dead_objects.insert(letter.object_id);
    engine_->on_committed(next.outcome.batch, now_);
}

void simulated_world::operate() {
    for (const park& p : engine_->parks()) {
        if (p.reason != park_reason::suspect_data) continue;
        if (report_.requests_at_park == 0) report_.requests_at_park = report_.requests;
        if (resumed_at_ == boot_time{}) resumed_at_ = now_ + std::chrono::minutes(5);
        if (now_ < resumed_at_) continue;
        if (options_.portal_mended_at_resume) server_.options().all_unknown = false;
        engine_->resume(now_);
        resumed_at_ = {};
    }
}

void simulated_world::feed() {
    if (!options_.feed_controls || read_file_ < files_.size() || engine_->empty() ||
        now_ < fed_at_ + std::chrono::minutes(1))
        return;
    fed_at_ = now_;
    file f;
    record r;
    r.number = 1000000 + files_.size();
    r.object = std::to_string(9000000 + files_.size());
    r.fields = {"eventName"};
    f.records.push_back(std::move(r));
    files_.push_back(std::move(f));
}

bool simulated_world::file_arrives() {
    if (arrived_ == files_.size()) return false;
    return calendar_ ? now_ >= calendar_->file_arrives(arrived_) : chance(0.3);
}

boot_time simulated_world::next_event() {
    boot_time next = std::min(engine_->next(now_), next_of_day());
    if (resumed_at_ != boot_time{}) next = std::min(next, resumed_at_);
    if (options_.feed_controls) next = std::min(next, fed_at_ + std::chrono::minutes(1));
    for (const std::shared_ptr<wire>& w : wires_) {
        if (!w->applied && w->plan.applied_at) next = std::min(next, *w->plan.applied_at);
        if (!w->ended && w->life == life_) next = std::min(next, w->plan.answered_at);
    }
    return next;
}

bool simulated_world::done() const {
    return arrived_ == files_.size() && read_file_ == files_.size() && engine_->empty() &&
           uncommitted_.empty() &&
           std::none_of(wires_.begin(), wires_.end(), [](const std::shared_ptr<wire>& w) {
               return !w->applied && w->plan.applied_at;
           });
}

world_report simulated_world::run() {
    start();
    const boot_time end = now_ + options_.patience;
    while (!done()) {
        if (now_ > end)
            throw breach(fmt::format("STUCK with {} objects pending, {} parks, suspects {}",
                                     engine_->status(now_).objects, engine_->parks().size(),
                                     engine_->status(now_).suspects));
        const bool faults = now_ < faults_end_;
        if (faults && chance(options_.kill_share)) kill();
        pass_day();
        if (file_arrives()) ++arrived_;
        if (chance(0.7)) read_some();
        server_turn();
        if (chance(0.5)) commit_one();
        operate();
        feed();
        if (engine_->next(now_) <= now_) send();
        const bool busy = read_file_ < arrived_ || !uncommitted_.empty() ||
                          (!calendar_ && arrived_ < files_.size()) || day_asked_ ||
                          frontier_ < frontier_asked_ || !passed_;
        const boot_time next = next_event();
        if (busy) {
            now_ += milliseconds(1 + static_cast<std::int64_t>(random_() % 50));
        } else if (next > now_) {
            now_ = std::min(next, now_ + std::chrono::minutes(20));
        }
    }
    check_end();
    report_.ended = now_;
    if (calendar_) report_.day = calendar_->what_came();
    return report_;
}

void simulated_world::check_end() const {
    object_values want;
    for (std::uint64_t number = 1; number <= files_.size(); ++number) {
        const file& f = files_[number - 1];
        for (std::size_t i = 0; i < f.records.size(); ++i) {
            const auto settled = fates_.find({number, i});
            if (settled == fates_.end())
                throw breach(fmt::format("LOST record {} of file {} has no fate", i, number));
            if (settled->second == fate::dead) continue;
            for (const std::string& name : f.records[i].fields)
                want[f.records[i].object][name] = f.records[i].number;
        }
    }
    for (const auto& [id, values] : want) {
        if (report_.dead_objects.contains(id))
            continue; // parts of it may have died in a later change
        const auto stored = server_.stored().find(id);
        for (const auto& [name, value] : values) {
            const bool right = stored != server_.stored().end() && stored->second.contains(name) &&
                               stored->second.at(name) == value;
            if (!right)
                throw breach(
                    fmt::format("FINAL {}.{}: {} is not what the portal holds", id, name, value));
        }
    }
}

} // namespace hubspool::simulation
