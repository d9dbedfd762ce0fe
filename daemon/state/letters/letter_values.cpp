// count, { owner << 1 | custom, as_of, number, ordinal, name }..., all numbers as varints.
#include "state/letters/letter_values.hpp"

#include "core/books/careful_reader.hpp"
#include "core/records/record_order.hpp"
#include "core/words/varint.hpp"

#include <limits>

namespace hubspool {

std::string encode_values(const std::vector<dead_letter::value>& values) {
    std::string coded;
    put_varint(coded, values.size());
    for (const dead_letter::value& value : values) {
        const bool is_custom = value.kind == field_kind::custom;
        put_varint(coded, std::uint64_t{value.owner} << 1 | (is_custom ? 1U : 0U));
        put_varint(coded, value.key.as_of);
        put_varint(coded, value.key.number);
        put_varint(coded, value.key.ordinal);
        put_string(coded, value.name);
    }
    return coded;
}

bool decode_values(std::string_view coded, std::vector<dead_letter::value>& values) {
    careful_reader reader(coded);
    for (std::uint64_t left = reader.count(); left > 0 && reader.ok(); --left) {
        dead_letter::value value;
        const std::uint64_t head = reader.number();
        if (head >> 1 > std::numeric_limits<std::uint32_t>::max()) reader.refuse();
        value.kind = (head & 1) != 0 ? field_kind::custom : field_kind::property;
        value.owner = static_cast<std::uint32_t>(head >> 1);
        value.key.as_of = reader.number();
        value.key.number = reader.number();
        value.key.ordinal = reader.number();
        value.name = reader.text();
        values.push_back(std::move(value));
    }
    return reader.ok() && reader.at_end();
}

void put_values(json_writer& json, const std::vector<dead_letter::value>& values) {
    json.key("values").begin_array();
    for (const dead_letter::value& value : values) {
        json.begin_object();
        // A record that could not be read has one order for all of it.
        if (!value.name.empty()) {
            json.key("field").value(value.name);
            json.key("custom").value(value.kind == field_kind::custom);
        }
        json.key("order").value(format_order(value.key)).key("record").value(value.owner);
        json.end_object();
    }
    json.end_array();
}

} // namespace hubspool
