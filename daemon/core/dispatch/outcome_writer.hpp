// Writes into a batch's outcome what became of its objects: their changes, their records' fates,
// their dead letters.
//
// Pure; loop thread.
#pragma once

#include "core/books/batch_outcome.hpp"
#include "core/pending/pending_object.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace hubspool {

class outcome_writer {
public:
    // With `notes_values` the outcome tells of each delivered value what tells it again.
    explicit outcome_writer(bool notes_values = false) : notes_values_(notes_values) {}

    // The object's first change was delivered. A record that owns none of the values that were sent
    // was superseded.
    void delivered(const pending_object& object, batch_outcome& outcome);
    // The object's first change becomes a dead letter.
    void dead(const pending_object& object, std::string_view category, std::string_view words,
              batch_outcome& outcome);
    // Nothing is left of its first change: HubSpot has newer values of all that it held.
    void overtaken(const pending_object& object, batch_outcome& outcome);
    // Nothing is left of it: HubSpot has the values of some of its fields, newer ones of the rest.
    void unchanged(const pending_object& object, batch_outcome& outcome);

private:
    // What of a record counts here. Kept for their room.
    struct told_record {
        std::uint64_t file = 0, ordinal = 0;
        order_key key;
        record_name first;
        std::uint32_t place = 0; // in the dead letter
        bool owns =
            false; // a value that was sent; a record without fields shares its change's fate
        bool overtaken = false; // HubSpot has newer values of all that it had
        bool unchanged = false; // HubSpot has the values of all that it had, or newer ones
    };
    void take_records(const pending_change& change);
    void add_fields(const pending_change& change, bool has_values, batch_outcome& outcome);
    void add_unsent(const pending_object& object, batch_outcome& outcome);
    // `fate`: of those that own a value; `others`: of those whose values were newer elsewhere.
    void add_records(fate of_owners, fate of_others, batch_outcome& outcome);
    void add_record(const told_record& record, fate of_it, batch_outcome& outcome);
    void add_values(const pending_change& change, dead_letter& letter);

    std::vector<told_record> records_; // of the change at hand; owners are places in it
    bool notes_values_;
};

} // namespace hubspool
