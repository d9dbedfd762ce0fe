#include "app/submit/submission_json.hpp"

#include "core/records/meant_field.hpp"

#include <string_view>

namespace hubspool {

namespace {

void put_bad(json_writer& json, const submitted_file& file) {
    json.key("bad").value(file.bad).key("bad_records").begin_array();
    for (const bad_record& bad : file.listed) {
        json.begin_object().key("line").value(bad.line).key("offset").value(bad.offset);
        json.key("reason").value(bad.reason).end_object();
    }
    json.end_array();
}

void put_unknown(json_writer& json, const submitted_file& file) {
    json.key("unknown_fields").begin_array();
    for (const auto& [name, records] : file.unknown_fields) {
        const std::string_view meant = meant_field(name);
        json.begin_object().key("field").value(name).key("records").value(records).key("meant");
        meant.empty() ? json.null() : json.value(meant);
        json.end_object();
    }
    json.end_array();
}

} // namespace

void put_findings(json_writer& json, const submitted_file& file) {
    put_bad(json, file);
    json.key("lone_surrogates").value(file.lone_surrogates);
    json.key("future_as_of").value(file.future_as_of);
    put_unknown(json, file);
}

} // namespace hubspool
