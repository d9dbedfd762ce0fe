#include "cli/trace/trace_text.hpp"

#include "base/clocks.hpp"
#include "base/json_writer.hpp"
#include "cli/letters/letter_filter.hpp"
#include "cli/letters/letter_json.hpp"
#include "cli/letters/letter_words.hpp"
#include "cli/printing.hpp"
#include "cli/terminal.hpp"
#include "core/records/record_order.hpp"
#include "core/words/printable.hpp"

#include <fmt/core.h>

#include <set>

namespace hubspool {

namespace {

constexpr std::size_t words_max = 300;

std::string_view fate_name(fate what) {
    if (what == fate::overtaken) return to_string(record_end::overtaken);
    if (what == fate::unchanged) return to_string(record_end::unchanged);
    return to_string(what == fate::dead ? record_end::dead : record_end::delivered);
}

std::string joined(const std::vector<std::string>& names) {
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
    return all.empty() ? "nothing" : one_line(all, words_max);
}

const traced_file& file_of(const object_trace& trace, std::uint64_t number) {
    static const traced_file unknown;
    const auto found = trace.files.find(number);
    return found == trace.files.end() ? unknown : found->second;
}

wall_time time_of(const order_key& key) {
    return wall_time(milliseconds(static_cast<std::int64_t>(key.as_of)));
}

// When it was so, where the record says it.
std::string age_text(const found_record& record, const traced_file& file) {
    if (!record.as_of && !record.carried) return {};
    return ", of " + shown_time(time_of(key_of(record, file.order)));
}

class trace_lines {
public:
    trace_lines(const object_trace& trace, std::optional<std::size_t> width)
        : trace_(trace), width_(width) {}

    std::string take() {
        add("object {}", one_line(trace_.object_id, words_max));
        for (std::size_t i = 0; i < trace_.batches.size(); ++i) add_batch(i);
        add_records("Settled, by which batch is not known any more",
                    [](const traced_record& record) {
                        return !record.batch && record.end == record_end::settled;
                    });
        add_records("Dead while read", [](const traced_record& record) {
            return !record.batch && record.end == record_end::dead;
        });
        add_letters();
        add_records("Pending",
                    [](const traced_record& record) { return record.end == record_end::pending; });
        add_ledger();
        add_notes();
        return std::move(text_);
    }

private:
    template <class... Arguments>
    void add(fmt::format_string<Arguments...> words, Arguments&&... arguments) {
        const std::string line = fmt::format(words, std::forward<Arguments>(arguments)...);
        text_ += (width_ ? cut_to_width(line, *width_) : line) + '\n';
    }

    void add_batch(std::size_t index) {
        const traced_batch& batch = trace_.batches[index];
        const batch_outcome& outcome = batch.outcome;
        const bool is_sent = outcome.batch != 0;
        if (is_sent)
            add("\n{}  {}  batch {}, attempt {}, http {}{}", shown_time(outcome.finished),
                fate_name(batch.change), outcome.batch, outcome.attempt, outcome.http_status,
                outcome.status.empty() ? "" : " " + one_line(outcome.status, words_max));
        else
            add("\n{}  {}  without a request: HubSpot had {}", shown_time(outcome.finished),
                fate_name(batch.change),
                batch.change == fate::unchanged ? "these values already"
                                                : "newer values of all of it");
        if (!outcome.correlation_id.empty())
            add("    correlation id {}", one_line(outcome.correlation_id, words_max));
        if (is_sent) add("    sent {}", joined(batch.fields));
        if (!batch.unchanged.empty()) add("    left out, unchanged {}", joined(batch.unchanged));
        bool is_known = false;
        for (const traced_record& record : trace_.records) {
            if (record.batch != index) continue;
            is_known = true;
            add_record(record);
        }
        if (!is_known) add_unknown(outcome);
    }

    // Its records are gone with their files: the batch names those of all its objects.
    void add_unknown(const batch_outcome& outcome) {
        std::set<std::uint64_t> files;
        for (const settled_record& record : outcome.records) files.insert(record.file);
        std::string names;
        for (const std::uint64_t number : files) {
            const traced_file& file = file_of(trace_, number);
            const std::string name =
                file.name.empty() ? fmt::format("file {}", number) : printable(file.name);
            names += fmt::format("{}{}{}", names.empty() ? "" : ", ", name,
                                 file.path.empty() ? " (gone)"
                                 : file.searched   ? ""
                                                   : " (not searched)");
        }
        add("    its records stood in {}", files.size() == 1 ? names : "one or more of " + names);
    }

    void add_record(const traced_record& record) {
        const traced_file& file = file_of(trace_, record.file);
        add("    {} {} line {}{}, {}", to_string(record.end), printable(file.name),
            record.found.line,
            (record.found.reference.empty() ? ""
                                            : ", id " + one_line(record.found.reference, 100)) +
                age_text(record.found, file),
            record.found.bad.empty() ? "set " + joined(record.found.fields)
                                     : one_line(record.found.bad, words_max));
        add("        {} lane, record {} of file {}, in {}", lane_name(file.lane),
            record.found.ordinal + 1, record.file,
            file.path.empty() ? "no place any more"
                              : printable(file.path.substr(0, file.path.rfind('/'))));
    }

    template <class Wanted>
    void add_records(std::string_view heading, const Wanted& wanted) {
        bool first = true;
        for (const traced_record& record : trace_.records) {
            if (!wanted(record)) continue;
            if (first) add("\n{}", heading);
            first = false;
            add_record(record);
        }
    }

    void add_letters() {
        if (!trace_.letters.empty()) add("\nDead letters");
        for (const kept_dead_letter& kept : trace_.letters) {
            add("    {}  {}{}  {}: {}", id_of(kept.letter), shown_time(kept.died),
                kept.dropped ? ", dropped " + shown_time(*kept.dropped) : "",
                one_line(kept.letter.category, 100), one_line(kept.letter.reason, words_max));
            if (const std::string course = letter_course(kept); !course.empty())
                add("        {}", course);
        }
    }

    void add_ledger() {
        if (!trace_.known.empty()) add("\nHubSpot acknowledged last, as the ledger says");
        for (const ledger_field& f : trace_.known)
            add("    {}{} of {}, record {} of file {}",
                f.field.kind == field_kind::custom ? "customProperties/" : "",
                printable(f.field.name), shown_time(time_of(f.acknowledged)),
                f.acknowledged.ordinal + 1, f.acknowledged.number);
    }

    void add_notes() {
        if (trace_.interrupted) add("\nThe search was interrupted: there may be more.");
        if (trace_.back_to)
            add("\nBatches before {} were not looked at; -n ROWS shows more.",
                shown_time(*trace_.back_to));
        if (trace_.unsearched_in_cur() > 0)
            add("\nNot searched, and may hold it: {} in cur/",
                counted(trace_.unsearched_in_cur(), "file"));
        if (trace_.unclaimed_files > 0)
            add("\nNot searched, and may hold it: {} in new/ and bulk/",
                counted(trace_.unclaimed_files, "file"));
    }

    const object_trace& trace_;
    std::optional<std::size_t> width_;
    std::string text_;
};

void put_names(json_writer& json, std::string_view key, const std::vector<std::string>& names) {
    json.key(key).begin_array();
    for (const std::string& name : names) json.value(name);
    json.end_array();
}

void put(json_writer& json, const traced_batch& batch) {
    const batch_outcome& outcome = batch.outcome;
    json.begin_object().key("type").value("batch").key("batch").value(outcome.batch);
    json.key("fate").value(fate_name(batch.change));
    json.key("finished").value(iso_time(outcome.finished));
    json.key("attempt").value(outcome.attempt).key("lane").value(lane_name(outcome.lane));
    json.key("http_status").value(outcome.http_status).key("status").value(outcome.status);
    json.key("correlation_id").value(outcome.correlation_id);
    json.key("duration_ms").value(outcome.duration_ms);
    put_names(json, "fields", batch.fields);
    put_names(json, "unchanged", batch.unchanged);
    json.end_object();
}

void put(json_writer& json, const object_trace& trace, const traced_record& record) {
    const traced_file& file = file_of(trace, record.file);
    json.begin_object().key("type").value("record").key("fate").value(to_string(record.end));
    json.key("batch");
    record.batch ? json.value(trace.batches[*record.batch].outcome.batch) : json.null();
    json.key("file").value(record.file).key("name").value(file.name);
    json.key("lane").value(lane_name(file.lane)).key("path").value(file.path);
    json.key("line").value(record.found.line).key("ordinal").value(record.found.ordinal);
    json.key("reference").value(record.found.reference);
    put_names(json, "fields", record.found.fields);
    // Nobody knows it of a file whose name is gone, or is of before an update.
    json.key("order");
    file.order.stamp != 0 ? json.value(format_order(key_of(record.found, file.order)))
                          : json.null();
    json.key("bad").value(record.found.bad).end_object();
}

void put(json_writer& json, const object_trace& trace, const kept_dead_letter& kept) {
    const dead_letter& letter = kept.letter;
    json.begin_object().key("type").value("dead_letter").key("id").value(id_of(letter));
    json.key("died")
        .value(iso_time(kept.died))
        .key("dropped")
        .value_or_null(iso_time(kept.dropped));
    json.key("category").value(letter.category).key("reason").value(letter.reason);
    json.key("batch").value(letter.batch).key("file").value(letter.at.file);
    json.key("name").value(file_of(trace, letter.at.file).name);
    put_course(json, kept);
    json.end_object();
}

void put(json_writer& json, const ledger_field& known) {
    json.begin_object().key("type").value("ledger").key("field").value(known.field.name);
    json.key("custom").value(known.field.kind == field_kind::custom);
    json.key("order").value(format_order(known.acknowledged));
    json.key("as_of").value(iso_time(time_of(known.acknowledged))).end_object();
}

} // namespace

std::string trace_text(const object_trace& trace, std::optional<std::size_t> width) {
    return trace_lines(trace, width).take();
}

std::string trace_json_lines(const object_trace& trace) {
    std::string lines;
    const auto add = [&](const auto& fill) {
        json_writer json;
        fill(json);
        lines += json.take() + '\n';
    };
    for (const traced_batch& batch : trace.batches)
        add([&](json_writer& json) { put(json, batch); });
    for (const traced_record& record : trace.records)
        add([&](json_writer& json) { put(json, trace, record); });
    for (const kept_dead_letter& kept : trace.letters)
        add([&](json_writer& json) { put(json, trace, kept); });
    for (const ledger_field& known : trace.known) add([&](json_writer& json) { put(json, known); });
    add([&](json_writer& json) {
        json.begin_object().key("type").value("end").key("object_id").value(trace.object_id);
        json.key("batches_back_to").value_or_null(iso_time(trace.back_to));
        json.key("interrupted").value(trace.interrupted);
        json.key("files_not_searched").value(trace.unsearched_in_cur());
        json.key("files_unclaimed").value(trace.unclaimed_files).end_object();
    });
    return lines;
}

} // namespace hubspool
