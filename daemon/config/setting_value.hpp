// One setting from its text, and back. Pure.
#pragma once

#include "config/settings_table.hpp"

#include <optional>
#include <string>

namespace hubspool {

// Puts the value that `text` stands for into `values`. What is wrong with it and what to write
// instead, and then `values` is as before; nothing when it was taken.
std::optional<std::string> set_value(const setting_key& key, const std::string& text,
                                     settings& values);

// The text that set_value reads back as the very same value.
std::string value_text(const setting_key& key, const settings& values);

} // namespace hubspool
