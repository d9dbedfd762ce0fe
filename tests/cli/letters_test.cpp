#include "cli/cli_fixture.hpp"
#include "cli/letters/letter_choice.hpp"

#include <gmock/gmock.h>

namespace hubspool {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using command_words = std::vector<std::string>;

// The letter of some_history(), and two that were found while reading.
class letters_test : public cli_fixture {
protected:
    void SetUp() override {
        make_queue();
        auto store = open_state();
        ASSERT_TRUE(static_cast<bool>(store->commit(some_history())));
        commit_unit unit;
        batch_outcome& read = unit.outcomes.emplace_back();
        read.finished = wall_time(std::chrono::hours(24 * 365 * 51));
        read.dead_letters = {letter(0, "43", "{\"objectId\":\"43\",\n \"startDateTime\":\"x\"}"),
                             letter(50, "", "{\"objectId\":")};
        for (const dead_letter& each : read.dead_letters)
            read.records.add({2, each.records.front().ordinal, fate::dead});
        ASSERT_TRUE(static_cast<bool>(store->commit(unit)));
    }
    static dead_letter letter(std::uint64_t place, const char* object, const char* content) {
        dead_letter made;
        made.at = {2, place};
        made.object_id = object;
        made.category = "decode";
        made.reason = "startDateTime is not a date-time";
        made.content = content;
        made.records = {
            {2, place, 30, place / 10, 1, place / 10 + 1, "dump-" + std::to_string(place)}};
        made.values = {{field_kind::property, "", {1000, 2, place / 10}, 0}};
        return made;
    }
    std::string ids(const command_words& filter) const {
        command_words all{"dead-letters", "list", "--json"};
        all.insert(all.end(), filter.begin(), filter.end());
        std::string found;
        std::istringstream lines(over(all).out);
        for (std::string line; std::getline(lines, line);)
            found += line.substr(7, line.find('"', 7) - 7) + ' '; // {"id":"1:200",
        return found;
    }
    std::vector<std::string> dropped_files() const {
        auto names = names_in(state());
        std::erase_if(names,
                      [](const auto& name) { return !name.starts_with("dead-letters.dropped"); });
        return names;
    }
};

TEST_F(letters_test, list_groups_by_reason_and_counts_by_category) {
    const ended got = over({"dead-letters", "list"});
    EXPECT_EQ(got.exit_code, 0);
    EXPECT_THAT(got.out, HasSubstr("2 records  VALIDATION_ERROR: property nope does not exist"));
    EXPECT_THAT(got.out, HasSubstr("1:200  object 42  orders.ndjson line 3"));
    EXPECT_THAT(got.out, HasSubstr("3 dead letters of 4 records: decode 2, VALIDATION_ERROR 1"));
}

TEST_F(letters_test, list_with_each_is_a_line_for_each) {
    const ended got = over({"dead-letters", "list", "--each"});
    EXPECT_THAT(got.out, HasSubstr("1:200  2019-12-20 00:00:00Z  42      VALIDATION_ERROR"));
    EXPECT_THAT(got.out, HasSubstr("2:50   2020-12-19 00:00:00Z  ?       decode"));
}

TEST_F(letters_test, json_is_an_object_a_line_with_the_answer_and_what_to_do) {
    const ended got = over({"dead-letters", "list", "--json", "--object", "42"});
    EXPECT_THAT(
        got.out,
        HasSubstr("{\"id\":\"1:200\",\"object_id\":\"42\",\"category\":\"VALIDATION_ERROR\""));
    EXPECT_THAT(got.out, HasSubstr("\\n\\u001b[2J"));
    EXPECT_THAT(got.out,
                HasSubstr("\"records\":[{\"file\":1,\"name\":\"orders.ndjson\",\"line\":2,"
                          "\"size\":27,\"ordinal\":1,\"count\":1,\"reference\":\"\"},"
                          "{\"file\":1,\"name\":\"orders.ndjson\",\"line\":3,\"offset\":200,"
                          "\"size\":27,\"ordinal\":2,\"count\":1,\"reference\":\"crm-42\"}],"
                          "\"values\":[],\"died\":\"2019-12-20T00:00:00.000Z\",\"http_status\":207,"
                          "\"correlation_id\":\"\",\"held\":null,\"retried\":null,"
                          "\"retry_file\":null,\"struck\":null,\"struck_batch\":null,"
                          "\"died_again_as\":null,\"advice\":\"make the property"));
    EXPECT_THAT(over({"dead-letters", "show", "2:0", "--json"}).out,
                HasSubstr("\"http_status\":null,\"correlation_id\":null"));
}

TEST_F(letters_test, each_filter_chooses_what_it_names) {
    const std::vector<std::pair<command_words, const char*>> table{
        {{}, "1:200 2:0 2:50 "},
        {{"--category", "validation_error"}, "1:200 "},
        {{"--category", "VALIDATION"}, ""},
        {{"--reason", "NOPE"}, "1:200 "},
        {{"--reason", "Decode"}, "2:0 2:50 "},
        {{"--object", "0043"}, "2:0 "},
        {{"--file", "orders.ndjson"}, "1:200 "},
        {{"--file", "2"}, "2:0 2:50 "},
        {{"--file", "orders"}, ""},
        {{"--since", "2020-01-01"}, "2:0 2:50 "},
        {{"--until", "2020-01-01"}, "1:200 "},
        {{"--since", "2020-01-01", "--object", "42"}, ""},
        {{"-n", "2"}, "2:0 2:50 "},
    };
    for (const auto& [filter, expected] : table)
        EXPECT_EQ(ids(filter), expected) << ::testing::PrintToString(filter);
}

TEST_F(letters_test, filter_that_matches_nothing_says_so) {
    const ended got = over({"dead-letters", "list", "--object", "7"});
    EXPECT_EQ(got.exit_code, 0);
    EXPECT_EQ(got.out, "no dead letter is like that\n");
    EXPECT_EQ(over({"dead-letters", "list", "--until", "someday"}).exit_code, 2);
}

TEST_F(letters_test, one_is_shown_by_place_and_by_object_with_what_to_do) {
    for (const char* const id : {"1:200", "42", "0042"}) {
        const ended got = over({"dead-letters", "show", id});
        EXPECT_EQ(got.exit_code, 0) << id;
        EXPECT_THAT(
            got.out,
            HasSubstr("record   file 1 (orders.ndjson) line 2, record 2 of the file\n"
                      "record   file 1 (orders.ndjson) line 3, offset 200, reference crm-42\n"));
        EXPECT_THAT(got.out, HasSubstr("found    in the answer to batch 7, http 207\n"));
        EXPECT_THAT(got.out, HasSubstr("content  {\"objectId\":\"42\",\"nope\":1}  [2J\n"))
            << "content must not steer the terminal";
        EXPECT_THAT(got.out, HasSubstr("to do    make the property"));
    }
    const ended none = over({"dead-letters", "show", "1:201"});
    EXPECT_EQ(none.exit_code, 1);
    EXPECT_THAT(none.err, HasSubstr("no dead letter is 1:201"));
}

TEST_F(letters_test, export_gives_a_line_each_and_tells_what_is_no_json) {
    const ended got = over({"dead-letters", "export", "--reason", "decode"});
    EXPECT_EQ(got.exit_code, 3);
    EXPECT_EQ(got.out, "{\"objectId\":\"43\",\"startDateTime\":\"x\","
                       "\"$hubspool\":{\"id\":\"dump-0\",\"order\":\"1000.2.0\"}}\n");
    EXPECT_THAT(got.err, HasSubstr("1 dead letter is not exported"));
    EXPECT_THAT(got.err, HasSubstr("such as 2:50"));
    EXPECT_EQ(over({"dead-letters", "export", "2:0"}).exit_code, 0);
    EXPECT_EQ(over({"dead-letters", "export", "2:0", "--reason", "decode"}).exit_code, 2)
        << "one of the two would not be heeded";
}

TEST_F(letters_test, drop_takes_what_is_named_and_keeps_it_in_a_file) {
    const ended got = over({"dead-letters", "drop", "--yes", "1:200", "2:50"});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.out, HasSubstr("2 dead letters dropped: VALIDATION_ERROR 1, decode 1\n"));
    ASSERT_EQ(dropped_files().size(), 1U);
    EXPECT_THAT(got.out, HasSubstr("they are in " + state() + "/" + dropped_files().front()));
    EXPECT_EQ(ids({}), "2:0 ");
    EXPECT_THAT(over({"status"}).out, HasSubstr("dead       1 dead letter open"));
    EXPECT_THAT(over({"status", "--json"}).out, HasSubstr("\"open_dead_letters\":1"));
    EXPECT_EQ(over({"dead-letters", "show", "1:200"}).exit_code, 1);
}

TEST_F(letters_test, drop_takes_ids_and_listed_objects_from_standard_input) {
    const std::string listed = over({"dead-letters", "list", "--json", "--object", "43"}).out;
    EXPECT_EQ(fed(listed + "\n 2:50 \n", {"dead-letters", "drop", "--yes", "-"}).exit_code, 0);
    EXPECT_EQ(ids({}), "1:200 ");
}

TEST_F(letters_test, drop_of_an_empty_choice_drops_nothing) {
    const ended got = fed("", {"dead-letters", "drop", "--yes", "-"});
    EXPECT_EQ(got.exit_code, 0);
    EXPECT_THAT(got.out, HasSubstr("nothing was dropped"));
    EXPECT_EQ(over({"dead-letters", "drop", "--yes", "--object", "7"}).exit_code, 0);
    EXPECT_EQ(over({"dead-letters", "drop", "--yes"}).exit_code, 2);
    EXPECT_EQ(over({"dead-letters", "drop", "--yes", "--object", ""}).exit_code, 2);
    EXPECT_EQ(over({"dead-letters", "drop", "--yes", "--all", "--object", "42"}).exit_code, 2);
    EXPECT_EQ(ids({}), "1:200 2:0 2:50 ");
    EXPECT_THAT(dropped_files(), IsEmpty());
}

TEST_F(letters_test, empty_value_of_an_option_chooses_no_more_than_it_names) {
    for (const char* const option : {"--object", "--reason", "--file", "--since", "--until"}) {
        const ended got =
            over({"dead-letters", "drop", "--yes", "--category", "decode", option, ""});
        EXPECT_EQ(got.exit_code, 2) << option;
        EXPECT_THAT(got.err, HasSubstr(std::string(option) + ": its value is empty"));
    }
    EXPECT_EQ(over({"dead-letters", "list", "--object", ""}).exit_code, 2);
    EXPECT_EQ(over({"trace", "--object", "42", "--field", ""}).exit_code, 2);
    EXPECT_EQ(ids({}), "1:200 2:0 2:50 ");
}

TEST_F(letters_test, drop_with_one_wrong_id_drops_nothing) {
    for (const char* const wrong : {"1:201", "42", "1:2x", "-1:0"}) {
        const ended got =
            fed(std::string("1:200\n") + wrong, {"dead-letters", "drop", "--yes", "-"});
        EXPECT_EQ(got.exit_code, 1) << wrong;
        EXPECT_THAT(got.err, HasSubstr("nothing was dropped")) << wrong;
    }
    EXPECT_EQ(ids({}), "1:200 2:0 2:50 ");
}

TEST_F(letters_test, drop_is_not_done_unasked_nor_by_a_dry_run) {
    const ended got = fed("", {"dead-letters", "drop", "--all"});
    EXPECT_EQ(got.exit_code, 2);
    EXPECT_THAT(got.err, HasSubstr("--yes"));
    EXPECT_THAT(over({"dead-letters", "drop", "--all", "--dry-run"}).out,
                HasSubstr("3 dead letters would be dropped: decode 2, VALIDATION_ERROR 1"));
    EXPECT_EQ(ids({}), "1:200 2:0 2:50 ");
}

TEST_F(letters_test, drop_of_all_says_all) {
    EXPECT_THAT(over({"dead-letters", "drop", "--all", "-y", "--json"}).out,
                HasSubstr("{\"dropped\":3,\"dry_run\":false,\"chosen\":3,\"records\":4,"
                          "\"categories\":{\"VALIDATION_ERROR\":1,\"decode\":2},\"file\":\"/"));
    EXPECT_EQ(ids({}), "");
    EXPECT_THAT(over({"status"}).out, Not(HasSubstr("dead       ")));
}

} // namespace hubspool
