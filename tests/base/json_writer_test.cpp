#include "base/json_writer.hpp"
#include "core/json/json_lookup.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace hubspool {
namespace {

TEST(json_writer, of_nested_values_puts_commas_where_they_belong) {
    json_writer json;
    json.begin_object().key("a").begin_array().value(1).value(true).null().end_array();
    json.key("b").begin_object().end_object().key("c").value("x").end_object();
    EXPECT_EQ(json.text(), R"({"a":[1,true,null],"b":{},"c":"x"})");
}

TEST(json_writer, of_any_bytes_in_keys_and_values_gives_json) {
    for (int byte = 0; byte < 256; ++byte) {
        const std::string text(1, static_cast<char>(byte));
        json_writer json;
        json.begin_object().key(text).value(text).end_object();
        EXPECT_TRUE(is_json_object(json.text())) << byte;
    }
}

TEST(json_writer, of_what_is_no_number_gives_null) {
    json_writer json;
    json.begin_array().value(0.5).value(std::numeric_limits<double>::infinity());
    json.value(std::numeric_limits<double>::quiet_NaN()).end_array();
    EXPECT_EQ(json.text(), "[0.5,null,null]");
}

TEST(json_writer, of_anothers_text_takes_it_only_when_it_is_a_json_object) {
    for (const char* text : {"", "{\"a\":1", "{\"a\":\"\n\"}", "[1]", "{\"a\":\"\xff\"}", "{}{}"}) {
        json_writer json;
        json.begin_array().object(text).end_array();
        EXPECT_EQ(json.text(), "[null]") << text;
    }
    json_writer json;
    json.begin_array().object("{\"a\":[1]}").object("{}").end_array();
    EXPECT_EQ(json.text(), "[{\"a\":[1]},{}]");
}

TEST(json_writer, taken_in_pieces_gives_the_same) {
    json_writer json;
    json.begin_array().value(1);
    std::string text = json.take();
    json.value("b").end_array();
    EXPECT_EQ(text + json.take(), R"([1,"b"])");
}

} // namespace
} // namespace hubspool
