#include "core/words/printable.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

TEST(printable, escapes_what_tricks_a_terminal) {
    EXPECT_EQ(printable("a\nb\x1b[31m\\"), "a\\x0ab\\x1b[31m\\x5c");
    EXPECT_EQ(printable("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"),
              "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    EXPECT_EQ(printable("\xe2\x80\xae"), "\\xe2\\x80\\xae") << "right-to-left override";
    EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b") << "a control character of two bytes";
    EXPECT_EQ(printable("\xff\xe2\x82"), "\\xff\\xe2\\x82");
    EXPECT_EQ(printable("\xc0\xaf\xed\xa0\x80"), "\\xc0\\xaf\\xed\\xa0\\x80")
        << "overlong, and a surrogate";
}

TEST(steers_text, marks_of_direction_and_control_characters_do_and_letters_do_not) {
    for (const char* character : {"\x1b", "\x7f", "\xc2\x85", "\u061c", "\u2028", "\u2069"}) {
        EXPECT_TRUE(steers_text(character)) << printable(character);
    }
    for (const char* character : {"a", "\\", "\xc2\xa0", "\xc3\x85", "\u2030", "\u206a"}) {
        EXPECT_FALSE(steers_text(character)) << character;
    }
}

} // namespace
} // namespace hubspool
