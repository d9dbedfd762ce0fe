#include "cli/letters/letter_json.hpp"

#include "base/clocks.hpp"
#include "cli/letters/letter_words.hpp"
#include "state/letters/letter_values.hpp"

#include <optional>

namespace hubspool {

namespace {

std::optional<std::string> shown(const std::optional<wall_time>& at) {
    if (!at) return std::nullopt;
    return iso_time(*at);
}

} // namespace

void put_course(json_writer& json, const kept_dead_letter& kept) {
    json.key("held").value_or_null(shown(kept.held));
    json.key("retried").value_or_null(shown(kept.retried));
    json.key("retry_file");
    kept.retried ? json.value(kept.retry_name) : json.null();
    json.key("struck").value_or_null(shown(kept.struck));
    json.key("struck_batch");
    kept.struck ? json.value(kept.struck_batch) : json.null();
    json.key("died_again_as");
    kept.again ? json.value(id_text(*kept.again)) : json.null();
}

void put_letter(json_writer& json, const kept_dead_letter& kept, const file_names& names,
                const batch_outcome* answer) {
    const dead_letter& letter = kept.letter;
    json.begin_object().key("id").value(id_of(letter)).key("object_id").value(letter.object_id);
    json.key("category").value(letter.category).key("reason").value(letter.reason);
    json.key("batch").value(letter.batch).key("content").value(letter.content);
    json.key("records").begin_array();
    // Keys that are not known are left out instead of being 0.
    for (const dead_letter::origin& record : letter.records) {
        json.begin_object().key("file").value(record.file);
        json.key("name").value(name_of(record.file, names));
        json.key("line").value(record.line);
        if (record.offset) json.key("offset").value(*record.offset);
        json.key("size").value(record.size).key("ordinal").value(record.ordinal);
        json.key("count").value(record.count).key("reference").value(record.reference);
        json.end_object();
    }
    json.end_array();
    put_values(json, letter.values);
    json.key("died").value(iso_time(kept.died));
    json.key("http_status");
    answer != nullptr ? json.value(answer->http_status) : json.null();
    json.key("correlation_id");
    answer != nullptr ? json.value(answer->correlation_id) : json.null();
    put_course(json, kept);
    json.key("advice").value(letter_advice(letter.category)).end_object();
}

} // namespace hubspool
