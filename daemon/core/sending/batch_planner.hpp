// Which objects form the next batch, and when it may go.
//
// A batch is assembled at the moment it may be sent, so that it carries the newest values. Suspects
// (objects of a failure that named no input) go first, smallest batch cap first; each batch has one
// cap only; then fresh objects, live before bulk but for bulk's share. Pure; loop thread.
#pragma once

#include "core/limits/send_share.hpp"
#include "core/pending/pending_set.hpp"
#include "core/words/arrival.hpp"
#include "core/words/moment.hpp"
#include "core/words/time.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <vector>

namespace hubspool {

struct planner_options {
    std::uint32_t inputs_max = 100;
    std::size_t body_bytes_max = 1U << 20;
    milliseconds linger{1000};
    double bulk_share_min = 0.2;
    // What batches that go for bulk's sake keep to, outliving the planner; null: to nothing. What a
    // live batch leaves free bulk fills all the same.
    const send_share* bulk_share = nullptr;
};

// What decides whether fresh objects go at once or wait for more of the same.
struct planner_mode {
    bool reading = false;  // more records are being read
    bool pressure = false; // three quarters of the memory are filled
    bool holding = false;  // drain: nothing goes before everything is read
    bool fresh_in_flight = false;
    bool flushing = false;      // drain: everything is read, nothing waits for company
    bool suspects_wait = false; // for a control, which is under way
    // Without a live object none goes before, unless in a drain: it would take the slot of a live
    // one that comes next.
    boot_time bulk_from = {};
    // The ledger is asked what else must go: in a drain, or without a live object, a batch that is
    // not full waits for that, but no longer than until then.
    boot_time company_until = {};
};

class batch_planner {
public:
    batch_planner(pending_set& pending, planner_options options)
        : pending_(pending), options_(options) {}

    // Queues the object where its state says; an earlier entry of it becomes void.
    void place(object_index index, boot_time now);
    // Moves those whose time has come to the ready queues; `without_backoff`: also those that only
    // wait after a failure, and not for what may still land.
    void wake(boot_time now, bool without_backoff = false);
    // Changes may be sent whose newest record of each lane is not beyond it.
    void raise_frontiers(const frontiers& durable, boot_time now);
    bool beyond_frontier(const pending_object& object) const {
        return !object.changes.empty() && (frontiers_.live < object.head().newest(lane::live) ||
                                           frontiers_.bulk < object.head().newest(lane::bulk));
    }
    // Objects whose first change the ledger is to be asked about, `most` at most, live ones first;
    // they wait for the answer from then on. None of a lane of which `ready_max` may be sent.
    std::vector<object_index> take_lookups(std::size_t most, std::size_t ready_max);
    bool has_lookups() const { return lookups_.live.count + lookups_.bulk.count > 0; }
    // HubSpot said that it takes fewer inputs.
    void lower_inputs_max(std::uint32_t inputs_max);
    std::uint32_t inputs_max() const { return options_.inputs_max; }

    // When a batch may go: `now`, later, or never without an event (boot_time::max()).
    boot_time due_at(boot_time now, const planner_mode& mode) const;
    // The objects of the next batch; due_at() said now. They are in no queue afterwards.
    std::vector<object_index> take(boot_time now, const planner_mode& mode);
    // One object for a probe, another one each time, the first time any of them; `prefer` is asked
    // first, then fresh ones, then those that are least suspect. False: none is there.
    bool take_probe(const moment& now, const std::vector<object_index>& prefer,
                    object_index& probe);

    // Objects against which nothing is held are ready.
    bool has_fresh() const { return live_.count > 0 || bulk_.count > 0; }

    // Objects of which a failure that named no input is open, in whatever phase; kept by the
    // engine.
    void count_suspect(int change) { suspects_open_ += change; }
    std::int64_t suspects_open() const { return suspects_open_; }

private:
    struct entry {
        object_index index = 0;
        std::uint64_t ticket = 0;
    };
    struct timed_entry {
        boot_time at;
        entry e;
        friend bool operator>(const timed_entry& a, const timed_entry& b) { return a.at > b.at; }
    };
    struct ready_queue {
        std::deque<entry> entries;
        std::size_t count = 0; // of valid ones
    };

    // What a batch holds so far.
    struct batch_so_far {
        std::vector<object_index> objects;
        std::size_t body_bytes = 0;
        std::size_t records = 0;
    };

    bool valid(const entry& e) const {
        const pending_object* const object = pending_.find_at(e.index);
        return object != nullptr && object->ticket == e.ticket;
    }
    bool sendable(const pending_object& object, boot_time now) const;
    void forget_backoffs(boot_time now);
    void unqueue(pending_object& object);
    void push(ready_queue& queue, queue_tag tag, object_index index);
    const pending_object* front(ready_queue& queue) const;
    // The first fresh one from this part of all of them on; nothing: none is there.
    std::optional<object_index> fresh_from(double part) const;
    // Moves objects from `queue` to `batch` while they fit.
    void fill(ready_queue& queue, std::size_t inputs_max, batch_so_far& batch);
    bool control_only() const { return suspects_open_ >= 4 * std::int64_t{options_.inputs_max}; }
    boot_time bulk_from(boot_time now) const {
        return options_.bulk_share == nullptr ? now : options_.bulk_share->ready_at(now);
    }
    bool bulk_is_held() const {
        return options_.bulk_share != nullptr && options_.bulk_share->is_held();
    }
    bool suspects_first() const;
    boot_time fresh_due_at(boot_time now, const planner_mode& mode) const;

    pending_set& pending_;
    planner_options options_;
    frontiers frontiers_;
    std::uint64_t tickets_ = 0;
    std::int64_t suspects_open_ = 0;
    std::uint32_t suspect_batches_ = 0; // since the last fresh one
    double bulk_credit_ = 0;
    bool has_probed_ = false;

    mutable ready_queue live_, bulk_; // reading their fronts drops void entries
    per_lane<ready_queue> lookups_;
    std::map<std::uint32_t, ready_queue> suspects_; // by batch cap
    std::size_t suspects_ready_ = 0;
    std::priority_queue<timed_entry, std::vector<timed_entry>, std::greater<>> timed_;
    std::deque<entry> beyond_frontier_;
};

} // namespace hubspool
