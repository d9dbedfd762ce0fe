#include "core/json/json_lookup.hpp"
#include "core/json/lossless_json.hpp"
#include "support/random_rounds.hpp"

#include <gmock/gmock.h>

#include <random>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// All numbers of a tree as they came, from left to right.
void gather(const lossless_json& json, simdjson::dom::element value,
            std::vector<std::string>& numbers) {
    if (lossless_json::is_number(value)) numbers.emplace_back(json.number(value));
    if (value.is_array())
        for (const auto each : value.get_array()) gather(json, each, numbers);
    if (value.is_object())
        for (const auto each : value.get_object()) gather(json, each.value, numbers);
}

std::vector<std::string> numbers_of(std::string_view text) {
    lossless_json json;
    simdjson::dom::element root;
    std::vector<std::string> numbers;
    EXPECT_EQ(json.parse(text, root), simdjson::SUCCESS) << text;
    gather(json, root, numbers);
    return numbers;
}

bool is_refused(std::string_view text) {
    lossless_json json;
    simdjson::dom::element root;
    return json.parse(text, root) != simdjson::SUCCESS;
}

TEST(lossless_json, numbers_keep_their_digits_whatever_their_size) {
    EXPECT_THAT(
        numbers_of(R"({"a":1.10,"b":[12345678901234567890123,-0,1E+400],"c":0.1e-2,"d":"7"})"),
        ElementsAre("1.10", "12345678901234567890123", "-0", "1E+400", "0.1e-2"));
    EXPECT_THAT(numbers_of("17"), ElementsAre("17"));
    EXPECT_THAT(numbers_of(R"(["1",{"2":true}])"), IsEmpty());
}

TEST(lossless_json, what_is_no_number_is_refused_as_a_parser_would) {
    for (const char* const text : {"01", "1.", ".5", "-", "+1", "1e", "0x10", "[1 2]", "1_000",
                                   "NaN", "-Infinity", "--1", "1.2.3"})
        EXPECT_TRUE(is_refused(text)) << text;
}

TEST(lossless_json, what_is_no_json_is_refused) {
    for (const char* const text : {"", "{", "[1,]", "{\"a\" 1}", "tru", "\"a", "{\"a\":1}}", "'a'"})
        EXPECT_TRUE(is_refused(text)) << text;
}

TEST(lossless_json, number_like_text_inside_strings_is_left_alone) {
    lossless_json json;
    simdjson::dom::element root;
    ASSERT_EQ(json.parse(R"({"12":"-3.5, [7]","\"8\"":9})", root), simdjson::SUCCESS);
    EXPECT_EQ(std::string_view(root["12"]), "-3.5, [7]");
    EXPECT_EQ(json.number(root["\"8\""]), "9");
    EXPECT_TRUE(json.has_escapes());
}

TEST(lossless_json, lone_surrogates_are_replaced_and_pairs_stay) {
    lossless_json json;
    simdjson::dom::element root;
    const std::string text =
        R"(["\ud83d\ude00","x\ud83dy","\ude00","\ud83d\ud83d\ude00","\\ud83d"])";
    ASSERT_EQ(json.parse(text, root), simdjson::SUCCESS);
    std::vector<std::string> texts;
    for (const auto each : root.get_array()) texts.emplace_back(std::string_view(each));
    EXPECT_THAT(texts, ElementsAre("\xF0\x9F\x98\x80", "x\xEF\xBF\xBDy", "\xEF\xBF\xBD",
                                   "\xEF\xBF\xBD\xF0\x9F\x98\x80", "\\ud83d"));
    EXPECT_EQ(json.lone_surrogates(), 3U);
    ASSERT_EQ(json.parse("[\"plain\"]", root), simdjson::SUCCESS);
    EXPECT_EQ(json.lone_surrogates(), 0U) << "counted anew for each text";
    EXPECT_FALSE(json.has_escapes());
}

TEST(lossless_json, nothing_behind_the_text_is_looked_at) {
    const std::string longer = R"({"a":1}5,"b":2)";
    lossless_json json;
    simdjson::dom::element root;
    ASSERT_EQ(json.parse(std::string_view(longer).substr(0, 7), root), simdjson::SUCCESS);
    EXPECT_EQ(json.number(root["a"]), "1");
}

// A random text, with the numbers that stand in it.
struct made_text {
    std::mt19937_64& random;
    std::vector<std::string> numbers = {};

    std::string number() {
        std::string text = random() % 3 == 0 ? "-" : "";
        text += random() % 4 == 0 ? "0" : std::to_string(1 + random() % 1000000);
        if (random() % 3 == 0) text += "." + std::to_string(random() % 100000);
        if (random() % 4 == 0)
            text += (random() % 2 == 0 ? "e-" : "E+") + std::to_string(random() % 500);
        numbers.push_back(text);
        return text;
    }
    std::string string() {
        static constexpr const char* parts[] = {"12", "-3.5", "\\\"", "\\\\",
                                                "{",  "]",    ",",    "\\u00e9"};
        std::string text = "\"";
        for (std::uint64_t n = random() % 5; n > 0; --n) text += parts[random() % 8];
        return text + '"';
    }
    std::string value(int depth) {
        switch (random() % (depth > 0 ? 6 : 4)) {
        case 0: return string();
        case 1: return "null";
        case 4: {
            std::string text = "[";
            for (std::uint64_t n = random() % 4; n > 0; --n)
                text += (text.size() > 1 ? " , " : " ") + value(depth - 1);
            return text + "]";
        }
        case 5: {
            std::string text = "{";
            for (std::uint64_t n = random() % 4; n > 0; --n)
                text += (text.size() > 1 ? ",\n" : "") + string() + ":" + value(depth - 1);
            return text + "}";
        }
        default: return number();
        }
    }
};

TEST(lossless_json, random_texts_give_back_all_their_numbers_in_order) {
    std::mt19937_64 random(20261130);
    for (int round = 0; round < testing::random_rounds(2000); ++round) {
        made_text made{random};
        const std::string text = made.value(5);
        ASSERT_EQ(numbers_of(text), made.numbers) << text;
    }
}

TEST(json_lookup, finds_values_by_their_pointers_and_of_their_type_alone) {
    const json_lookup found(
        R"({"a":"x","n":7,"big":18446744073709551615,"neg":-1,"t":true,"list":[1,2,{"b":"y"}]})");
    EXPECT_TRUE(found.is_object());
    EXPECT_EQ(found.text("/a"), "x");
    EXPECT_EQ(found.text("/list/2/b"), "y");
    EXPECT_EQ(found.text("/n"), std::nullopt);
    EXPECT_EQ(found.number("/n"), 7U);
    EXPECT_EQ(found.number("/big"), 18446744073709551615U);
    EXPECT_EQ(found.number("/neg"), std::nullopt);
    EXPECT_EQ(found.number("/a"), std::nullopt);
    EXPECT_TRUE(found.is_true("/t"));
    EXPECT_FALSE(found.is_true("/n"));
    EXPECT_FALSE(found.is_true("/nowhere"));
    EXPECT_EQ(found.elements("/list"), 3U);
    EXPECT_EQ(found.elements("/a"), 0U);
    EXPECT_EQ(found.text("/list/9"), std::nullopt);
    EXPECT_EQ(found.text("no pointer"), std::nullopt);
}

TEST(json_lookup, any_bytes_are_valid_input_and_hold_nothing) {
    for (const char* const text : {"", "{", "\xFF\xFE", "{\"a\":}", "nul"}) {
        const json_lookup found(text);
        EXPECT_FALSE(found.is_object()) << text;
        EXPECT_EQ(found.text("/a"), std::nullopt) << text;
        EXPECT_EQ(found.number(""), std::nullopt) << text;
        EXPECT_FALSE(is_json_object(text)) << text;
    }
    EXPECT_FALSE(json_lookup("[]").is_object());
    EXPECT_TRUE(is_json_object(R"({"n":1e999})")) << "which no double holds";
    EXPECT_EQ(json_text_at(R"({"a":"b"})", "/a"), "b");
    EXPECT_EQ(json_number_at(R"([5])", "/0"), 5U);
}

} // namespace
} // namespace hubspool
