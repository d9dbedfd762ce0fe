#include "core/json_text.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <string>

namespace hubspool {
namespace {

std::string escaped(std::string_view text) {
    std::string out;
    append_json_escaped(out, text);
    return out;
}

TEST(json_text, plain_and_non_ascii_text_stays_as_it_is) {
    EXPECT_EQ(escaped(""), "");
    EXPECT_EQ(escaped("eventName / 1"), "eventName / 1");
    EXPECT_EQ(escaped("M\u00fcnchen \u2028 \U0001f600 \x7f"),
              "M\u00fcnchen \u2028 \U0001f600 \x7f");
}

TEST(json_text, quote_backslash_and_control_characters_are_escaped) {
    struct {
        const char* label;
        std::string_view text;
        std::string_view expected;
    } const cases[] = {
        {"quote", "a\"b", "a\\\"b"},
        {"backslash", "a\\b", "a\\\\b"},
        {"newline, return, tab", "\n\r\t", "\\n\\r\\t"},
        {"backspace, form feed", "\b\f", "\\u0008\\u000c"},
        {"NUL", std::string_view("a\0b", 3), "a\\u0000b"},
        {"last control character", "\x1f ", "\\u001f "},
        {"only escapes, side by side", "\"\"", "\\\"\\\""},
    };
    for (const auto& each : cases) EXPECT_EQ(escaped(each.text), each.expected) << each.label;
}

TEST(json_text, appending_keeps_what_was_there) {
    std::string out = "{\"a\":";
    append_json_string(out, "b\n");
    append_json_escaped(out, "");
    EXPECT_EQ(out, "{\"a\":\"b\\n\"");
}

TEST(json_text, a_parser_reads_back_every_character) {
    std::string all;
    for (int c = 0; c < 128; ++c) all.push_back(static_cast<char>(c));
    all += "\u00e9\u20ac\U0001f600";
    std::string json;
    append_json_string(json, all);
    simdjson::dom::parser parser;
    std::string_view read;
    ASSERT_EQ(parser.parse(json).get(read), simdjson::SUCCESS) << json;
    EXPECT_EQ(read, all);
}

} // namespace
} // namespace hubspool
