#include "core/records/record_envelope.hpp"

#include "core/json/json_number.hpp"
#include "core/json/lossless_json.hpp"
#include "core/records/json_value.hpp"
#include "core/records/record_as_of.hpp"
#include "core/records/record_order.hpp"

namespace hubspool {

namespace {

using simdjson::dom::element;

std::string why_no_id(element value, const lossless_json& json, record_envelope& read) {
    if (!value.is_string()) return "$hubspool.id is not a string: " + excerpt(value, json);
    read.id = value.get_string().value_unsafe();
    return {};
}

std::string why_no_as_of(element value, const lossless_json& json, record_envelope& read) {
    if (value.is_string()) {
        read.as_of = as_of_text(value.get_string().value_unsafe());
    } else if (lossless_json::is_number(value)) {
        const auto digits = integer_digits(json.number(value));
        if (digits) read.as_of = as_of_number(*digits);
    }
    if (read.as_of) return {};
    return "$hubspool.as_of is no time: " + excerpt(value, json) +
           "; write it as \"2026-11-30T01:00:00Z\" or in milliseconds since 1970";
}

std::string why_no_order(element value, const lossless_json& json, record_envelope& read) {
    if (value.is_string()) read.order = order_of_text(value.get_string().value_unsafe());
    if (read.order) return {};
    return "$hubspool.order is no order key: " + excerpt(value, json) +
           "; leave it as hubspool wrote it (\"STAMP.NUMBER.ORDINAL\"), or leave it out";
}

std::string why_no_flag(element value, const lossless_json& json, record_envelope& read) {
    if (value.get_bool().get(read.as_newest) == simdjson::SUCCESS) return {};
    return "$hubspool.as_newest is neither true nor false: " + excerpt(value, json);
}

std::string why_not(std::string_view key, element value, const lossless_json& json,
                    record_envelope& read) {
    if (key == "id") return why_no_id(value, json, read);
    if (key == "as_of") return why_no_as_of(value, json, read);
    if (key == "order") return why_no_order(value, json, read);
    if (key == "as_newest") return why_no_flag(value, json, read);
    return "$hubspool has the key \"" + std::string(key) +
           "\": all its keys but \"id\", \"as_of\", \"order\" and \"as_newest\" are reserved";
}

} // namespace

record_envelope read_envelope(element value, const lossless_json& json) {
    record_envelope read;
    simdjson::dom::object members;
    if (value.get_object().get(members) != simdjson::SUCCESS) {
        read.fault = "$hubspool is not an object: " + excerpt(value, json);
        return read;
    }
    for (const auto [key, content] : members) {
        std::string fault = why_not(key, content, json, read);
        // The first one is told.
        if (read.fault.empty()) read.fault = std::move(fault);
    }
    return read;
}

} // namespace hubspool
