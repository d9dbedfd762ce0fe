// All properties of marketing events that an account has. Pure; one thread.
#pragma once

#include "core/properties/property_answers.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

class defined_properties {
public:
    // Of two with one name the first one stays: a name that was archived may be in use again.
    void add(std::vector<property_definition> more);
    void add_rules(std::vector<ruled_property> rules);

    // By the name of a field_key; null: there is none.
    const property_definition* find(std::string_view name) const;
    // The name that was most likely meant; empty: none is near. Archived ones are not meant.
    std::string_view nearest(std::string_view name) const;

    bool empty() const { return by_name_.empty(); }
    std::size_t count() const { return by_name_.size(); }
    template <class Is>
    std::size_t count_if(Is is) const {
        std::size_t count = 0;
        for (const auto& [name, definition] : by_name_) count += is(definition) ? 1 : 0;
        return count;
    }

private:
    std::map<std::string, property_definition, std::less<>> by_name_;
};

} // namespace hubspool
