#include "simulator/http_head.hpp"

#include <gtest/gtest.h>

namespace hubspool::simulator {
namespace {

TEST(parse_head, head_without_its_end_is_nothing_yet) {
    EXPECT_FALSE(parse_head(""));
    EXPECT_FALSE(parse_head("POST /x HTTP/1.1\r\nHost: a\r\n"));
}

TEST(parse_head, names_are_read_in_any_case) {
    const auto head = parse_head("POST /x/y HTTP/1.1\r\nCONTENT-length:  12 \r\n"
                                 "authorization: Bearer abc\r\n\r\n{\"inputs\"");
    ASSERT_TRUE(head);
    EXPECT_EQ(head->method, "POST");
    EXPECT_EQ(head->target, "/x/y");
    EXPECT_EQ(head->content_length, 12U);
    EXPECT_EQ(head->token, "abc");
    EXPECT_EQ(head->bytes, 71U);
}

TEST(parse_head, unreadable_first_line_has_no_method) {
    const auto head = parse_head("\x16\x03\x01 what\r\n\r\n");
    ASSERT_TRUE(head);
    EXPECT_TRUE(head->method.empty());
}

TEST(parse_head, length_that_is_no_number_is_no_length) {
    EXPECT_FALSE(parse_head("POST / HTTP/1.1\r\nContent-Length: 12x\r\n\r\n")->content_length);
}

} // namespace
} // namespace hubspool::simulator
