#include "simulator/json_output.hpp"

#include <gtest/gtest.h>

namespace hubspool::simulator {
namespace {

std::string written(std::string_view text) {
    std::string out;
    append_string(out, text);
    return out;
}

TEST(append_string, plain_text_of_any_length_is_only_quoted) {
    for (std::size_t length = 0; length < 40; ++length) {
        const std::string text(length, '\xc3');
        EXPECT_EQ(written(text), '"' + text + '"');
    }
}

TEST(append_string, special_character_at_any_place_is_escaped) {
    for (std::size_t place = 0; place < 20; ++place) {
        std::string text(20, 'x');
        const auto around = [&](const std::string& escape) {
            return '"' + std::string(place, 'x') + escape + std::string(19 - place, 'x') + '"';
        };
        text[place] = '"';
        EXPECT_EQ(written(text), around("\\\""));
        text[place] = '\\';
        EXPECT_EQ(written(text), around("\\\\"));
        text[place] = '\x1f';
        EXPECT_EQ(written(text), around("\\u001f"));
        text[place] = ' ';
        EXPECT_EQ(written(text), around(" "));
    }
}

TEST(append_value, kinds_of_values_are_written_without_white_space) {
    simdjson::dom::parser parser;
    const simdjson::padded_string text(
        std::string(R"([ "aé\n", true, null, 1.5, { "a" : [ 1 ] } ])"));
    std::string out;
    for (simdjson::dom::element value : parser.parse(text).get_array()) {
        append_value(out, value);
        out += ' ';
    }
    EXPECT_EQ(out, "\"aé\\u000a\" true null 1.5 {\"a\":[1]} ");
}

} // namespace
} // namespace hubspool::simulator
