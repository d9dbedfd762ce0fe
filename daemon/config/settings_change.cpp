#include "config/settings_change.hpp"

#include "config/setting_value.hpp"
#include "config/settings_table.hpp"

namespace hubspool {

std::vector<std::string> changed_keys(const settings& before, const settings& now) {
    std::vector<std::string> changed;
    for (const setting_key& key : setting_table())
        if (value_text(key, before) != value_text(key, now)) changed.emplace_back(key.path);
    return changed;
}

bool is_taken_live(std::string_view key) {
    return key.starts_with("log.");
}

} // namespace hubspool
