// Every key with what is not of its kind: nothing, a list, keys of its own, an open quote, a word.
#include "config/one_key_file.hpp"
#include "support/row_name.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubspool {
namespace {

using testing::file_with;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::table_key;
using testing::told_of;

std::vector<std::string> paths_of_kind(bool (*wanted)(const setting_key&)) {
    std::vector<std::string> paths;
    for (const setting_key& key : setting_table())
        if (wanted(key)) paths.emplace_back(key.path);
    return paths;
}

bool is_single(const setting_key& key) {
    return !std::holds_alternative<list_key>(key.kind) &&
           !std::holds_alternative<map_key>(key.kind);
}

std::string name_of_path(const ::testing::TestParamInfo<std::string>& row) {
    return testing::row_name(row.param);
}

class single_setting : public ::testing::TestWithParam<std::string> {};

TEST_P(single_setting, without_a_value_tells_its_default) {
    for (const char* const nothing : {"", "~", "null"}) {
        const auto file = file_with(GetParam(), nothing);
        EXPECT_EQ(told_of(file.yaml),
                  file.key_place + "has no value; write one, or remove the key for the default, " +
                      value_text(table_key(GetParam()), settings{}))
            << nothing;
    }
}

TEST_P(single_setting, as_a_list_is_told_at_the_value) {
    const auto file = file_with(GetParam(), "[a]");
    EXPECT_EQ(told_of(file.yaml),
              file.value_place + "must be a single value, not a list or keys of its own");
}

TEST_P(single_setting, with_keys_is_told_at_the_value) {
    const auto file = file_with(GetParam(), "{a: b}");
    EXPECT_EQ(told_of(file.yaml),
              file.value_place + "must be a single value, not a list or keys of its own");
}

TEST_P(single_setting, with_an_open_quote_is_told_there) {
    const auto file = file_with(GetParam(), "\"a");
    EXPECT_EQ(told_of(file.yaml + "\""), file.value_place + "the quote is not closed on its line");
}

TEST_P(single_setting, with_no_such_value_is_told_there) {
    const auto file = file_with(GetParam(), "'<a>'");
    EXPECT_THAT(told_of(file.yaml), StartsWith(file.value_place));
}

// All but texts, of which each is held to its own rule.
class exact_setting : public ::testing::TestWithParam<std::string> {};

TEST_P(exact_setting, with_blanks_around_it_is_another) {
    const setting_key& key = table_key(GetParam());
    const std::string text = value_text(key, settings{});
    settings values;
    EXPECT_NE(set_value(key, text + " ", values), std::nullopt);
    EXPECT_NE(set_value(key, " " + text, values), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(keys, single_setting, ::testing::ValuesIn(paths_of_kind(is_single)),
                         name_of_path);

INSTANTIATE_TEST_SUITE_P(keys, exact_setting,
                         ::testing::ValuesIn(paths_of_kind([](const setting_key& key) {
                             return is_single(key) && !std::holds_alternative<text_key>(key.kind);
                         })),
                         name_of_path);

class several_settings : public ::testing::TestWithParam<std::string> {};

TEST_P(several_settings, as_a_single_text_are_told_at_the_value) {
    const auto file = file_with(GetParam(), "a");
    EXPECT_THAT(told_of(file.yaml), StartsWith(file.value_place + "must "));
}

TEST_P(several_settings, with_an_open_quote_in_an_entry_are_told_there) {
    const bool is_list = std::holds_alternative<list_key>(table_key(GetParam()).kind);
    const auto file = file_with(GetParam(), is_list ? "[\"a\n  b\"]" : "{a: \"b\n  c\"}");
    // One column behind the bracket.
    EXPECT_THAT(told_of(file.yaml), HasSubstr(": the quote is not closed on its line"));
}

TEST_P(several_settings, that_are_none_are_the_default) {
    const bool is_list = std::holds_alternative<list_key>(table_key(GetParam()).kind);
    const auto file = file_with(GetParam(), is_list ? "[]" : "{}");
    EXPECT_EQ(told_of(file.yaml), "");
}

INSTANTIATE_TEST_SUITE_P(keys, several_settings,
                         ::testing::ValuesIn(paths_of_kind([](const setting_key& key) {
                             return !is_single(key);
                         })),
                         name_of_path);

struct kind_row {
    const char* path;
    const char* value; // as it stands in the file
    const char* told;
};

// One key of each kind, with what people write instead, and the whole sentence.
const kind_row kind_rows[] = {
    {"batch.linger", "5", "'5' has no unit: add ms, s, m, h or d, as in 500ms or 10s"},
    {"batch.linger", "5.5s",
     "'5.5s' is no duration: write a whole number and ms, s, m, h or d, such as 500ms or 10s"},
    {"batch.linger", "5 s",
     "'5 s' is no duration: write a whole number and ms, s, m, h or d, such as 500ms or 10s"},
    {"batch.linger", "true",
     "'true' is no duration: write a whole number and ms, s, m, h or d, such as 500ms or 10s"},
    {"batch.max_bytes", "5", "'5' has no unit: add B, KiB, MiB, GiB or TiB, as in 256MiB"},
    {"batch.max_bytes", "5MB",
     "'5MB' is no size: write a whole number and B, KiB, MiB, GiB or TiB, such as 256MiB"},
    {"batch.max_inputs", "0x10", "'0x10' is no whole number: write 1 to 100"},
    {"batch.max_inputs", "1_0", "'1_0' is no whole number: write 1 to 100"},
    {"batch.max_inputs", "+5", "'+5' is no whole number: write 1 to 100"},
    {"batch.max_inputs", "auto", "'auto' is no whole number: write 1 to 100"},
    {"rate_limit.daily", "none", "'none' is no whole number: write auto, or 1 to 100000000"},
    {"brake.share", "5%", "'5%' is no number: write 0 to 1, such as 0.5"},
    {"brake.share", "'0,5'", "'0,5' is no number: write 0 to 1, such as 0.5"},
    {"brake.share", ".inf", "'.inf' is no number: write 0 to 1, such as 0.5"},
    {"brake.share", "nan", "'nan' is out of range: write 0 to 1"},
    {"log.level", "warn", "'warn' is not one of: debug, info, warning, error"},
    {"log.level", "INFO", "'INFO' is not one of: debug, info, warning, error"},
    {"log.level", "''", "'' is not one of: debug, info, warning, error"},
    {"api.verify_echo", "no", "'no' is not one of: off, warn, dead_letter"},
    {"api.tls_min", "1.1", "'1.1' is not one of: 1.2, 1.3"},
    {"api.tls_min", "1.30", "'1.30' is not one of: 1.2, 1.3"},
    {"queue.ignore", "{a: b}", "must be a list, such as ['*.bak', 'old-*']"},
    {"csv.columns", "[a]", "must hold names with values, one a line"},
};

class setting_of_a_wrong_kind : public ::testing::TestWithParam<kind_row> {};

TEST_P(setting_of_a_wrong_kind, is_told_with_place_and_remedy) {
    const auto file = file_with(GetParam().path, GetParam().value);
    EXPECT_EQ(told_of(file.yaml), file.value_place + GetParam().told);
}

INSTANTIATE_TEST_SUITE_P(rows, setting_of_a_wrong_kind, ::testing::ValuesIn(kind_rows),
                         [](const auto& row) {
                             return std::to_string(row.index) + '_' +
                                    testing::row_name(row.param.path);
                         });

} // namespace
} // namespace hubspool
