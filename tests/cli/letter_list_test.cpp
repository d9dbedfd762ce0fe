// `dead-letters list` and `show`: groups, lines and JSON of letters that a test made.
#include "cli/json_value.hpp"
#include "cli/letters/letter_json.hpp"
#include "cli/scoped_columns.hpp"
#include "cli/some_letters.hpp"
#include "cli/terminal.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class letter_list_test : public letters_fixture {
protected:
    static std::vector<std::string> lines_of(const std::string& text) {
        std::vector<std::string> lines;
        std::istringstream in(text);
        for (std::string line; std::getline(in, line);) lines.push_back(line);
        return lines;
    }
};

TEST_F(letter_list_test, of_none_says_that_there_are_none) {
    EXPECT_EQ(letters("list").out, "no dead letters\n");
    EXPECT_EQ(letters("list", {"--struck"}).out, "no dead letter is like that\n");
    EXPECT_EQ(letters("list", {"--json"}).out, "");
    EXPECT_EQ(letters("list").exit_code, 0);
}

TEST_F(letter_list_test, largest_group_by_records_comes_first) {
    record(
        {some_letter(1, 0, "1", "a"), some_letter(1, 20, "2", "a"), some_letter(1, 40, "3", "b")});
    dead_letter range = some_letter(2, 0, "", "c");
    range.records[0].count = 7;
    record({range}, 4);
    EXPECT_THAT(letters("list").out, StartsWith("7 records  VALIDATION_ERROR: c\n"
                                                "    2:0  object ?  b.ndjson line 1\n"
                                                "2 records  VALIDATION_ERROR: a\n"
                                                "    1:0  object 1  a.ndjson line 1\n"
                                                "    1:20  object 2  a.ndjson line 2\n"
                                                "1 record  VALIDATION_ERROR: b\n"));
}

TEST_F(letter_list_test, group_has_three_examples_and_says_how_many_more) {
    std::vector<dead_letter> all;
    for (std::uint64_t i = 0; i < 3; ++i) all.push_back(some_letter(1, 20 * i, "1", "a"));
    record(all);
    EXPECT_THAT(letters("list").out, AllOf(HasSubstr("1:40"), Not(HasSubstr("more"))));
    record({some_letter(1, 60, "1", "a")}, 4);
    EXPECT_THAT(letters("list").out,
                AllOf(HasSubstr("line 3\n    and 1 more\n"), Not(HasSubstr("1:60"))));
}

TEST_F(letter_list_test, groups_beyond_fifty_are_counted) {
    std::vector<dead_letter> all;
    for (std::uint64_t i = 0; i < 51; ++i)
        all.push_back(some_letter(1, i, "1", "reason " + std::to_string(i)));
    record(all);
    EXPECT_THAT(letters("list").out,
                HasSubstr("\nand 1 more reason; --each or --json prints all\n51 dead letters of "));
}

TEST_F(letter_list_test, details_behind_the_300th_byte_do_not_part_a_group) {
    record({some_letter(1, 0, "1", std::string(300, 'r') + '1'),
            some_letter(1, 20, "2", std::string(300, 'r') + '2')});
    EXPECT_THAT(letters("list").out, StartsWith("2 records  VALIDATION_ERROR: rrr"));
}

TEST_F(letter_list_test, line_is_that_of_the_newest_record) {
    dead_letter merged = some_letter(1, 0, "1", "a");
    merged.records.push_back({1, 500, 20, 90, 1, 26, ""});
    record({merged});
    EXPECT_THAT(letters("list").out, HasSubstr("a.ndjson line 26\n"));
}

TEST_F(letter_list_test, lines_of_each_have_all_columns_and_fold_on_a_terminal) {
    record({some_letter(1, 20, "42", "no\x1b[1msuch\nproperty")});
    EXPECT_THAT(letters("hold", {"--all"}).out, HasSubstr("1 dead letter held"));
    const auto whole = lines_of(letters("list", {"--each"}).out);
    EXPECT_EQ(whole.at(0),
              "id    died                  object  category          file      line  reason"
              "               since");
    EXPECT_THAT(whole.at(1),
                StartsWith("1:20  2020-11-29 22:00:00Z  42      VALIDATION_ERROR  a.ndjson     2  "
                           "no [1msuch property  held since "));
    const scoped_columns narrow("80");
    const auto folded = lines_of(letters("list", {"--each"}).out);
    EXPECT_EQ(folded.at(0), "id    object  category          line");
    EXPECT_EQ(folded.at(1), "    died  file  reason  since");
    EXPECT_EQ(folded.at(2), "1:20  42      VALIDATION_ERROR     2");
    EXPECT_THAT(folded.at(3), StartsWith("    2020-11-29 22:00:00Z  a.ndjson  no [1msuch prope"));
    EXPECT_LE(display_width(folded.at(3)), 80U);
}

TEST_F(letter_list_test, examples_of_a_group_are_cut_to_the_terminal) {
    record({some_letter(1, 0, std::string(90, '9'), "a")});
    const scoped_columns narrow("40");
    EXPECT_EQ(lines_of(letters("list").out).at(1), "    1:0  object " + std::string(23, '9') + "…");
}

TEST_F(letter_list_test, rows_that_are_asked_for_are_the_newest_and_the_counts_are_of_all) {
    record(
        {some_letter(1, 0, "1", "a"), some_letter(1, 20, "2", "a"), some_letter(1, 40, "3", "a")});
    const ended got = letters("list", {"-n", "2", "--each"});
    EXPECT_EQ(got.exit_code, 0);
    EXPECT_THAT(got.out, AllOf(Not(HasSubstr("1:0 ")), HasSubstr("1:20"), HasSubstr("1:40"),
                               HasSubstr("3 dead letters of 3 records: VALIDATION_ERROR 3\n")));
    EXPECT_EQ(got.err, "hubspool: only the newest 2 dead letters are shown; -n ROWS shows more\n");
    EXPECT_EQ(letters("list", {"-n", "3", "--each"}).err, "") << "all of them are shown";
}

TEST_F(letter_list_test, answers_are_found_for_letters_of_batches_in_turn) {
    record({some_letter(1, 0, "1", "a")}, 7);
    record({some_letter(1, 20, "1", "a")}, 8);
    record({some_letter(1, 40, "1", "a")}, 0);
    record({some_letter(1, 60, "1", "a")}, 9);
    std::string ids;
    for (const std::string& line : lines_of(letters("list", {"--json"}).out)) {
        const json_lookup json(line);
        ids += json_value(json, "/batch") + json_value(json, "/http_status") +
               json_value(json, "/correlation_id") + ' ';
    }
    EXPECT_EQ(ids, "7207\"corr-7\" 8207\"corr-8\" 0nonenone 9207\"corr-9\" ");
}

TEST_F(letter_list_test, show_tells_what_a_file_could_not_name) {
    dead_letter letter = some_letter(7, 40, "", "");
    letter.category = "decode\n";
    letter.reason = "open quote\x1b[1m";
    letter.content = "{\"objectId\":\xff";
    letter.records[0].count = 3;
    record({letter}, 0);
    EXPECT_EQ(letters("show", {"7:40"}).out,
              "7:40  object ?\n"
              "reason   decode : open quote [1m\n"
              "died     2020-11-29 22:00:00Z\n"
              "found    while reading\n"
              "record   file 7 () line 3, offset 40, 3 records\n"
              "content  {\"objectId\":\xEF\xBF\xBD\n"
              "to do    mend what the reason says, then `retry`; or drop it\n");
}

TEST_F(letter_list_test, show_tells_the_age_of_each_value) {
    dead_letter letter = some_letter(1, 0, "42", "no");
    letter.content = "{}";
    letter.values = {{field_kind::property, "event\nName", {1'600'000'000'000, 4, 6}, 0},
                     {field_kind::custom, "colour", {1'600'000'001'000, 5, 0}, 0},
                     {field_kind::property, "", {0, 1, 1}, 0}};
    record({letter}, 12);
    EXPECT_THAT(letters("show", {"42"}).out,
                AllOf(HasSubstr("found    in the answer to batch 12, http 207, correlation id "
                                "corr-12\n"),
                      HasSubstr("value    event\\x0aName of 2020-09-13 12:26:40Z, record 7 of file "
                                "4\n"
                                "value    customProperties/colour of 2020-09-13 12:26:41Z, record "
                                "1 of file 5\n"
                                "value    of 1970-01-01 00:00:00Z, record 2 of file 1\n")));
}

TEST_F(letter_list_test, show_of_an_object_shows_each_letter_of_it_with_a_line_between) {
    record({some_letter(1, 0, "42", "a"), some_letter(1, 20, "43", "b"),
            some_letter(2, 0, "42", "c")});
    const ended got = letters("show", {"042"});
    EXPECT_THAT(got.out, AllOf(StartsWith("1:0  object 42\n"), HasSubstr("\n\n2:0  object 42\n"),
                               Not(HasSubstr("object 43"))));
    EXPECT_EQ(lines_of(letters("show", {"42", "--json"}).out).size(), 2U);
}

TEST_F(letter_list_test, show_finds_a_merged_change_by_the_place_of_any_of_its_records) {
    dead_letter merged = some_letter(2, 80, "42", "a");
    merged.records.push_back({1, 300, 20, 90, 1, 26, ""});
    record({merged});
    for (const char* const id : {"2:80", "1:300"})
        EXPECT_THAT(letters("show", {id}).out, StartsWith("2:80  object 42\n")) << id;
    for (const char* const id : {"2:300", "1:80"})
        EXPECT_THAT(letters("show", {id}).err,
                    HasSubstr("no dead letter is " + std::string(id) + ": write an id as"));
}

TEST(letter_json, members_that_tell_its_course_are_null_until_something_was_done) {
    kept_dead_letter kept;
    json_writer untouched;
    untouched.begin_object();
    put_course(untouched, kept);
    EXPECT_EQ(untouched.text(), R"({"held":null,"retried":null,"retry_file":null,"struck":null,)"
                                R"("struck_batch":null,"died_again_as":null)");
    kept.held = letters_died;
    kept.retried = letters_died + 1s;
    kept.retry_name = "r.ndjson";
    kept.struck = letters_died + 2s;
    kept.struck_batch = 9;
    kept.again = arrival{5, 6};
    json_writer done;
    done.begin_object();
    put_course(done, kept);
    done.end_object();
    expect_json(done.text(), {{"/held", "\"2020-11-29T22:00:00.000Z\""},
                              {"/retried", "\"2020-11-29T22:00:01.000Z\""},
                              {"/retry_file", "\"r.ndjson\""},
                              {"/struck", "\"2020-11-29T22:00:02.000Z\""},
                              {"/struck_batch", "9"},
                              {"/died_again_as", "\"5:6\""}});
}

TEST(letter_json, has_all_of_a_letter_under_its_keys) {
    kept_dead_letter kept;
    kept.letter = some_letter(1, 20, "42", "no");
    kept.letter.batch = 8;
    kept.letter.content = "{\"a\":\"\x1b\"}";
    kept.letter.records = {{1, {}, 27, 4, 1, 5, ""}, {2, 99, 28, 6, 2, 7, "ref\""}};
    kept.letter.values = {{field_kind::custom, "colour", {1000, 2, 3}, 1},
                          {field_kind::property, "", {4, 5, 6}, 0}};
    kept.died = letters_died;
    batch_outcome answer;
    answer.http_status = 400;
    answer.correlation_id = "abc";
    json_writer json;
    put_letter(json, kept, {{1, "a.ndjson"}}, &answer);
    expect_json(json.text(), {{"/id", "\"1:20\""},
                              {"/object_id", "\"42\""},
                              {"/category", "\"VALIDATION_ERROR\""},
                              {"/reason", "\"no\""},
                              {"/batch", "8"},
                              {"/content", "\"{\"a\":\"\x1b\"}\""},
                              {"/records/0/file", "1"},
                              {"/records/0/name", "\"a.ndjson\""},
                              {"/records/0/line", "5"},
                              {"/records/0/offset", "none"},
                              {"/records/0/size", "27"},
                              {"/records/0/ordinal", "4"},
                              {"/records/0/count", "1"},
                              {"/records/1/name", "\"\""},
                              {"/records/1/offset", "99"},
                              {"/records/1/count", "2"},
                              {"/records/1/reference", "\"ref\"\""},
                              {"/values/0/field", "\"colour\""},
                              {"/values/0/custom", "true"},
                              {"/values/0/order", "\"1000.2.3\""},
                              {"/values/0/record", "1"},
                              {"/values/1/field", "none"},
                              {"/values/1/order", "\"4.5.6\""},
                              {"/died", "\"2020-11-29T22:00:00.000Z\""},
                              {"/http_status", "400"},
                              {"/correlation_id", "\"abc\""}});
    EXPECT_THAT(json.text(), EndsWith("or --rename-property\"}"));
}

} // namespace
} // namespace hubspool
