#include "core/engine/dispatcher.hpp"

#include "core/answers/answer_text.hpp"
#include "core/pending/block_merge.hpp"
#include "core/sending/backoff.hpp"
#include "core/sending/batch_json.hpp"
#include "core/words/object_hash.hpp"

#include <algorithm>
#include <utility>

namespace hubspool {

namespace {
// A change stops merging at this part of a request's size, so that several fit one request.
constexpr std::size_t changes_a_body = 4;
// Above this many, those whose time is over are forgotten.
constexpr std::size_t held_objects_kept = 1000;
} // namespace

dispatcher::dispatcher(dispatcher_options options, std::uint64_t last_batch)
    : options_(options), pending_(options.planner.body_bytes_max / changes_a_body, options.memory),
      planner_(pending_, options.planner),
      blame_({options.retry_initial, options.retry_max, options.attempts_max, options.drain},
             pending_, planner_),
      limiter_(options.limiter), budget_(options.daily), breaker_(options.breaker),
      brake_(options.brake), last_batch_(last_batch) {
    mode_.holding = options.drain;
}

void dispatcher::restore_settled(std::uint64_t file, settled_set settled) {
    recovered_[file] = std::move(settled);
}

void dispatcher::hold_object(std::uint64_t id_hash, boot_time until) {
    boot_time& held = held_objects_[id_hash];
    held = std::max(held, until);
}

void dispatcher::hold_all(boot_time until, hold_cause cause) {
    if (until <= held_until_) return;
    held_until_ = until;
    held_by_ = cause;
}

// The run before may have delivered the second of two such changes, and the first is older.
void dispatcher::passed_frontier(boot_time now) {
    recovering_ = false;
    pending_.join_sharing([&](object_index index) { planner_.place(index, now); });
}

void dispatcher::raise_frontier(position durable, boot_time now) {
    planner_.raise_frontier(durable, now);
}

void dispatcher::read_everything() {
    mode_.reading = false;
    mode_.holding = false;
    mode_.flushing = true;
}

std::optional<batch_outcome> dispatcher::accept(const decoded_block& block, const moment& now) {
    const auto known = recovered_.find(block.file);
    const settled_set* const settled = known == recovered_.end() ? nullptr : &known->second;
    block_merge merge(pending_, block);
    for (std::size_t i = 0; i < block.records.size(); ++i) {
        if (settled != nullptr && settled->contains(block.records[i].ordinal)) continue;
        bool is_new = false;
        const object_index index = merge.add(i, now.boot, is_new);
        pending_object& object = pending_.at(index);
        if (is_new && !held_objects_.empty()) {
            const auto held = held_objects_.find(object_id_hash(object.id));
            if (held != held_objects_.end()) object.lands_until = held->second;
        }
        // Its place changes only when it is new, becomes live while it waits with the bulk, or
        // takes up a record that lies beyond the frontier.
        const bool to_live = block.lane == lane::live && object.queued == queue_tag::bulk;
        const bool beyond = planner_.beyond_frontier(object);
        if (object.queued == queue_tag::none || to_live ||
            (beyond && object.queued != queue_tag::beyond_frontier))
            planner_.place(index, now.boot);
    }

    batch_outcome outcome;
    for (const bad_record& bad : block.bad) {
        if (settled != nullptr && settled->contains(bad.ordinal)) continue;
        dead_letter letter;
        letter.at = {block.file, bad.offset};
        letter.object_id = bad.object_id;
        letter.category = "decode";
        letter.reason = bad.reason;
        letter.content = bad.content;
        letter.records.push_back(
            {block.file, bad.offset, bad.size, bad.ordinal, bad.count, bad.line, bad.reference});
        for (std::uint64_t i = 0; i < bad.count; ++i)
            outcome.records.add({block.file, bad.ordinal + i, fate::dead});
        outcome.dead_letters.push_back(std::move(letter));
    }
    if (outcome.dead_letters.empty()) return std::nullopt;
    outcome.dead_lettered = static_cast<std::uint32_t>(outcome.records.size());
    outcome.lane = block.lane;
    outcome.finished = now.wall;
    return outcome;
}

bool dispatcher::probe_only() const {
    return parks_.any() || breaker_.state() != breaker_state::closed;
}

bool dispatcher::outcomes_full() const {
    return uncommitted_.size() >= options_.uncommitted_max ||
           uncommitted_records_ >= options_.uncommitted_records_max;
}

boot_time dispatcher::next(boot_time now) {
    return std::min(question_due(now), request_due(now));
}

// Places of objects that went may stay beside others that did not. What is much of that counts, so
// that memory keeps its limit; but never so much that nothing else has room. (They come to
// less than three quarters: the smallest object has half as many bytes beside its place. Only the
// recovery of a lost database, which reads beyond the limit, leaves more.)
std::size_t dispatcher::held_bytes() const {
    constexpr std::size_t kept_idle = 16U << 20;
    const std::size_t idle = pending_.idle_object_bytes();
    const std::size_t beyond = idle > kept_idle ? idle - kept_idle : 0;
    return pending_.bytes() + std::min(beyond, options_.pending_bytes_max / 4 * 3) + file_bytes_;
}

boot_time dispatcher::request_due(boot_time now) {
    planner_.wake(now);
    constexpr boot_time never = boot_time::max();
    if (stopping_ || recovering_ || pending_.objects() == 0) return never;
    // A probe would write into the wrong portal: the question is what asks there.
    if (!is_credential_proved() || parks_.has(park_reason::wrong_portal)) return never;
    if (outcomes_full()) return never;
    if (in_flight_.size() >= breaker_.allowed()) return never;

    boot_time at = std::max({now, held_until_, limiter_.ready_at(now), budget_.ready_at(now)});
    mode_.pressure = held_bytes() >= options_.pending_bytes_max / 4 * 3;
    if (probe_only()) {
        if (probe_in_flight_) return never;
        if (parks_.any()) at = std::max(at, parks_.probe_at());
        const bool asks_at_once = breaker_.unsure() && planner_.has_fresh();
        if (breaker_.state() == breaker_state::open && !asks_at_once)
            at = std::max(at, breaker_.probe_at());
        if (mode_.holding && !mode_.pressure) return never;
        return at;
    }
    mode_.suspects_wait = control_in_flight_;
    mode_.fresh_in_flight = std::any_of(in_flight_.begin(), in_flight_.end(),
                                        [](const auto& f) { return f.second.fresh; });
    return std::max(at, planner_.due_at(now, mode_));
}

std::optional<outgoing_request> dispatcher::begin_request(const moment& now) {
    if (request_due(now.boot) > now.boot) return std::nullopt;
    if (probe_only()) return begin_probe(now);
    std::vector<object_index> batch = planner_.take(now.boot, mode_);
    if (batch.empty()) return std::nullopt;
    if (batch.size() == 1 && blame_.lacks_control(pending_.at(batch.front()))) {
        // Fresh ones are as good a control as any, and cost nothing.
        mode_.suspects_wait = true;
        if (planner_.due_at(now.boot, mode_) <= now.boot) {
            planner_.place(std::exchange(batch, planner_.take(now.boot, mode_)).front(), now.boot);
        } else if (auto control = begin_control(now)) {
            planner_.place(batch.front(), now.boot);
            return control;
        }
    }
    // What was charged with something before a restart goes alone.
    std::vector<object_index> apart;
    std::erase_if(batch, [&](object_index index) {
        const bool recalled = blame_.recall(pending_.at(index));
        if (recalled) apart.push_back(index);
        return recalled;
    });
    if (batch.empty() && !apart.empty()) {
        batch.push_back(apart.back());
        apart.pop_back();
    }
    for (const object_index index : apart) planner_.place(index, now.boot);
    if (batch.empty()) return std::nullopt;
    return assemble(std::move(batch), false, now);
}

outgoing_request dispatcher::assemble(std::vector<object_index> batch, bool probe,
                                      const moment& now) {
    outgoing_request request;
    request.batch = ++last_batch_;
    std::size_t bytes = body_begin.size() + body_end.size();
    for (const object_index index : batch) {
        const pending_object& object = pending_.at(index);
        object.head().bring_near(); // what merging has scattered; the waits overlap
        bytes += input_bytes_max(object.id, object.head().fields);
    }
    request.body.reserve(bytes);
    request.body.append(body_begin);
    request.object_ids.reserve(batch.size());

    flight f;
    f.sent = now.boot;
    f.probe = probe && parks_.any();
    f.breaker_probe = probe && !f.probe;
    f.fresh = pending_.at(batch.front()).mates == mates_max;
    f.alone = batch.size() == 1;
    f.full = batch.size() >= planner_.inputs_max();
    f.in = lane::bulk;
    for (const object_index index : batch) {
        pending_object& object = pending_.at(index);
        if (request.body.size() > body_begin.size()) request.body.push_back(',');
        append_input(request.body, object.id, object.head().fields);
        request.object_ids.push_back(object.id);
        if (object.first_sent == 0) object.first_sent = first_place(object.id);
        ++object.tries;
        object.phase = object_phase::in_flight;
        if (object.head().live) f.in = lane::live;
        f.waited = std::max(f.waited, now.boot - object.head().since);
    }
    request.body.append(body_end);
    f.objects = std::move(batch);
    count_sent(f, request);
    in_flight_.emplace(request.batch, std::move(f));
    return request;
}

void dispatcher::count_sent(flight& f, const outgoing_request& request) {
    f.ticket = limiter_.sent();
    f.body_bytes = request.body.size();
    budget_.sent();
    f.day_count = budget_.count().used;
}

std::uint64_t dispatcher::first_place(const std::string& id) {
    const auto died = died_places_.find(object_id_hash(id));
    return died != died_places_.end() ? died->second : brake_.first_sent();
}

void dispatcher::on_connect_failed(const std::string& why, const moment& now) {
    // A proxy's words, or a stranger's certificate's, may be any bytes.
    breaker_.failed(now, clean_text(why, words_bytes_max));
    if (breaker_.state() == breaker_state::closed) {
        hold_all(now.boot + backoff_delay(options_.retry_initial, options_.retry_max,
                                          breaker_.failures_in_a_row(), now.jitter));
    }
}

void dispatcher::on_committed(std::uint64_t batch, boot_time now) {
    const auto done = uncommitted_.find(batch);
    if (done == uncommitted_.end()) return;
    const std::vector<object_index> objects = std::move(done->second);
    uncommitted_.erase(done);
    if (held_objects_.size() > held_objects_kept)
        std::erase_if(held_objects_, [&](const auto& held) { return held.second <= now; });
    pending_.bring_near(objects);
    for (const object_index index : objects) {
        pending_object& object = pending_.at(index);
        uncommitted_records_ -= object.head().records.count();
        blame_.set_mates(object, mates_max);
        // What of it may still land outlives the object: its next record must wait for that too.
        if (object.changes.size() == 1 && object.lands_until > now)
            hold_object(object_id_hash(object.id), object.lands_until);
        if (pending_.drop_head(index)) continue;
        planner_.place(index, now);
    }
}

void dispatcher::pause(const moment& now) {
    parks_.add(
        {park_reason::paused, "sending was paused by an operator; `hubspool resume` ends it", {}},
        now);
}

void dispatcher::restore_budget(day_count durable, const moment& now) {
    budget_.restore(durable, now.wall);
    look_at_budget(now);
}

std::optional<day_count> dispatcher::budget_wanted() {
    // A program that crashes at each start, before it can send, must not count the day away.
    const bool question = portal_.due() != boot_time::max();
    if (!question && (recovering_ || pending_.objects() == 0)) return std::nullopt;
    return budget_.wanted();
}

void dispatcher::add_park(park_request wanted, const moment& now) {
    // HubSpot's day may not have begun yet, when its clock is behind ours.
    if (wanted.reason == park_reason::quota && budget_.just_begun(now.boot)) wanted.until.reset();
    parks_.add(wanted, now);
}

// Parks when today's part is spent; tells whether that is new, or a park was asked too early.
bool dispatcher::look_at_budget(const moment& now) {
    const std::optional<std::string> why = budget_.spent();
    if (!why) return false;
    if (parks_.has(park_reason::quota)) {
        const boot_time again = budget_.asked_again_at();
        if (parks_.probe_at(park_reason::quota) >= again) return false;
        parks_.wait_until(park_reason::quota, again);
        return true;
    }
    parks_.add({park_reason::quota,
                *why + ". Sending goes on when the day is over, at midnight in "
                       "rate_limit.time_zone",
                budget_.asked_again_at()},
               now);
    return true;
}

void dispatcher::ask_again(boot_time now) {
    parks_.probe_now(now);
    if (budget_.spent()) parks_.wait_until(park_reason::quota, budget_.asked_again_at());
    portal_.ask_sooner(now);
    breaker_.forget();
}

void dispatcher::resume(boot_time now) {
    if (parks_.any()) breaker_.start_gently();
    parks_.end(park_reason::paused);
    if (parks_.has(park_reason::suspect_data)) {
        parks_.end(park_reason::suspect_data);
        brake_.reset();
        suspects_.clear();
    }
    ask_again(now);
}

void dispatcher::credential_changed(boot_time now) {
    parks_.probe_credential(now);
    breaker_.forget();
}

bool dispatcher::at_rest(boot_time now) const {
    return empty() && idle() && !mode_.reading && !recovering_ && !stopping_ && !parks_.any() &&
           is_credential_proved() && !portal_.wanted() && held_until_ <= now &&
           limiter_.at_rest(now);
}

bool dispatcher::stuck_without_control() const {
    const auto objects = static_cast<std::int64_t>(pending_.objects());
    if (objects == 0 || !idle() || planner_.suspects_open() < objects) return false;
    bool stuck = true;
    pending_.for_each([&](object_index, const pending_object& object) {
        stuck = stuck && blame_.is_in_vain(object);
    });
    return stuck;
}

dispatcher_status dispatcher::status(boot_time now) const {
    dispatcher_status s;
    s.objects = pending_.objects();
    s.records = pending_.records();
    s.bytes = pending_.bytes() - pending_.idle_bytes();
    s.in_flight = static_cast<std::uint32_t>(in_flight_.size());
    s.uncommitted = uncommitted_.size();
    s.suspects = planner_.suspects_open();
    s.rate_limit = limiter_.limit(now);
    s.others = limiter_.others(now);
    s.today = budget_.count();
    s.today_allowed = budget_.allowed();
    s.account_remaining = budget_.remaining();
    s.recovering = recovering_;
    s.oldest = pending_.oldest();
    s.breaker = breaker_.state();
    s.failures = breaker_.failures_in_a_row();
    s.failing_since = breaker_.failing_since();
    s.last_failure = breaker_.last_failure();
    s.breaker_probe_at = breaker_.probe_at();
    s.held_until = held_until_;
    s.held_by = held_by_;
    s.credential = portal_.is();
    s.outcomes_full = outcomes_full();
    s.reading_first = mode_.holding && !mode_.pressure;
    s.parks = parks_.all();
    return s;
}

} // namespace hubspool
