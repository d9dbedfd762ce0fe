// Scenario 49: a dead letter becomes one record for each key among its values, with that key.
#include "core/books/retry_records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr order_key older_key{1000, 3, 0}, newer_key{2000, 5, 7};

// Of two records: the older one has the url, the newer one name and colour.
dead_letter merged() {
    dead_letter letter;
    letter.at = {5, 700};
    letter.object_id = "42";
    letter.category = "VALIDATION_ERROR";
    letter.batch = 9;
    letter.content = R"({"objectId":"42","eventName":"n\"1","eventUrl":12.50,"customProperties":)"
                     R"([{"name":"colour","value":"red","unit":"x"}]})";
    letter.records = {{3, {}, 0, 0, 1, 1, "first"}, {5, 700, 0, 7, 1, 8, "second"}};
    letter.values = {{field_kind::property, "eventName", newer_key, 1},
                     {field_kind::property, "eventUrl", older_key, 0},
                     {field_kind::custom, "colour", newer_key, 1}};
    return letter;
}

// Of a record that could not be read.
dead_letter unread_piece(std::string content) {
    dead_letter letter;
    letter.at = {3, 0};
    letter.category = "decode";
    letter.content = std::move(content);
    letter.records = {{3, 0, 40, 0, 1, 1, "r"}};
    letter.values = {{field_kind::property, "", older_key, 0}};
    return letter;
}

std::vector<std::string> lines_of(const dead_letter& letter, const letter_edits& edits = {}) {
    return retry_records_of(letter, edits).lines;
}

TEST(retry_records, scenario_49_each_key_has_a_record_and_the_oldest_comes_first) {
    EXPECT_THAT(lines_of(merged()),
                ElementsAre(R"({"objectId":"42","eventUrl":12.50,)"
                            R"("$hubspool":{"id":"first","order":"1000.3.0"}})",
                            R"({"objectId":"42","eventName":"n\"1",)"
                            R"("customProperties":[{"name":"colour","value":"red","unit":"x"}],)"
                            R"("$hubspool":{"id":"second","order":"2000.5.7"}})"));
}

TEST(retry_records, as_newest_keeps_the_order_only_to_tell_which_record_it_was) {
    dead_letter letter = merged();
    letter.category = "too_late";
    EXPECT_THAT(retry_records_of(letter, {}).why_not, HasSubstr("--as-newest"));
    EXPECT_TRUE(lines_of(letter).empty());
    const auto lines = lines_of(letter, {{}, {}, true});
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_THAT(lines[0], HasSubstr(R"("order":"1000.3.0","as_newest":true}})"));
    letter.category = "in_doubt";
    EXPECT_TRUE(lines_of(letter).empty());
}

TEST(retry_records, letter_of_unknown_keys_goes_as_newest_alone) {
    dead_letter letter = merged();
    letter.values.clear();
    EXPECT_THAT(retry_records_of(letter, {}).why_not, HasSubstr("--as-newest"));
    EXPECT_THAT(lines_of(letter, {{}, {}, true}),
                ElementsAre(HasSubstr(R"({"id":"second","order":"0.5.7","as_newest":true}})")));
}

TEST(retry_records, renamed_property_keeps_its_key) {
    const auto renamed =
        retry_records_of(merged(), {{}, {{"colour", "color"}, {"eventUrl", "url"}}, false});
    EXPECT_TRUE(renamed.edited);
    EXPECT_THAT(renamed.lines,
                ElementsAre(HasSubstr(R"("url":12.50,"$hubspool")"),
                            HasSubstr(R"([{"name":"color","value":"red","unit":"x"}])")));
    // Not where it is not there, nor over another one.
    EXPECT_FALSE(retry_records_of(merged(), {{}, {{"size", "colour"}}, false}).edited);
    const auto both = retry_records_of(merged(), {{}, {{"eventName", "eventUrl"}}, false});
    EXPECT_FALSE(both.edited);
    EXPECT_EQ(both.lines, lines_of(merged()));
}

TEST(retry_records, value_is_set_where_it_stands_as_its_type_wants_it) {
    const auto lines = lines_of(
        merged(), {{{"eventUrl", "http://x"}, {"colour", "5"}, {"eventName", "7"}}, {}, false});
    EXPECT_THAT(lines, ElementsAre(HasSubstr(R"("eventUrl":"http://x",)"),
                                   HasSubstr(R"("eventName":"7","customProperties":)"
                                             R"([{"name":"colour","value":"5"}])")));
}

TEST(retry_records, value_that_a_letter_has_not_is_added_to_its_newest_record) {
    const auto lines = lines_of(merged(), {{{"eventCancelled", "true"}, {"size", "5"}}, {}, false});
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_THAT(lines[1], HasSubstr(R"("eventCancelled":true,)"));
    EXPECT_THAT(lines[1], HasSubstr(R"({"name":"size","value":"5"}])"));
    EXPECT_THAT(
        lines_of(merged(), {{{"objectId", "43"}}, {}, false}),
        ElementsAre(StartsWith(R"({"objectId":"43",)"), StartsWith(R"({"objectId":"43",)")));
}

TEST(retry_records, record_that_could_not_be_read_goes_as_it_came_with_its_key) {
    EXPECT_THAT(lines_of(unread_piece(
                    "{\"objectid\":\"7\",\r\n \"x\":[1,{\"a\":1e999}],\"customProperties\":"
                    "[5,{\"value\":1},{\"name\":\"n\"}],\"$hubspool\":{\"as_of\":\"x\","
                    "\"id\":\"r\",\"order\":\"9.9.9\",\"as_newest\":true}}")),
                ElementsAre(R"({"objectid":"7","x":[1,{"a":1e999}],"customProperties":)"
                            R"([5,{"value":1},{"name":"n"}],)"
                            R"("$hubspool":{"as_of":"x","id":"r","order":"1000.3.0"}})"));
    EXPECT_THAT(
        lines_of(unread_piece(R"({"objectid":"7","x":"1"})"),
                 {{}, {{"objectid", "objectId"}}, false}),
        ElementsAre(R"({"objectId":"7","x":"1","$hubspool":{"id":"r","order":"1000.3.0"}})"));
    EXPECT_THAT(lines_of(unread_piece("{}")),
                ElementsAre(R"({"$hubspool":{"id":"r","order":"1000.3.0"}})"));
}

TEST(retry_records, change_without_fields_is_a_record) {
    dead_letter letter = merged();
    letter.content = R"({"objectId":"42","customProperties":[]})";
    letter.values = {{field_kind::property, "", newer_key, 1}};
    EXPECT_THAT(lines_of(letter),
                ElementsAre(R"({"objectId":"42",)"
                            R"("$hubspool":{"id":"second","order":"2000.5.7"}})"));
}

TEST(retry_records, what_is_no_object_or_many_is_none) {
    for (const char* const content : {"", "{\"a\":", "[1]", "7", "{\"a\":1} x"}) {
        const retry_records none = retry_records_of(unread_piece(content), {});
        EXPECT_TRUE(none.lines.empty()) << content;
        EXPECT_THAT(none.why_not, HasSubstr("no JSON object")) << content;
    }
    dead_letter range = unread_piece("{}");
    range.records[0].count = 50;
    EXPECT_THAT(retry_records_of(range, {{}, {}, true}).why_not, HasSubstr("many records"));
    // Records apart from each other, which were too late.
    dead_letter gathered = unread_piece("");
    gathered.category = "too_late";
    EXPECT_THAT(retry_records_of(gathered, {{}, {}, true}).why_not, HasSubstr("many records"));
}

} // namespace
} // namespace hubspool
