// Every key of the table, one by one: a mixed-up member or bound must show here.
#include "config/setting_value.hpp"
#include "config/settings_table.hpp"
#include "config/settings_yaml.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace hubspool {
namespace {

// Texts that are allowed for the key and are not its default.
std::vector<std::string> other_values(const setting_key& key) {
    const std::string now = value_text(key, settings{});
    std::vector<std::string> found;
    for (const char* text : {"/elsewhere",
                             "https://localhost:1",
                             "http://localhost:1",
                             "2026-03",
                             "Europe/Berlin",
                             "1.3",
                             "auto",
                             "name_value",
                             "dead_letter",
                             "skip",
                             "off",
                             "error",
                             "json",
                             "51",
                             "0.31",
                             "17MiB",
                             "3100ms",
                             "25h",
                             "tab",
                             "single",
                             "set_null",
                             "windows-1252",
                             "%d.%m.%Y",
                             "Title\teventName",
                             "eventType\tx"}) {
        settings values;
        if (text != now && !set_value(key, text, values)) found.push_back(text);
    }
    return found;
}

std::vector<std::string> lines_of(const settings& values) {
    std::vector<std::string> lines(1);
    for (const char c : to_yaml(values)) {
        if (c == '\n')
            lines.emplace_back();
        else
            lines.back() += c;
    }
    return lines;
}

TEST(settings_table, paths_are_unique) {
    std::set<std::string_view> paths;
    for (const setting_key& key : setting_table())
        EXPECT_TRUE(paths.insert(key.path).second) << key.path;
}

TEST(settings_table, each_key_changes_its_own_line_and_no_other) {
    const auto before = lines_of(settings{});
    for (const setting_key& key : setting_table()) {
        const auto others = other_values(key);
        ASSERT_FALSE(others.empty()) << key.path << ": this test needs a value for it";
        settings values;
        ASSERT_FALSE(set_value(key, others.front(), values));
        const auto after = lines_of(values);
        ASSERT_EQ(before.size(), after.size());
        const std::string name(key.path.substr(key.path.rfind('.') + 1));
        std::size_t changed = 0;
        for (std::size_t i = 0; i < before.size(); ++i) {
            if (before[i] == after[i]) continue;
            ++changed;
            EXPECT_NE(after[i].find(name + ": "), std::string::npos) << after[i];
            // Of a name and a text that is the text.
            const std::string text = others.front().substr(others.front().find('\t') + 1);
            EXPECT_NE(after[i].find(text), std::string::npos) << after[i];
        }
        EXPECT_EQ(changed, 1U) << key.path;
    }
}

TEST(settings_table, every_value_survives_writing_and_reading) {
    for (const setting_key& key : setting_table()) {
        for (const std::string& text : other_values(key)) {
            settings values;
            values.api.oauth = {"/id", "/secret", "/token"}; // one of them alone is an error
            ASSERT_FALSE(set_value(key, text, values));
            const auto again = parse_settings(to_yaml(values), "effective");
            ASSERT_TRUE(again.errors.empty()) << again.errors[0].message;
            EXPECT_EQ(to_yaml(again.values), to_yaml(values)) << key.path;
        }
    }
}

TEST(settings_table, text_that_needs_quotes_survives_writing_and_reading) {
    settings values;
    for (const char* path : {"/a b", "/a: b", "/a#b", "/a\"b\\c", "/\xc3\xa4", "/a'b", "/a:"}) {
        values.queue.directory = path;
        const auto again = parse_settings(to_yaml(values), "effective");
        ASSERT_TRUE(again.errors.empty()) << again.errors[0].message;
        EXPECT_EQ(again.values.queue.directory, path);
    }
}

TEST(settings_table, refused_text_changes_nothing) {
    for (const setting_key& key : setting_table()) {
        settings values;
        EXPECT_TRUE(set_value(key, "\x01", values)) << key.path;
        EXPECT_EQ(to_yaml(values), to_yaml(settings{}));
    }
}

TEST(settings_table, defaults_lie_within_their_bounds) {
    for (const setting_key& key : setting_table()) {
        settings values;
        EXPECT_FALSE(set_value(key, value_text(key, settings{}), values)) << key.path;
    }
}

} // namespace
} // namespace hubspool
