// What the tests of single keys share: a configuration that holds one of them and nothing else.
#pragma once

#include "config/setting_value.hpp"
#include "config/settings_table.hpp"
#include "config/settings_yaml.hpp"

#include <fmt/core.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool::testing {

inline const setting_key& table_key(std::string_view path) {
    for (const setting_key& key : setting_table())
        if (key.path == path) return key;
    throw std::runtime_error(fmt::format("no such key: {}", path));
}

struct one_key_file {
    std::string yaml;
    std::string key_place;   // "f.yaml:3:5: retry.breaker.failures: "
    std::string value_place; // "f.yaml:3:15: retry.breaker.failures: "
};

// `value` as it stands in the file.
inline one_key_file file_with(std::string_view path, std::string_view value) {
    one_key_file file;
    std::string_view rest = path;
    std::size_t line = 1, indent = 0;
    for (std::size_t dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
        file.yaml += fmt::format("{:{}}{}:\n", "", indent, rest.substr(0, dot));
        rest.remove_prefix(dot + 1);
        ++line;
        indent += 2;
    }
    file.yaml += fmt::format("{:{}}{}: {}\n", "", indent, rest, value);
    file.key_place = fmt::format("f.yaml:{}:{}: {}: ", line, indent + 1, path);
    file.value_place = fmt::format("f.yaml:{}:{}: {}: ", line, indent + rest.size() + 3, path);
    return file;
}

// What is told of a text that may be several things at once, one sentence a line.
inline std::string told_of(const std::string& yaml) {
    std::string told;
    for (const settings_error& error : parse_settings(yaml, "f.yaml").errors)
        told += (told.empty() ? "" : "\n") + error.message;
    return told;
}

} // namespace hubspool::testing
