#include "core/json/json_number.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>

namespace hubspool {

TEST(json_number, grammar_of_json_decides_what_is_one) {
    for (const char* text : {"0", "-0", "1", "10", "-1", "1.0", "0.00", "-0.5", "1e3", "1E+05",
                             "1e-400", "0e0", "12345678901234567890123", "1.5E007"})
        EXPECT_TRUE(is_json_number(text)) << text;
    for (const char* text : {"",    "-",  "+1", "01", "-01",   "00",   ".5", "1.",  "1.e3", "1e",
                             "1e+", "e3", "1 ", " 1", "1.5.2", "0x10", "1a", "NaN", "--1",  "1_0"})
        EXPECT_FALSE(is_json_number(text)) << text;
}

TEST(json_number, integer_in_any_form_has_its_digits) {
    const std::map<std::string, std::string> integers{
        {"0", "0"},
        {"-0", "-0"},
        {"0.000", "0"},
        {"0e99999999999999", "0"},
        {"1000.0", "1000"},
        {"1e3", "1000"},
        {"1.25e2", "125"},
        {"-12.50e1", "-125"},
        {"2500e-2", "25"},
        {"1e40", "1" + std::string(40, '0')},
        {"12345678901234567890123.0", "12345678901234567890123"}};
    for (const auto& [number, digits] : integers)
        EXPECT_EQ(integer_digits(number), digits) << number;
    for (const char* number : {"0.5", "1e-1", "1.25e1", "1e41", "1E400", "1e99999999999999999999",
                               "1e-99999999999999999999"})
        EXPECT_FALSE(integer_digits(number)) << number;
}

TEST(json_number, integer_of_64_bits_is_judged_by_its_value) {
    EXPECT_EQ(int64_value("-9223372036854775808"), INT64_MIN);
    EXPECT_EQ(int64_value("9.223372036854775807e18"), INT64_MAX);
    EXPECT_EQ(int64_value("-0"), 0);
    for (const char* number : {"9223372036854775808", "-9223372036854775809", "1.5", "1e400"})
        EXPECT_FALSE(int64_value(number)) << number;
}

} // namespace hubspool
