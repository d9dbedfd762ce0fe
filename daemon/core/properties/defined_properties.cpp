#include "core/properties/defined_properties.hpp"

#include "core/words/edit_distance.hpp"

#include <utility>

namespace hubspool {

void defined_properties::add(std::vector<property_definition> more) {
    for (property_definition& one : more) {
        std::string name = one.name;
        by_name_.emplace(std::move(name), std::move(one));
    }
}

void defined_properties::add_rules(std::vector<ruled_property> rules) {
    for (ruled_property& one : rules) {
        const auto found = by_name_.find(one.name);
        if (found != by_name_.end()) found->second.rules = std::move(one.rules);
    }
}

const property_definition* defined_properties::find(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : &found->second;
}

std::string_view defined_properties::nearest(std::string_view name) const {
    nearest_word meant(name);
    for (const auto& [known, definition] : by_name_)
        if (!definition.archived) meant.look_at(known);
    return meant.found();
}

} // namespace hubspool
