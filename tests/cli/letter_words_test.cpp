#include "cli/letters/letter_choice.hpp"
#include "cli/letters/letter_filter.hpp"
#include "cli/letters/letter_words.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

dead_letter with(std::string content, std::vector<std::string> references, std::uint64_t batch) {
    dead_letter letter;
    letter.content = std::move(content);
    letter.batch = batch;
    for (std::string& reference : references)
        letter.records.push_back({1, 0, 1, 0, 1, 1, std::move(reference)});
    return letter;
}

TEST(letter_words, input_has_the_id_of_its_newest_record_that_had_one) {
    EXPECT_EQ(input_of(with(R"({"objectId":"1"})", {"a", "b\"", ""}, 7)),
              R"({"objectId":"1","$hubspool":{"id":"b\""}})");
    EXPECT_EQ(input_of(with(R"({"objectId":"1"})", {""}, 7)), R"({"objectId":"1"})");
    EXPECT_EQ(input_of(with("{ }", {"a"}, 0)), R"({ "$hubspool":{"id":"a"}})");
}

TEST(letter_words, input_as_it_was_read_keeps_its_own_key_and_is_one_line) {
    EXPECT_EQ(input_of(with("{\"a\":1,\r\n\"$hubspool\":{\"id\":\"x\"}}", {"x"}, 0)),
              "{\"a\":1,  \"$hubspool\":{\"id\":\"x\"}}");
    // Of a value that was sent, the same text is only a value.
    EXPECT_EQ(input_of(with(R"({"a":"$hubspool"})", {"x"}, 7)),
              R"({"a":"$hubspool","$hubspool":{"id":"x"}})");
}

TEST(letter_words, bytes_that_are_no_object_are_no_input) {
    for (const char* const content : {"", "{\"a\":", "[1]", "{\"a\":1} x", "{\"a\":\"\xff\"}"})
        EXPECT_FALSE(input_of(with(content, {"x"}, 0))) << content;
}

TEST(letter_words, each_category_has_its_advice) {
    EXPECT_NE(letter_advice("OBJECT_NOT_FOUND").find("check the id"), std::string_view::npos);
    EXPECT_NE(letter_advice("http_503").find("submit it later"), std::string_view::npos);
    for (const char* const older : {"too_late", "in_doubt"})
        EXPECT_NE(letter_advice(older).find("without as_of"), std::string_view::npos) << older;
    EXPECT_FALSE(letter_advice("ANYTHING").empty());
}

TEST(letter_choice, id_line_is_an_id_or_an_object_with_one) {
    EXPECT_EQ(parse_id_line(" 1:200\r"), (arrival{1, 200}));
    EXPECT_EQ(parse_id_line(R"({"x":1,"id":"3:18446744073709551615"})"), end_of_file(3));
    for (const char* const wrong : {"", "1", "1:", ":1", "1:2:3", "1:2x", "-1:2", "1:-2", "{}",
                                    R"({"id":1})", "{\"id\":\"1:2\"", "42:99999999999999999999"})
        EXPECT_FALSE(parse_id_line(wrong)) << wrong;
}

TEST(letter_words, input_keeps_numbers_of_any_size_and_surrogates_that_stand_alone) {
    for (const char* const content : {R"({"objectId":"1","x":123456789012345678901234567890})",
                                      R"({"objectId":"1","x":1e999})", R"({"x":"\ud800"})"})
        EXPECT_EQ(input_of(with(content, {}, 7)), content);
    for (const char* const content : {"", " ", "[1]", "7", R"({"x":01})", R"({"x":-})",
                                      R"({"x":1.})", R"({"x":1}{)", "{\"x\":\"\xff\"}"})
        EXPECT_FALSE(input_of(with(content, {}, 7))) << content;
}

TEST(letter_filter, takes_a_file_s_name_as_it_is_printed) {
    kept_dead_letter kept;
    kept.letter.records = {{2, {}, 1, 0, 1, 1, ""}};
    letter_filter filter;
    for (const char* const name : {"2", "a\x1b[m.ndjson", "a\\x1b[m.ndjson"}) {
        filter.file = name;
        EXPECT_TRUE(filter.matches(kept, {{2, "a\x1b[m.ndjson"}})) << name;
    }
}

} // namespace
} // namespace hubspool
