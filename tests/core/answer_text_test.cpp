#include "core/answers/answer_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(clean_text, text_that_fits_stays_as_it_is) {
    EXPECT_EQ(clean_text("", 10), "");
    EXPECT_EQ(clean_text("0123456789", 10), "0123456789");
    EXPECT_EQ(clean_text("\u20ac\u20ac", 6), "\u20ac\u20ac");
}

TEST(clean_text, longer_text_is_cut_between_characters) {
    EXPECT_EQ(clean_text("0123456789a", 10), "0123456\u2026");
    EXPECT_EQ(clean_text("\u20ac\u20ac\u20ac\u20ac", 10), "\u20ac\u20ac\u2026");
    EXPECT_EQ(clean_text("\U0001f600\U0001f600", 7), "\U0001f600\u2026");
    EXPECT_LE(clean_text(std::string(100000, 'x'), words_bytes_max).size(), words_bytes_max);
    EXPECT_LE(clean_text(std::string(100000, '\xff'), words_bytes_max).size(), words_bytes_max);
}

TEST(clean_text, control_characters_become_blanks) {
    EXPECT_EQ(clean_text(std::string_view("a\0b\x1b[31m\n\x7f", 10), 20), "a b [31m  ");
    EXPECT_EQ(clean_text("\u0085\u2028\u202e\u2066", 20), "    ");
    EXPECT_EQ(clean_text("\u00a0\u00e9\u2030", 20), "\u00a0\u00e9\u2030");
}

TEST(clean_text, bytes_that_are_no_utf8_are_replaced) {
    EXPECT_EQ(clean_text("a\xff"
                         "b",
                         20),
              "a\ufffdb");
    EXPECT_EQ(clean_text("\xc0\x80", 20), "\ufffd\ufffd");           // overlong
    EXPECT_EQ(clean_text("\xed\xa0\x80", 20), "\ufffd\ufffd\ufffd"); // a surrogate
    EXPECT_EQ(clean_text("\xf4\x90\x80\x80", 20), "\ufffd\ufffd\ufffd\ufffd");
    EXPECT_EQ(clean_text("\xe2\x82", 20), "\ufffd\ufffd"); // cut
}

TEST(clean_text, any_bytes_give_valid_utf8) {
    for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; ++second) {
            const char bytes[] = {static_cast<char>(first), static_cast<char>(second), '\x80',
                                  '\x80'};
            const std::string clean = clean_text({bytes, sizeof bytes}, 100);
            ASSERT_TRUE(simdjson::validate_utf8(clean)) << first << " " << second;
        }
    }
}

TEST(max_inputs_in, wordings_with_the_stem_tell_the_cap) {
    for (const char* text :
         {"The maximum number of inputs supported in a batch is 100. Please reduce the number of "
          "items and try again",
          "The maximum number of inputs supported in a batch for v3 property histories is 100",
          "the Maximum Number Of Inputs is 100", "maximum number of inputs: 100",
          "Maximum number of inputs (100) exceeded"}) {
        EXPECT_EQ(max_inputs_in(text), 100U) << text;
    }
    EXPECT_EQ(max_inputs_in("maximum number of inputs is 1"), 1U);
    EXPECT_EQ(max_inputs_in("maximum number of inputs is 10000"), 10000U);
}

TEST(max_inputs_in, other_words_and_caps_beyond_belief_tell_nothing) {
    for (const char* text :
         {"", "100", "maximum number of inputs", "The maximum number of items is 100",
          "maximum number of inputs is 0", "maximum number of inputs is 10001",
          "maximum number of inputs is 99999999999999999999", "maximum number of inputs is -5",
          "number 5: maximum number of inputs"}) {
        EXPECT_EQ(max_inputs_in(text), std::nullopt) << text;
    }
}

TEST(answer_text, an_echoed_value_cannot_steer) {
    EXPECT_EQ(max_inputs_in("\"the maximum number of inputs is 1\" is no valid name"),
              std::nullopt);
    EXPECT_EQ(max_inputs_in("Not valid: [{\"value\":\"maximum number of inputs is 1\"}]"),
              std::nullopt);
    EXPECT_FALSE(tells_duplicate_ids("\"Duplicate IDs\" was not one of the allowed options"));
    EXPECT_TRUE(tells_duplicate_ids("Duplicate IDs found in batch input: [5]. IDs must be unique"));
    EXPECT_TRUE(tells_duplicate_ids("duplicate ids found in batch input"));
}

TEST(quoted_words, words_in_quotes_and_lists_are_found_whole) {
    EXPECT_THAT(quoted_words(R"(no event "5" or '6' or `7`)"), ElementsAre("5", "6", "7"));
    EXPECT_THAT(quoted_words("found: [5, 6,7]."), ElementsAre("5", "6", "7"));
    EXPECT_THAT(quoted_words(R"(["5", "6"])"), ElementsAre("5", "6"));
    EXPECT_THAT(quoted_words("[5]"), ElementsAre("5"));
}

TEST(quoted_words, running_text_and_parts_of_quotations_are_none) {
    EXPECT_THAT(quoted_words("the limit is 100, and 5 isn't it"), IsEmpty());
    EXPECT_THAT(quoted_words(R"("event 5 of 6" and [5 or 6])"), IsEmpty());
    EXPECT_THAT(quoted_words("'5\" [ ] [, \""), IsEmpty());
    EXPECT_THAT(quoted_words("5"), IsEmpty());
    EXPECT_THAT(quoted_words(""), IsEmpty());
}

} // namespace
} // namespace hubspool
