// Values of printed JSON, to be compared in tables.
#pragma once

#include "core/json/json_lookup.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubspool {

// As it would be written: a text in quotes, a whole number, true, or "none" for null, for false and
// for what is not there.
inline std::string json_value(const json_lookup& json, const std::string& pointer) {
    if (const auto text = json.text(pointer)) return '"' + *text + '"';
    if (const auto number = json.number(pointer)) return std::to_string(*number);
    return json.is_true(pointer) ? "true" : "none";
}

using json_facts = std::vector<std::pair<std::string, std::string>>; // by pointer

inline void expect_json(std::string_view json, const json_facts& facts) {
    const json_lookup read(json);
    ASSERT_TRUE(read.is_object()) << json;
    for (const auto& [pointer, value] : facts)
        EXPECT_EQ(json_value(read, pointer), value) << pointer << " of " << json;
}

} // namespace hubspool
