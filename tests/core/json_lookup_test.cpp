// Single values of what hubspool itself wrote.
#include "core/json/json_lookup.hpp"
#include "support/random_rounds.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace hubspool {
namespace {

constexpr std::string_view status =
    R"({"pid":42,"words":"caf\u00e9 \"x\"","resting":true,"stopping":false,"none":null,)"
    R"("pending":{"records":18446744073709551615,"objects":0},"holds":[{"kind":"park"},{"kind":"a"}],)"
    R"("a/b":1,"m~n":2,"negative":-1,"half":0.5})";

TEST(json_lookup, values_are_found_by_their_pointer) {
    const json_lookup found(status);
    EXPECT_TRUE(found.is_object());
    EXPECT_EQ(found.number("/pid"), 42U);
    EXPECT_EQ(found.text("/words"), "caf\u00e9 \"x\"");
    EXPECT_EQ(found.number("/pending/records"), 18446744073709551615U);
    EXPECT_EQ(found.number("/pending/objects"), 0U);
    EXPECT_EQ(found.text("/holds/1/kind"), "a");
    EXPECT_EQ(found.elements("/holds"), 2U);
}

TEST(json_lookup, slash_and_tilde_in_a_name_are_written_as_rfc_6901_says) {
    const json_lookup found(status);
    EXPECT_EQ(found.number("/a~1b"), 1U);
    EXPECT_EQ(found.number("/m~0n"), 2U);
}

TEST(json_lookup, of_another_type_it_is_nothing) {
    const json_lookup found(status);
    EXPECT_FALSE(found.text("/pid"));
    EXPECT_FALSE(found.number("/words"));
    EXPECT_FALSE(found.number("/negative")) << "there is no such count";
    EXPECT_FALSE(found.number("/half"));
    EXPECT_FALSE(found.number("/resting"));
    EXPECT_EQ(found.elements("/pending"), 0U) << "an object is no list";
    EXPECT_FALSE(found.text("/none"));
}

TEST(json_lookup, only_true_is_true) {
    const json_lookup found(status);
    EXPECT_TRUE(found.is_true("/resting"));
    for (const char* const other : {"/stopping", "/none", "/pid", "/words", "/missing"})
        EXPECT_FALSE(found.is_true(other)) << other;
}

TEST(json_lookup, what_is_missing_is_nothing) {
    const json_lookup found(status);
    for (const char* const pointer :
         {"/missing", "/pending/missing", "/pid/deeper", "/holds/2/kind", "/holds/-", "/holds/x",
          "pid", "//pid", "/pid/"}) {
        EXPECT_FALSE(found.text(pointer)) << pointer;
        EXPECT_FALSE(found.number(pointer)) << pointer;
        EXPECT_EQ(found.elements(pointer), 0U) << pointer;
    }
}

TEST(json_lookup, text_that_is_no_json_has_no_values) {
    for (const char* const text :
         {"", " ", "{", R"({"pid":})", "pid=42", "\xff", R"({"pid":1}})"}) {
        const json_lookup found(text);
        EXPECT_FALSE(found.number("/pid")) << text;
        EXPECT_FALSE(is_json_object(text)) << text;
    }
}

TEST(json_lookup, only_an_object_is_one) {
    EXPECT_TRUE(is_json_object("{}"));
    EXPECT_TRUE(is_json_object(" {\"a\":[1]} \n"));
    for (const char* const text : {"[]", "1", "null", "\"{}\"", "true"})
        EXPECT_FALSE(is_json_object(text)) << text;
    // Also with what simdjson alone would refuse.
    EXPECT_TRUE(is_json_object(R"({"n":123456789012345678901234567890})"));
    EXPECT_TRUE(is_json_object(R"({"s":"\ud83d"})"));
}

TEST(json_lookup, single_values_are_found_without_keeping_it) {
    EXPECT_EQ(json_text_at(status, "/holds/0/kind"), "park");
    EXPECT_EQ(json_number_at(status, "/pid"), 42U);
    EXPECT_FALSE(json_number_at("", "/pid"));
}

TEST(json_lookup, text_may_go_while_its_values_are_asked_for) {
    std::string text(status);
    const json_lookup found(text);
    text.assign(text.size(), '\0');
    EXPECT_EQ(found.number("/pid"), 42U);
    EXPECT_EQ(found.text("/holds/0/kind"), "park");
}

// A status file that a power loss has cut or mixed up.
TEST(json_lookup, spoilt_text_gives_nothing_or_the_value_that_stands_there) {
    std::mt19937 random(3);
    for (int i = 0; i < testing::random_rounds(3000); ++i) {
        std::string text(status);
        if (i % 2 == 0) text.resize(random() % text.size());
        for (auto flips = random() % 3; flips > 0 && !text.empty(); --flips)
            text[random() % text.size()] = static_cast<char>(random());
        const json_lookup found(text);
        if (const auto pid = found.number("/pid")) {
            EXPECT_NE(text.find(std::to_string(*pid)), std::string::npos) << text;
        }
        if (found.elements("/holds") > 0) {
            EXPECT_NE(text.find('['), std::string::npos);
        }
    }
}

} // namespace
} // namespace hubspool
