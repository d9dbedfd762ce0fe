#include "core/words/utf8.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

TEST(utf8, accepts_what_rfc_3629_allows) {
    for (const char* text : {"", "plain", "\xc2\x80", "\xe0\xa0\x80", "\xed\x9f\xbf",
                             "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
        EXPECT_TRUE(is_utf8(text)) << text;
    }
}

TEST(utf8, refuses_overlong_surrogate_too_large_and_cut_characters) {
    for (const char* text :
         {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3", "\xe2\x82", "\xe2\x28\xa1"}) {
        EXPECT_FALSE(is_utf8(text)) << text;
        EXPECT_TRUE(is_utf8(repaired_utf8(text))) << text;
    }
}

TEST(utf8, repaired_keeps_what_is_right) {
    EXPECT_EQ(repaired_utf8("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f");
    EXPECT_EQ(repaired_utf8("a\xc3z"), "a\xef\xbf\xbdz");
}

} // namespace
} // namespace hubspool
