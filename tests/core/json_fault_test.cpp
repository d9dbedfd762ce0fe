#include "core/json/json_fault.hpp"

#include <gtest/gtest.h>

#include <string>

namespace hubspool {

TEST(json_fault, the_offending_word_is_named_with_its_column) {
    struct {
        const char* text;
        const char* fault;
    } const cases[] = {
        {R"({"a":NaN})", "NaN at column 6 is no JSON value; write null"},
        {R"({"a":[1,-Infinity]})", "-Infinity at column 9 is no JSON value; write null"},
        {R"({"a": None})", "None at column 7 is no JSON value; write null"},
        {R"({"a":True})", "True at column 6 is no JSON value; write true"},
        {R"({"a":undefined,"b":NaN})", "undefined at column 6 is no JSON value; write null"},
        {R"({"a":yes})", "yes at column 6 is no JSON value"},
        {R"({"a":01})", "01 at column 6 is no JSON number"},
        {R"({"a":+1})", "+1 at column 6 is no JSON number"},
        {R"({"a":1.})", "1. at column 6 is no JSON number"},
        {R"({"a":0x1F})", "0x1F at column 6 is no JSON number"},
        {R"({'a':1})", "a single quote stands at column 2; JSON has double quotes"},
        {R"({"a":'x'})", "a single quote stands at column 6; JSON has double quotes"},
        {R"({"a":1,})", "a comma too many stands before the } at column 8"},
        {R"({"a":[1,]})", "a comma too many stands before the ] at column 9"},
        {R"({"a":[1,,2]})", "a value is missing before the , at column 9"},
        {R"({"a":1, // one
})",
         "a comment stands at column 9; JSON has none"},
        {R"({"a":1 /* one */})", "a comment stands at column 8; JSON has none"},
        {R"({ # one
"a":1})",
         "a comment stands at column 3; JSON has none"},
        {R"({a:1})", "the key a at column 2 has no double quotes"},
        {R"({"a":1,b_c:2})", "the key b_c at column 8 has no double quotes"},
        {R"({"a":1 "b":2})", "a comma is missing before the \" at column 8"},
        {R"({"a":"x" 1})", "a comma is missing before the 1 at column 10"},
        {R"({"a" 1})", "a colon is missing before the 1 at column 6"},
        {R"({"a"})", "a colon is missing before the } at column 5"},
        {R"({"a":})", "a value is missing before the } at column 6"},
        {R"({"a":[1}})", "} at column 8 closes a ["},
        {R"({"a":1)", "it ends before the } that closes it"},
        {R"({"a":[1)", "it ends before the ] that closes it"},
        {R"({"a)", "the string at column 2 is not closed"},
        {R"({"a":"\q"})", "a wrong escape sequence stands in a string at column 7"},
        {R"({"a":"\u12"})", "a wrong escape sequence stands in a string at column 7"},
        {"{\"a\":\"x\ty\"}",
         "a control character (0x09) stands in a string at column 8; it must be escaped"},
        {"{\"a\":\"\xff\"}", "it is not valid UTF-8 at column 7"},
        {"{\"a\":\"\xed\xa0\x80\"}", "it is not valid UTF-8 at column 7"},
        {R"({} {})", "{ at column 4 follows its end"},
        {"", "it is empty"},
        {"{\"a\":\xe2\x80\x9cx\xe2\x80\x9d}",
         "a typographic quote stands at column 6; JSON has \""},
    };
    for (const auto& c : cases) EXPECT_EQ(json_fault(c.text), c.fault) << c.text;
}

TEST(json_fault, columns_are_characters_and_lines_are_counted) {
    EXPECT_EQ(json_fault("{\"\xc3\xa9\xe2\x82\xac\":NaN}"),
              "NaN at column 7 is no JSON value; write null");
    EXPECT_EQ(json_fault("{\n  \"a\": 1,\n  \"b\": NaN\n}"),
              "NaN at column 8 of its line 3 is no JSON value; write null");
}

TEST(json_fault, long_words_are_cut_and_strange_bytes_not_shown) {
    EXPECT_EQ(json_fault("{\"a\":" + std::string(100, 'x') + "}"),
              std::string(40, 'x') + "... at column 6 is no JSON value");
    EXPECT_EQ(json_fault("{\"a\":x\x01\xff}"), "x?? at column 6 is no JSON value");
}

TEST(json_fault, valid_json_has_none) {
    for (const char* text :
         {"1", "\"\"", " [ ] ", "{}", R"({"a":[1,-0.5E+400,true,false,null,{"b":"\ud800\/\"é"}]})"})
        EXPECT_EQ(json_fault(text), "") << text;
    EXPECT_EQ(json_fault(std::string(1024, '[') + std::string(1024, ']')), "");
    EXPECT_EQ(json_fault(std::string(1025, '[') + std::string(1025, ']')),
              "it is nested more than 1,024 levels deep");
}

} // namespace hubspool
