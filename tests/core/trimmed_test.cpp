#include "core/words/trimmed.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

TEST(trimmed_text, loses_blanks_at_both_ends_and_nowhere_else) {
    EXPECT_EQ(trimmed(""), "");
    EXPECT_EQ(trimmed(" \t\r "), "");
    EXPECT_EQ(trimmed("word"), "word");
    EXPECT_EQ(trimmed(" \tword"), "word");
    EXPECT_EQ(trimmed("word\r"), "word");
    EXPECT_EQ(trimmed("  two \t words "), "two \t words");
    EXPECT_EQ(trimmed(" \n"), "\n") << "a line's end is no blank";
}

} // namespace
} // namespace hubspool
