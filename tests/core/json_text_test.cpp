#include "core/json/json_text.hpp"
#include "core/words/utf8.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <random>
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

// Each byte alone, beside each other one, and at each place of the words that are copied together:
// what comes out is JSON, and says the same with U+FFFD for what is no character.
TEST(json_text, any_bytes_give_what_a_strict_parser_reads_back_as_repaired_text) {
    simdjson::dom::parser parser;
    const auto read_back = [&](const std::string& text) {
        std::string json;
        append_json_string(json, text);
        std::string_view read;
        ASSERT_EQ(parser.parse(json).get(read), simdjson::SUCCESS) << json;
        ASSERT_EQ(read, repaired_utf8(text));
        text_arena arena;
        append_json_string(arena, text);
        ASSERT_EQ(arena.text(), json);
    };
    for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; ++second) {
            const std::string pair = {static_cast<char>(first), static_cast<char>(second)};
            read_back(pair);
            read_back("1234567" + pair);
        }
        for (std::size_t before = 0; before <= 17; ++before)
            for (std::size_t after = 0; after <= 9; ++after)
                read_back(std::string(before, 'a') + static_cast<char>(first) +
                          std::string(after, 'z'));
    }
}

TEST(json_text, random_bytes_give_what_a_strict_parser_reads_back_as_repaired_text) {
    std::mt19937 random(1); // NOLINT(cert-msc51-cpp): the same each time
    simdjson::dom::parser parser;
    constexpr std::string_view often = "\"\\\n\x00\x1f\xc3\xa4\xed\xa0\x80\xe2\x82\xac";
    for (int round = 0; round < 20000; ++round) {
        std::string text(random() % 70, ' ');
        for (char& c : text)
            c = random() % 2 == 0 ? often[random() % often.size()] : static_cast<char>(random());
        std::string json;
        append_json_string(json, text);
        std::string_view read;
        ASSERT_EQ(parser.parse(json).get(read), simdjson::SUCCESS) << json;
        ASSERT_EQ(read, repaired_utf8(text));
    }
}

} // namespace
} // namespace hubspool
