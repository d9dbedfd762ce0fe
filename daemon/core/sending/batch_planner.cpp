#include "core/sending/batch_planner.hpp"

#include "core/memory/prefetch.hpp"
#include "core/sending/batch_json.hpp"

#include <algorithm>
#include <utility>

namespace hubspool {

namespace {
// A batch waits at most this many lingers for company while reading goes on.
constexpr int lingers_while_reading = 10;
// With many suspects open, this many of their batches go for one fresh batch, which is the control.
constexpr std::uint32_t suspect_batches_a_round = 4;
// Records in a batch of more than one object: when it settles, each is told by itself.
constexpr std::size_t records_a_batch = pending_change::records_max;
} // namespace

bool batch_planner::sendable(const pending_object& object, boot_time now) const {
    return object.not_before <= now && (object.frozen || object.lands_until <= now);
}

void batch_planner::place(object_index index, boot_time now) {
    pending_object& object = pending_.at(index);
    // Whatever queue it was in before, its entry there is void from now on.
    unqueue(object);
    if (object.phase != object_phase::waiting || object.changes.empty()) return;
    // Sent only when each lane's durable frontier covers it: so the next run reads it again before
    // it sends anything.
    if (beyond_frontier(object)) {
        object.ticket = ++tickets_;
        object.queued = queue_tag::beyond_frontier;
        beyond_frontier_.push_back({index, object.ticket});
    } else if (object.needs_lookup()) {
        object.live() ? push(lookups_.live, queue_tag::live_lookup, index)
                      : push(lookups_.bulk, queue_tag::bulk_lookup, index);
    } else if (!sendable(object, now)) {
        object.ticket = ++tickets_;
        object.queued = queue_tag::timed;
        // A frozen change may go again before it has landed, since it carries the same values.
        const boot_time at =
            object.frozen ? object.not_before : std::max(object.not_before, object.lands_until);
        timed_.push({at, {index, object.ticket}});
    } else if (object.batch_cap < batch_cap_max) {
        // Suspects stand by their cap, so that a batch holds one class only.
        push(suspects_[object.batch_cap], queue_tag::suspects, index);
        ++suspects_ready_;
    } else if (object.live()) {
        push(live_, queue_tag::live, index);
    } else {
        push(bulk_, queue_tag::bulk, index);
    }
}

void batch_planner::push(ready_queue& queue, queue_tag tag, object_index index) {
    pending_object& object = pending_.at(index);
    // A ticket makes all earlier entries of the object void: none need be searched for in the
    // queues.
    object.ticket = ++tickets_;
    object.queued = tag;
    queue.entries.push_back({index, object.ticket});
    ++queue.count;
}

void batch_planner::unqueue(pending_object& object) {
    switch (object.queued) {
    case queue_tag::live: --live_.count; break;
    case queue_tag::bulk: --bulk_.count; break;
    case queue_tag::suspects:
        // Its batch cap may have changed since: the entry's class is found by what is valid there.
        --suspects_ready_;
        break;
    case queue_tag::live_lookup: --lookups_.live.count; break;
    case queue_tag::bulk_lookup: --lookups_.bulk.count; break;
    case queue_tag::looking_up:
    case queue_tag::none:
    case queue_tag::timed:
    case queue_tag::beyond_frontier: break;
    }
    object.queued = queue_tag::none;
    object.ticket = ++tickets_;
}

void batch_planner::wake(boot_time now, bool without_backoff) {
    if (without_backoff) forget_backoffs(now);
    while (!timed_.empty() && timed_.top().at <= now) {
        const entry e = timed_.top().e;
        timed_.pop();
        // It may have been settled or placed anew since it was queued: the ticket tells.
        if (valid(e)) place(e.index, now);
    }
}

void batch_planner::forget_backoffs(boot_time now) {
    // Placing may queue some of them here again, so the list is taken first.
    for (auto waiting = std::exchange(timed_, {}); !waiting.empty(); waiting.pop()) {
        const entry e = waiting.top().e;
        if (!valid(e)) continue;
        pending_.at(e.index).not_before = {};
        place(e.index, now);
    }
}

void batch_planner::raise_frontiers(const frontiers& durable, boot_time now) {
    const frontiers before = frontiers_;
    raise(frontiers_, durable);
    if (frontiers_ == before) return;
    // Placing may queue some of them here again, so the list is taken first.
    std::deque<entry> held = std::move(beyond_frontier_);
    beyond_frontier_.clear();
    for (const entry& e : held) {
        if (valid(e)) place(e.index, now);
    }
}

std::vector<object_index> batch_planner::take_lookups(std::size_t most, std::size_t ready_max) {
    std::vector<object_index> taken;
    for (const lane which : both_lanes) {
        if ((which == lane::live ? live_ : bulk_).count >= ready_max) continue;
        while (taken.size() < most && front(lookups_[which]) != nullptr) {
            const object_index index = lookups_[which].entries.front().index;
            lookups_[which].entries.pop_front();
            pending_object& object = pending_.at(index);
            unqueue(object);
            object.queued = queue_tag::looking_up;
            taken.push_back(index);
        }
    }
    return taken;
}

void batch_planner::lower_inputs_max(std::uint32_t inputs_max) {
    // Never below one: a cap of 0 would stop the queue for ever.
    options_.inputs_max = std::max(1U, std::min(options_.inputs_max, inputs_max));
}

const pending_object* batch_planner::front(ready_queue& queue) const {
    // Void entries are dropped when they come to the front, not when they become void.
    while (!queue.entries.empty() && !valid(queue.entries.front())) queue.entries.pop_front();
    return queue.entries.empty() ? nullptr : &pending_.at(queue.entries.front().index);
}

boot_time batch_planner::due_at(boot_time now, const planner_mode& mode) const {
    // Suspects never wait for company: what they need is an answer.
    if (suspects_ready_ > 0 && !mode.suspects_wait) return now;
    const boot_time timer = timed_.empty() ? boot_time::max() : timed_.top().at;
    return std::min(timer, fresh_due_at(now, mode));
}

boot_time batch_planner::fresh_due_at(boot_time now, const planner_mode& mode) const {
    const pending_object* const live = front(live_);
    const pending_object* const bulk = front(bulk_);
    if (live == nullptr && bulk == nullptr) return boot_time::max();
    // Many suspects are open: one fresh batch at a time is enough of a control.
    if (control_only() && mode.fresh_in_flight) return boot_time::max();
    const boot_time bulk_at = bulk_from(now);
    if (live == nullptr && bulk_at > now) return bulk_at;
    // Memory runs short, or nothing more will come: a batch that is not full goes as well.
    const bool is_drain = mode.holding || mode.flushing;
    const boot_time soonest = live != nullptr || is_drain ? now : std::max(now, mode.bulk_from);
    const std::size_t ready = live_.count + (bulk_at > now ? 0 : bulk_.count);
    const bool has_company = ready >= options_.inputs_max || mode.company_until <= now;
    if ((live == nullptr || is_drain) && !has_company) return mode.company_until;
    if (mode.pressure || mode.flushing) return soonest;
    // drain waits until all is read: then each object is sent once with its newest values.
    if (mode.holding) return boot_time::max();
    // A full batch gains nothing by waiting. While reading goes on more changes may still join it.
    if (!mode.reading && ready >= options_.inputs_max) return soonest;

    boot_time due = boot_time::max();
    // Bulk waits longer while reading goes on, since its records come by the thousand.
    const milliseconds patience = options_.linger * (mode.reading ? lingers_while_reading : 1);
    if (live != nullptr) due = std::min(due, live->head().since + options_.linger);
    if (bulk != nullptr) due = std::min(due, std::max(bulk_at, bulk->head().since + patience));
    return std::max(soonest, due);
}

bool batch_planner::suspects_first() const {
    if (suspects_ready_ == 0) return false;
    return !control_only() || suspect_batches_ < suspect_batches_a_round || !has_fresh();
}

std::vector<object_index> batch_planner::take(boot_time now, const planner_mode& mode) {
    batch_so_far batch;
    batch.objects.reserve(options_.inputs_max);
    // The frame of the body counts as well.
    batch.body_bytes = body_begin.size() + body_end.size();
    if (suspects_ready_ > 0 && !mode.suspects_wait &&
        (suspects_first() || fresh_due_at(now, mode) > now)) {
        // The smallest cap first: who is nearly isolated is found soonest.
        for (auto at = suspects_.begin(); at != suspects_.end() && batch.objects.empty();) {
            // A class may have void entries only; then the next one is looked at.
            fill(at->second, std::min(at->first, options_.inputs_max), batch);
            at = at->second.entries.empty() ? suspects_.erase(at) : std::next(at);
        }
        ++suspect_batches_;
        return std::move(batch.objects);
    }
    // Live goes first. Bulk gathers credit with each batch, so that it never starves.
    suspect_batches_ = 0;
    ready_queue* first = &live_;
    ready_queue* second = &bulk_;
    if (live_.count > 0 && bulk_.count > 0 && bulk_from(now) <= now) {
        bulk_credit_ += options_.bulk_share_min;
        if (bulk_credit_ >= 1.0) {
            bulk_credit_ -= 1.0;
            std::swap(first, second);
        }
    }
    // What the first lane leaves free the other one fills: requests are what is scarce.
    fill(*first, options_.inputs_max, batch);
    if (!bulk_is_held()) fill(*second, options_.inputs_max, batch);
    return std::move(batch.objects);
}

void batch_planner::fill(ready_queue& queue, std::size_t inputs_max, batch_so_far& batch) {
    constexpr std::size_t ahead = 8;
    // Some places ahead objects are asked for from memory, which answers slower than they are
    // taken.
    while (batch.objects.size() < inputs_max) {
        if (queue.entries.size() > ahead) {
            const auto* const next = pending_.find_at(queue.entries[ahead].index);
            if (next != nullptr) prefetch(next, sizeof *next);
        }
        const pending_object* const object = front(queue);
        if (object == nullptr) return;
        const std::size_t bytes =
            batch.body_bytes + input_bytes_max(object->id, object->head().fields);
        const std::size_t records = batch.records + object->head().records.count();
        // One that alone exceeds a limit goes alone.
        const bool fits = bytes <= options_.body_bytes_max && records <= records_a_batch;
        if (!batch.objects.empty() && !fits) return;
        batch.body_bytes = bytes;
        batch.records = records;
        const object_index index = queue.entries.front().index;
        queue.entries.pop_front();
        unqueue(pending_.at(index));
        batch.objects.push_back(index);
    }
}

std::optional<object_index> batch_planner::fresh_from(double part) const {
    // Drops void entries, so that they are not walked over each time.
    if (front(live_) == nullptr && front(bulk_) == nullptr) return std::nullopt;
    const std::size_t queued = live_.entries.size() + bulk_.entries.size();
    const auto at = [&](std::size_t place) {
        const std::size_t live = live_.entries.size();
        return place < live ? live_.entries[place] : bulk_.entries[place - live];
    };
    const auto begin = static_cast<std::size_t>(part * static_cast<double>(queued));
    for (std::size_t i = 0; i < queued; ++i) {
        const entry e = at((begin + i) % queued);
        if (valid(e)) return e.index;
    }
    return std::nullopt;
}

bool batch_planner::take_probe(const moment& now, const std::vector<object_index>& prefer,
                               object_index& probe) {
    // For a probe backoff does not count, but the frontier and what may still land do.
    const auto usable = [&](object_index index) {
        const pending_object& object = pending_.at(index);
        return object.phase == object_phase::waiting && !object.changes.empty() &&
               !beyond_frontier(object) && !object.needs_lookup() &&
               (object.frozen || object.lands_until <= now.boot);
    };
    const auto take_it = [&](object_index index) {
        unqueue(pending_.at(index));
        probe = index;
        return true;
    };
    // A suspect's answer is the one that ends a park for suspect data.
    for (const object_index index : prefer) {
        if (usable(index)) return take_it(index);
    }
    // Fresh ones next: they are the least likely to spoil the probe by a fault of their own. Each
    // run meets them in the same order, and the first may be the one that a park is due to: a run
    // that lasts for one probe only must not ask with that each time.
    const double part = std::exchange(has_probed_, true) ? 0 : now.jitter;
    if (const auto fresh = fresh_from(part)) return take_it(*fresh);
    // From the largest cap down: the least suspect first.
    for (auto queue = suspects_.rbegin(); queue != suspects_.rend(); ++queue) {
        if (front(queue->second) != nullptr) return take_it(queue->second.entries.front().index);
    }
    // Only objects that back off are left: the probe decides for them, in the order they would go.
    std::vector<timed_entry> passed;
    bool found = false;
    while (!timed_.empty() && !found) {
        const timed_entry next = timed_.top();
        timed_.pop();
        if (!valid(next.e)) continue;
        found = usable(next.e.index) && take_it(next.e.index);
        if (!found) passed.push_back(next);
    }
    for (const timed_entry& e : passed) timed_.push(e);
    return found;
}

} // namespace hubspool
