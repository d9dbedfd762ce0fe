// A property of marketing events as the account defines it. Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hubspool {

enum class property_type : std::uint8_t {
    text, // and whatever else takes any text
    number,
    date,
    date_time,
    boolean,
    enumeration,
};

struct property_option {
    std::string value; // that is sent
    std::string label; // that people see
};

// HubSpot's words for it: MAX_LENGTH, ["80"].
struct property_rule {
    std::string type;
    std::vector<std::string> arguments;
    bool normalizes = false; // HubSpot makes values fit before it looks at them
};

struct property_definition {
    std::string name; // as the name of a field_key
    property_type type = property_type::text;
    bool takes_several = false; // options, with semicolons between them
    bool archived = false;
    bool read_only = false; // its values
    bool calculated = false;
    std::vector<property_option> options; // by value; none: HubSpot does not tell them
    std::vector<property_rule> rules;
};

} // namespace hubspool
