// config/hubspool.yaml is what operators read: complete, right, and a word to every key.
#include "config/setting_value.hpp"
#include "config/settings_table.hpp"
#include "config/settings_yaml.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

namespace hubspool {
namespace {

struct config_line {
    std::string path;  // "retry.breaker.failures"
    std::string value; // empty: a section
    bool commented = false;
};

std::vector<std::string> file_lines() {
    std::ifstream file(HUBSPOOL_SHIPPED_CONFIG);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
}

std::vector<config_line> shipped_keys() {
    std::vector<config_line> keys;
    std::vector<std::string> open; // by depth, four spaces each
    std::string above;
    for (const std::string& line : file_lines()) {
        const std::size_t indent = line.find_first_not_of(' ');
        if (indent == std::string::npos || line[indent] == '#') {
            above = line;
            continue;
        }
        const std::size_t colon = line.find(':');
        open.resize(indent / 4);
        open.push_back(line.substr(indent, colon - indent));
        config_line key;
        for (const auto& name : open) key.path += (key.path.empty() ? "" : ".") + name;
        key.value = line.size() > colon + 2 ? line.substr(colon + 2) : "";
        key.commented =
            above.find('#') != std::string::npos || line.find(" # ") != std::string::npos;
        keys.push_back(key);
        above = line;
    }
    return keys;
}

TEST(shipped_config, loads_as_all_defaults) {
    const auto loaded = load_settings(HUBSPOOL_SHIPPED_CONFIG);
    ASSERT_TRUE(loaded.errors.empty()) << loaded.errors[0].message;
    EXPECT_EQ(to_yaml(loaded.values), to_yaml(settings{}));
}

TEST(shipped_config, names_every_key_once_in_the_tables_order) {
    std::vector<std::string> expected, found;
    for (const setting_key& key : setting_table()) expected.emplace_back(key.path);
    for (const config_line& key : shipped_keys())
        if (!key.value.empty()) found.push_back(key.path);
    EXPECT_EQ(found, expected);
}

// loads_as_all_defaults alone would let a key be commented out.
TEST(shipped_config, writes_the_default_at_every_key) {
    std::map<std::string, const setting_key*> table;
    for (const setting_key& key : setting_table()) table[std::string(key.path)] = &key;
    for (const config_line& key : shipped_keys()) {
        if (key.value.empty()) continue;
        ASSERT_TRUE(table.contains(key.path)) << key.path;
        settings values;
        const std::string text =
            key.value == "\"\"" || key.value == "[]" || key.value == "{}" ? "" : key.value;
        EXPECT_FALSE(set_value(*table[key.path], text, values)) << key.path;
        EXPECT_EQ(value_text(*table[key.path], values), value_text(*table[key.path], settings{}))
            << key.path;
    }
}

TEST(shipped_config, has_a_comment_at_every_key_and_section) {
    for (const config_line& key : shipped_keys())
        EXPECT_TRUE(key.commented) << key.path << " has no comment above or beside it";
}

} // namespace
} // namespace hubspool
