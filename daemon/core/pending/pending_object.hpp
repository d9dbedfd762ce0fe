// One object's unsettled changes.
#pragma once

#include "core/pending/field_set.hpp"
#include "core/pending/record_list.hpp"
#include "core/words/field_key.hpp"
#include "core/words/lane.hpp"
#include "core/words/ledger_entry.hpp"
#include "core/words/time.hpp"

#include <boost/container/small_vector.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hubspool {

// A value that HubSpot has already, from an older record.
struct unsent_value {
    field_key field;
    std::uint32_t number = 0; // of the name, as in a field
    std::uint32_t owner = 0;
    known_value value;
};

// All unsettled records of one object, merged; or as many as fit one change.
struct pending_change {
    // Without a store, fields keep their names. What is given must outlive it.
    pending_change(field_store* store, chunk_pool& chunks) : fields(store), records(chunks) {}

    [[no_unique_address]] field_set fields; // owners are places in `records`
    // These stand in the fields' padding.
    per_lane<bool> by = {}; // any of its records came by that lane
    bool late = false;      // HubSpot may have a newer value: the ledger is asked before it is sent
    bool of_before = false; // the run before had read a record of it, and may have sent it
    bool sends_all = false; // whoever sent a record of it again wants it sent, unchanged or not
    record_list records;
    boot_time since = {}; // when its first record was accepted
    // What few changes have. Nothing: none of it.
    struct seldom {
        // Records, by their places, of which HubSpot has newer values of all fields.
        std::vector<std::uint32_t> overtaken;
        // Records, by their places, of which HubSpot has the values of all fields, or newer ones.
        std::vector<std::uint32_t> unchanged;
        // Values that are not sent, since HubSpot has them. They count as acknowledged with their
        // owners' keys: an older one of such a field must not go any more.
        std::vector<unsent_value> unsent;
        frontiers newest; // with records of both lanes
    };
    std::unique_ptr<seldom> more;

    // When it settles, what is told of each record takes many times its room here.
    static constexpr std::size_t records_max = 100'000;
    // The producer's own names for them may be as long as records are.
    static constexpr std::size_t record_bytes_max = 64U << 20;
    // Out of the order of their keys, each record is held against the keys of all before it.
    static constexpr std::size_t unordered_records_max = 1000;
    // Whether as much more belongs into a following change.
    bool is_full_for(std::size_t field_bytes, std::size_t n_records, std::size_t bytes_max) const {
        return fields.json_bytes() + field_bytes > bytes_max ||
               (!records.is_in_order() && records.count() + n_records > unordered_records_max) ||
               records.count() + n_records > records_max ||
               records.bytes_apart() > record_bytes_max;
    }

    // The newest arrival of that lane; {}: none came by it.
    arrival newest(lane which) const {
        if (!by[which]) return {};
        return by.live && by.bulk ? more->newest[which] : records.newest();
    }
    // Merges a record of that lane into it; its fields are coded with those keys.
    void take(const record_ref& record, lane which, std::string_view coded,
              const std::vector<numbered_key>& keys);
    // Merges what collected behind it. `keys`: of its own records, to which those of the following
    // one are added: who joins many changes makes no list of all for each.
    void take(const pending_change& following);
    void take(const pending_change& following, std::vector<order_key>& keys);
    void note_overtaken(std::uint32_t owner) { seldom_needed().overtaken.push_back(owner); }
    void note_unchanged(std::uint32_t owner) { seldom_needed().unchanged.push_back(owner); }
    void note_unsent(unsent_value value) { seldom_needed().unsent.push_back(std::move(value)); }
    bool has_unsent() const { return more && !more->unsent.empty(); }

    std::size_t bytes() const {
        return sizeof *this + fields.bytes_apart() + records.bytes_apart() +
               (by.live && by.bulk ? sizeof(seldom) : 0);
    }
    void bring_near() const {
        fields.bring_near();
        records.bring_near();
    }

private:
    void note_newest(const frontiers& of_others);
    seldom& seldom_needed();
};

enum class object_phase : std::uint8_t {
    waiting,   // its first change is to be sent; nothing of it is on the wire now
    in_flight, // its first change is in a request on the wire
    settling,  // its first change has its fate, which is not yet durable
};

// Where an object is queued; an entry of another queue is stale.
enum class queue_tag : std::uint8_t {
    none,
    live,
    bulk,
    suspects,
    timed,
    beyond_frontier,
    live_lookup, // the ledger is to be asked about its first change
    bulk_lookup,
    looking_up, // and was asked
};

inline constexpr std::uint32_t batch_cap_max = 100;

// Apart from the object: of a hundred thousand, few have any.
struct failure_count {
    std::uint32_t charged = 0;
    std::uint32_t uncharged = 0; // alone, and without a control
    bool is_recorded = false;    // the charges are in the state, too
    bool is_recalled = false;    // they are of the run before, and nothing failed in this one yet
    bool once_more = false;      // it goes again before this failure is charged, without a control
    std::uint64_t passed = 0;    // deliveries of all objects, at the last one
    std::uint64_t failed = 0;    // controls that failed, at the last one
    boot_time last_charge = {};  // or the first failure

    std::uint32_t alone() const { return charged + uncharged; }
};

struct pending_object {
    // What merging looks at comes first, and lies together.
    std::string id;
    // The first is the one that is sent; records that come while it must not change go to the next.
    boost::container::small_vector<pending_change, 1> changes;
    object_phase phase = object_phase::waiting;
    queue_tag queued = queue_tag::none;
    // The values of its first change were sent and may still land, so they must stay as they are.
    bool frozen = false;
    bool contradicted = false; // was in `results` and in `errors` once
    bool stale_once = false;   // its request met a stale connection and was sent again
    // How many inputs may share its request: halved by every failure that names no input.
    std::uint32_t batch_cap = batch_cap_max;
    std::uint32_t tries = 0;  // requests that carried its first change
    std::uint64_t ticket = 0; // of its one valid queue entry

    std::unique_ptr<failure_count> failures; // of its first change; nothing: none yet
    // Backoff: not sent before.
    boot_time not_before = {};
    // Its last request without a conclusive answer may be applied until then: the same values may
    // go again, newer ones wait.
    boot_time lands_until = {};
    std::uint64_t first_sent = 0; // place in the order of first sending, 0: never

    pending_change& head() { return changes.front(); }
    const pending_change& head() const { return changes.front(); }
    bool live() const {
        for (const pending_change& change : changes)
            if (change.by.live) return true;
        return false;
    }
    // Whose share of memory it takes.
    lane share() const { return live() ? lane::live : lane::bulk; }
    // To be asked before and after changes are moved about: a short string that is moved into a
    // longer one's place keeps that one's memory.
    std::size_t bytes_of_changes() const {
        std::size_t bytes = 0;
        for (const pending_change& change : changes) bytes += change.bytes();
        return bytes;
    }
    // Its first change was refused or may have been, and is kept apart from what comes after. So
    // what dies is just what was sent, and a bad value does not take newer good ones with it.
    bool suspect() const {
        return batch_cap < batch_cap_max || contradicted || (failures && failures->charged > 0);
    }
    // Nothing may be merged into the first change.
    bool head_is_fixed() const { return phase != object_phase::waiting || frozen || suspect(); }
    // The ledger is asked before its first change is sent. What was sent once was looked up.
    bool needs_lookup() const { return !frozen && head().late; }
};

} // namespace hubspool
