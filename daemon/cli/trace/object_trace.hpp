// What is known of one object's records and deliveries: values, and the rules that put the two
// together. Pure.
#pragma once

#include "cli/trace/record_search.hpp"
#include "core/books/batch_outcome.hpp"
#include "core/books/file_row.hpp"
#include "core/words/ledger_entry.hpp"
#include "core/words/order_key.hpp"
#include "state/letters/dead_letter_rows.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

// A batch that settled a change of the object.
struct traced_batch {
    batch_outcome outcome;              // without its changes
    fate change = fate::delivered;      // the object's
    std::vector<std::string> fields;    // that were sent
    std::vector<std::string> unchanged; // that HubSpot had already, and that were not
};
// Of the changes of `outcome` the object's.
traced_batch traced(batch_outcome outcome, std::string_view object_id);

enum class record_end : std::uint8_t {
    delivered,
    superseded,
    dead,
    overtaken,
    unchanged,
    settled, // it has a fate, but what says which is not at hand
    pending,
};
std::string_view to_string(record_end end);

// Its key, in a file of this order.
order_key key_of(const found_record& record, const file_order& order);

struct traced_record {
    std::uint64_t file = 0;
    found_record found;
    record_end end = record_end::pending;
    std::optional<std::size_t> batch; // which of the trace's batches settled it
};

// A file that may hold records of the object.
struct traced_file {
    hubspool::lane lane = hubspool::lane::live;
    std::string name;
    std::string path; // beneath the queue; empty: it is gone
    std::uint64_t size = 0;
    file_order order;            // which stands in its name
    std::optional<file_row> row; // nothing: nobody has looked into it yet
    bool searched = false;       // its records are in the trace
};

struct object_trace {
    std::string object_id;
    std::vector<traced_batch> batches; // from old to new
    std::map<std::uint64_t, traced_file> files;
    std::vector<traced_record> records;    // in order of file and ordinal
    std::vector<kept_dead_letter> letters; // from old to new, dropped ones too
    std::vector<ledger_field> known;       // what the ledger says now
    std::optional<wall_time> back_to;      // earlier batches were not looked at
    std::uint64_t unclaimed_files = 0;     // in new/ and bulk/: not looked into
    bool interrupted = false;

    bool empty() const { return batches.empty() && records.empty() && letters.empty(); }
    // Those in cur/ that were not searched.
    std::uint64_t unsearched_in_cur() const;
};

// Gives each record its fate, from the batches, the letters and the files' watermarks. The rest is
// pending: those in cur/ for which nothing of these speaks.
void settle_records(object_trace& trace);
// What is in cur/ and still pending after that, by file and ordinal: only the whole history knows
// of these.
std::map<std::pair<std::uint64_t, std::uint64_t>, traced_record*> pending_of(object_trace& trace);

// Keeps what speaks of this field.
void keep_field(object_trace& trace, std::string_view field);

} // namespace hubspool
