#include "cli/trace/object_trace.hpp"

#include <algorithm>
#include <utility>

namespace hubspool {

namespace {

using record_key = std::pair<std::uint64_t, std::uint64_t>; // file and ordinal

record_end end_of(fate what) {
    switch (what) {
    case fate::delivered: return record_end::delivered;
    case fate::superseded: return record_end::superseded;
    case fate::dead: return record_end::dead;
    case fate::overtaken: return record_end::overtaken;
    case fate::unchanged: return record_end::unchanged;
    }
    return record_end::settled;
}

bool has_field(const std::vector<std::string>& fields, std::string_view field) {
    return std::find(fields.begin(), fields.end(), field) != fields.end();
}

// It is below everything that is settled, or its file is.
bool is_settled(const object_trace& trace, const traced_record& record) {
    const auto file = trace.files.find(record.file);
    if (file == trace.files.end() || !file->second.row) return false;
    const file_row& row = *file->second.row;
    return row.settled || record.found.ordinal < row.watermark.ordinal;
}

} // namespace

traced_batch traced(batch_outcome outcome, std::string_view object_id) {
    traced_batch batch;
    for (settled_change& change : outcome.changes.all()) {
        if (change.object_id != object_id) continue;
        // What was left out of a request stands before what went.
        if (change.fate == fate::unchanged)
            for (const settled_field& field : change.fields) batch.unchanged.push_back(field.name);
        batch.change = change.fate;
        if (change.fate == fate::unchanged) continue;
        for (settled_field& field : change.fields) batch.fields.push_back(std::move(field.name));
    }
    outcome.changes = {};
    batch.outcome = std::move(outcome);
    return batch;
}

std::string_view to_string(record_end end) {
    switch (end) {
    case record_end::delivered: return "delivered";
    case record_end::superseded: return "superseded";
    case record_end::dead: return "dead";
    case record_end::overtaken: return "overtaken";
    case record_end::unchanged: return "unchanged";
    case record_end::settled: return "settled";
    case record_end::pending: return "pending";
    }
    return "";
}

std::uint64_t object_trace::unsearched_in_cur() const {
    return static_cast<std::uint64_t>(
        std::count_if(files.begin(), files.end(), [](const auto& file) {
            return !file.second.searched && file.second.path.starts_with("cur/");
        }));
}

order_key key_of(const found_record& record, const file_order& order) {
    decoded_block block;
    block.order = order;
    if (record.carried) block.carried = {*record.carried};
    return block.key_of(record.as_of, record.ordinal);
}

void settle_records(object_trace& trace) {
    std::map<record_key, traced_record*> open;
    for (traced_record& record : trace.records)
        open.emplace(record_key{record.file, record.found.ordinal}, &record);
    // A batch names the records of all its objects: these are the ones of ours.
    for (std::size_t i = 0; i < trace.batches.size(); ++i) {
        for (const settled_record& settled : trace.batches[i].outcome.records) {
            const auto known = open.find({settled.file, settled.ordinal});
            if (known == open.end()) continue;
            known->second->end = end_of(settled.fate);
            known->second->batch = i;
            open.erase(known);
        }
    }
    for (const kept_dead_letter& kept : trace.letters) {
        for (const dead_letter::origin& record : kept.letter.records) {
            const auto known = open.find({record.file, record.ordinal});
            if (known == open.end()) continue;
            known->second->end = record_end::dead;
            open.erase(known);
        }
    }
    for (const auto& [at, record] : open) {
        if (is_settled(trace, *record)) record->end = record_end::settled;
    }
}

std::map<record_key, traced_record*> pending_of(object_trace& trace) {
    std::map<record_key, traced_record*> pending;
    for (traced_record& record : trace.records) {
        if (record.end == record_end::pending)
            pending.emplace(record_key{record.file, record.found.ordinal}, &record);
    }
    return pending;
}

void keep_field(object_trace& trace, std::string_view field) {
    std::erase_if(trace.records, [&](const traced_record& record) {
        // Of a bad one nobody knows what it would have set.
        return record.found.bad.empty() && !has_field(record.found.fields, field);
    });
    std::vector<bool> has_record(trace.batches.size());
    for (const traced_record& record : trace.records) {
        if (record.batch) has_record[*record.batch] = true;
    }
    // Records name their batch by its place.
    std::vector<std::size_t> places(trace.batches.size());
    std::vector<traced_batch> kept;
    for (std::size_t i = 0; i < trace.batches.size(); ++i) {
        places[i] = kept.size();
        if (has_record[i] || has_field(trace.batches[i].fields, field) ||
            has_field(trace.batches[i].unchanged, field))
            kept.push_back(std::move(trace.batches[i]));
    }
    trace.batches = std::move(kept);
    for (traced_record& record : trace.records) {
        if (record.batch) record.batch = places[*record.batch];
    }
}

} // namespace hubspool
