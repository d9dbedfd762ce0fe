#include "core/memory/name_table.hpp"

namespace hubspool {

std::uint32_t name_table::look_up(std::string_view name) {
    // Beyond the limits 0 is given: such a name stands beside its value instead of in the table.
    if (const auto known = numbers_.find(name); known != numbers_.end()) return known->second;
    if (names_.size() >= names_max || name.size() > name_bytes_max) return 0;
    names_.emplace_back(name);
    const auto number = static_cast<std::uint32_t>(names_.size());
    numbers_.emplace(names_.back(), number);
    return number;
}

} // namespace hubspool
