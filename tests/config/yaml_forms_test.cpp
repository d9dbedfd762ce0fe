// What YAML lets people write beside plain keys and values, and what becomes of it.
#include "config/one_key_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using testing::told_of;

settings taken(const std::string& yaml) {
    const auto loaded = parse_settings(yaml, "f.yaml");
    for (const settings_error& error : loaded.errors) ADD_FAILURE() << error.message;
    return loaded.values;
}

TEST(yaml_forms, lines_may_end_as_on_windows) {
    EXPECT_EQ(taken("batch:\r\n  linger: 2s\r\n").batch.linger, 2s);
}

TEST(yaml_forms, quote_that_is_closed_before_the_end_of_a_line_of_windows_is_closed) {
    EXPECT_EQ(taken("queue:\r\n  directory: \"/q\"\r\n").queue.directory, "/q");
}

TEST(yaml_forms, byte_order_mark_is_no_part_of_the_first_key) {
    EXPECT_EQ(taken("\xef\xbb\xbf"
                    "batch:\n  linger: 2s\n")
                  .batch.linger,
              2s);
}

TEST(yaml_forms, comment_behind_a_value_is_no_part_of_it) {
    EXPECT_EQ(taken("api:\n  token_file: /a # not /b\n").api.token_file, "/a");
}

TEST(yaml_forms, sharp_without_a_blank_before_it_is_a_part_of_the_value) {
    EXPECT_EQ(taken("api:\n  token_file: /a#b\n").api.token_file, "/a#b");
}

TEST(yaml_forms, alias_stands_for_the_value_that_it_names) {
    EXPECT_EQ(
        taken("api:\n  client_cert_file: &pem /c\n  client_key_file: *pem\n").api.client_key_file,
        "/c");
}

// A merge would bring keys that stand elsewhere, and whose place no message could tell.
TEST(yaml_forms, merge_of_a_section_is_no_key) {
    EXPECT_THAT(told_of("batch: &b\n  linger: 2s\nretry:\n  <<: *b\n"),
                StartsWith("f.yaml:4:3: retry.<<: unknown key"));
}

TEST(yaml_forms, text_of_several_lines_is_refused) {
    EXPECT_EQ(told_of("queue:\n  directory: |\n    /q\n"),
              "f.yaml:2:14: queue.directory: holds a control character");
}

TEST(yaml_forms, dotted_key_beside_its_section_is_there_twice) {
    EXPECT_EQ(told_of("retry:\n  max: 6m\nretry.max: 7m\n"),
              "f.yaml:3:1: retry.max: is there already, in line 2: remove one of them");
}

TEST(yaml_forms, key_of_a_nested_section_that_is_there_twice_is_told) {
    EXPECT_EQ(told_of("retry:\n  breaker:\n    failures: 3\n    failures: 4\n"),
              "f.yaml:4:5: retry.breaker.failures: is there already, in line 3: remove one of "
              "them");
}

TEST(yaml_forms, section_that_is_there_twice_is_told_though_it_is_empty) {
    EXPECT_EQ(told_of("retry:\n  breaker:\n  breaker:\n"),
              "f.yaml:3:3: retry.breaker: is there already, in line 2: remove one of them");
}

TEST(yaml_forms, nested_section_with_a_value_is_told_at_the_value) {
    EXPECT_EQ(told_of("retry:\n  breaker: 5\n"),
              "f.yaml:2:12: retry.breaker: must hold keys of its own, one a line");
}

TEST(yaml_forms, unknown_key_of_a_nested_section_is_told_with_its_whole_path) {
    EXPECT_EQ(told_of("api:\n  oauth:\n    client_id: /i\n"),
              "f.yaml:3:5: api.oauth.client_id: unknown key; did you mean "
              "api.oauth.client_id_file?");
}

TEST(yaml_forms, key_of_a_page_is_cut_where_it_is_told) {
    const std::string told = told_of(std::string(900, 'x') + ": 1\n");
    EXPECT_EQ(told, "f.yaml:1:1: " + std::string(100, 'x') + ": unknown key; remove it");
}

TEST(yaml_forms, name_of_a_column_that_is_a_page_is_cut_where_it_is_told) {
    const std::string name(900, 'x');
    const std::string told = told_of("csv:\n  columns:\n    " + name + ": nothing\n");
    EXPECT_THAT(told, AllOf(StartsWith("f.yaml:3:5: csv.columns: 'nothing' of column '"),
                            HasSubstr("xxx...'"), Not(HasSubstr(std::string(61, 'x')))));
}

TEST(yaml_forms, control_characters_of_a_column_reach_no_terminal) {
    EXPECT_THAT(told_of("csv:\n  columns: {\"a\\e[2J\": nothing}\n"),
                AllOf(HasSubstr("'a\\x1b[2J'"), Not(HasSubstr("\x1b"))));
}

TEST(yaml_forms, column_that_is_there_twice_is_told_with_the_line_of_the_first) {
    EXPECT_EQ(told_of("csv:\n  columns:\n    a: ignore\n    b: ignore\n    a: objectId\n"),
              "f.yaml:5:5: csv.columns: a is there already, in line 3: remove one of them");
}

// One column may have the name that a constant is for.
TEST(yaml_forms, column_and_constant_of_one_name_are_two_things) {
    EXPECT_EQ(told_of("csv:\n  columns: {eventName: ignore}\n  constants: {eventName: x}\n"), "");
}

TEST(yaml_forms, each_bad_entry_of_a_list_is_told) {
    EXPECT_EQ(told_of("queue:\n  ignore: ['a/b', ok, '']\n"),
              "f.yaml:2:12: queue.ignore: holds a /: it is held against the name alone, so write "
              "'*.bak', not 'new/*.bak'\n"
              "f.yaml:2:23: queue.ignore: is empty: write a name, or a pattern such as '*.bak'");
}

TEST(yaml_forms, list_of_too_many_is_told_at_its_beginning) {
    std::string yaml = "queue:\n  ignore:\n";
    for (int i = 0; i < 101; ++i) yaml += "    - name-" + std::to_string(i) + '\n';
    EXPECT_EQ(told_of(yaml), "f.yaml:3:5: queue.ignore: has 101 entries: write 100 at most");
}

TEST(yaml_forms, entry_with_a_newline_is_one_entry_and_refused) {
    EXPECT_THAT(told_of("queue:\n  ignore: [\"a\\nb\"]\n"), HasSubstr("holds a control character"));
}

TEST(yaml_forms, values_of_a_file_with_an_error_elsewhere_are_not_held_against_each_other) {
    EXPECT_THAT(told_of("retry:\n  max: 10ms\nbatch:\n  linger: 5\n"),
                AllOf(HasSubstr("batch.linger"), Not(HasSubstr("retry.max"))));
}

// What the parser says may be about any line; a person needs the one.
TEST(yaml_forms, broken_yaml_in_the_middle_is_told_with_the_line_at_which_it_breaks) {
    EXPECT_THAT(told_of("batch:\n  linger: 2s\nretry\n  max: 5m\n"), StartsWith("f.yaml:"));
    EXPECT_THAT(told_of("batch:\n  linger: 2s\n   max_inputs: 5\n"), StartsWith("f.yaml:3:"));
}

TEST(yaml_forms, file_without_a_newline_at_its_end_is_whole) {
    EXPECT_EQ(taken("batch:\n  linger: 2s").batch.linger, 2s);
}

TEST(yaml_forms, end_of_document_mark_at_the_end_begins_no_second_one) {
    EXPECT_EQ(taken("batch:\n  linger: 2s\n...\n").batch.linger, 2s);
}

struct written_row {
    const char* text;
    const char* line;
};

// As `check` prints it: what another reader of YAML could take for something else is quoted.
const written_row written_rows[] = {
    {"/plain/path-1_x.y", "    directory: /plain/path-1_x.y"},
    {"/a b", "    directory: \"/a b\""},
    {"/a#b", "    directory: \"/a#b\""},
    {"/a:", "    directory: \"/a:\""},
    {"/a\"b", "    directory: \"/a\\\"b\""},
    {"-x", "    directory: \"-x\""},
    {"", "    directory: \"\""},
};

TEST(yaml_forms, text_is_written_plain_where_it_can_be_read_in_one_way_alone) {
    for (const written_row& row : written_rows) {
        settings values;
        values.queue.directory = row.text;
        EXPECT_THAT(to_yaml(values), StartsWith(std::string("queue:\n") + row.line + '\n'));
    }
}

TEST(yaml_forms, nested_sections_are_written_with_four_blanks_a_step) {
    EXPECT_THAT(to_yaml(settings{}), HasSubstr("\nretry:\n"
                                               "    initial: 1s\n"
                                               "    max: 5m\n"
                                               "    max_attempts: 10\n"
                                               "    breaker:\n"
                                               "        failures: 5\n"
                                               "        probe_max: 1m\n"
                                               "brake:\n"));
}

} // namespace
} // namespace hubspool
