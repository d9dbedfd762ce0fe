#include "core/words/http_date.hpp"

#include <gtest/gtest.h>

#include <string>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

const std::string noon = "Sun, 06 Nov 1994 12:00:00 GMT";

TEST(http_date, three_forms_of_rfc_7231_give_the_same_second) {
    constexpr auto expected =
        std::chrono::sys_days(std::chrono::year(1994) / 11 / 6) + 8h + 49min + 37s;
    EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), expected);
    EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), expected);
    EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994"), expected);
}

TEST(http_date, two_digit_years_lie_between_1970_and_2069) {
    EXPECT_EQ(parse_http_date("Tuesday, 01-Jan-69 00:00:00 GMT"),
              std::chrono::sys_days(std::chrono::year(2069) / 1 / 1));
    EXPECT_EQ(parse_http_date("Thursday, 01-Jan-70 00:00:00 GMT"),
              std::chrono::sys_days(std::chrono::year(1970) / 1 / 1));
}

TEST(http_date, text_that_is_no_date_gives_nothing) {
    for (const char* text :
         {"", " ", "yesterday", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
          "Sun, 31 Feb 2024 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
          "Sun, 256 Nov 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
          "Sun, 06 ovD 1994 08:49:37 GMT", "Sun, 06 Nov 199 08:49:37 GMT",
          "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT",
          "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 Nov 1994 8:49:37 GMT",
          "Sun, 06 Nov 1994 -8:49:37 GMT", "Sun, 06 Nov 99999999999 08:49:37 GMT",
          "Sun, 06 Nov 1994 08:49:37 GMT GMT", "1994-11-06T08:49:37Z"}) {
        EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
    }
}

TEST(retry_after, seconds_up_to_a_day_are_taken) {
    EXPECT_EQ(parse_retry_after("0", ""), 0ms);
    EXPECT_EQ(parse_retry_after("7", ""), 7s);
    EXPECT_EQ(parse_retry_after(" 7\t", ""), 7s);
    EXPECT_EQ(parse_retry_after("86400", ""), 24h);
}

TEST(retry_after, a_date_is_held_against_the_date_of_the_answer) {
    EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 12:01:30 GMT", noon), 90s);
    EXPECT_EQ(parse_retry_after(noon, noon), 0s);
    EXPECT_EQ(parse_retry_after("Mon, 07 Nov 1994 12:00:00 GMT", noon), 24h);
}

TEST(retry_after, scenario_22_a_value_out_of_range_or_without_sense_is_ignored) {
    for (const char* text : {"", "99999999", "86401", "18446744073709551617", "-1", "+1", "1.5",
                             "5s", "0x10", "soon", "Sun, 06 Nov 1994 11:59:59 GMT",
                             "Mon, 07 Nov 1994 12:00:01 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"}) {
        EXPECT_EQ(parse_retry_after(text, noon), std::nullopt) << text;
    }
}

TEST(retry_after, a_date_without_a_readable_date_of_the_answer_is_ignored) {
    EXPECT_EQ(parse_retry_after(noon, ""), std::nullopt);
    EXPECT_EQ(parse_retry_after(noon, "today"), std::nullopt);
}

} // namespace
} // namespace hubspool
