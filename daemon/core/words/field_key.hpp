// What names a field.
#pragma once

#include <cstdint>
#include <string>

namespace hubspool {

enum class field_kind : std::uint8_t {
    property, // a key of the input object, such as eventName; the value is any JSON
    // An element of customProperties, keyed by its name; the value is what stands in it beside the
    // name, and its closing brace: "value":"x"}
    custom,
};

// `name` is the inside of a JSON string literal, escaped by append_json_escaped(), so that equal
// names are equal bytes and can be written as they are.
struct field_key {
    field_kind kind = field_kind::property;
    std::string name;
};

} // namespace hubspool
