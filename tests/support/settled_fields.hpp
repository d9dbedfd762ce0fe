// Fields of settled changes, for tests to which keys are nothing.
#pragma once

#include "core/books/settled_changes.hpp"

#include <initializer_list>
#include <string>
#include <vector>

namespace hubspool {

inline std::vector<settled_field> fields_named(std::initializer_list<std::string> names) {
    std::vector<settled_field> fields;
    for (const std::string& name : names) fields.push_back({field_kind::property, name, {}});
    return fields;
}

} // namespace hubspool
