#include "core/words/printable.hpp"
#include "spool/queue_names.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

using namespace std::string_literals;

TEST(claimed_name, of_a_live_file_carries_number_lane_and_name) {
    EXPECT_EQ(format_claimed_name(42, lane::live, "a.ndjson"),
              "00000000000000000042-live-a.ndjson");
}

TEST(claimed_name, parsed_gives_back_what_was_formatted) {
    for (const auto& name : {"a.ndjson"s, "-live-"s, "a\nb\x1b[31m"s, "\xff\xfe"s, " "s}) {
        const auto parsed = parse_claimed_name(format_claimed_name(7, lane::bulk, name));
        ASSERT_TRUE(parsed) << name;
        EXPECT_EQ(parsed->number, 7U);
        EXPECT_EQ(parsed->lane, lane::bulk);
        EXPECT_EQ(parsed->name, name);
    }
}

TEST(claimed_name, of_another_shape_is_refused) {
    for (const auto& text :
         {""s, "a"s, "42-live-a"s, "00000000000000000042-live-"s, "00000000000000000042-dead-a"s,
          "0000000000000000004x-live-a"s, "99999999999999999999-live-a"s,
          "09223372036854775808-live-a"s, "00000000000000000042-live-"s + std::string(201, 'a')}) {
        EXPECT_FALSE(parse_claimed_name(text)) << text;
    }
    EXPECT_TRUE(parse_claimed_name("09223372036854775807-live-a"));
}

TEST(leading_number, of_a_reason_is_its_files) {
    EXPECT_EQ(leading_number("00000000000000000042-live-a.reason"), 42U);
    EXPECT_FALSE(leading_number("00000000000000000042"));
}

TEST(cut_producer_name, of_200_bytes_stays) {
    const std::string name(200, 'a');
    EXPECT_EQ(cut_producer_name(name), name);
}

TEST(cut_producer_name, longer_keeps_the_extension) {
    EXPECT_EQ(cut_producer_name(std::string(243, 'a') + ".ndjson"),
              std::string(193, 'a') + ".ndjson");
}

TEST(cut_producer_name, with_an_endless_extension_is_cut_at_its_end) {
    EXPECT_EQ(cut_producer_name("a." + std::string(240, 'b')), "a." + std::string(198, 'b'));
}

TEST(cut_producer_name, keeps_whole_characters) {
    std::string euros; // three bytes each
    for (int i = 0; i < 80; ++i) {
        euros += "\xe2\x82\xac";
    }
    EXPECT_EQ(cut_producer_name(euros), euros.substr(0, 198));
    EXPECT_EQ(cut_producer_name(euros + ".json"), euros.substr(0, 195) + ".json");
}

TEST(cut_producer_name, of_invalid_utf8_still_has_at_most_200_bytes) {
    EXPECT_EQ(cut_producer_name(std::string(250, '\x80')), std::string(200, '\x80'));
}

TEST(subdirectory, has_six_digits_or_more) {
    EXPECT_EQ(format_subdirectory(7), "000007");
    EXPECT_EQ(format_subdirectory(1234567), "1234567");
    EXPECT_EQ(parse_subdirectory("1234567"), 1234567U);
    for (const auto* text : {"", "7", "0000007", "00000a", ".run"}) {
        EXPECT_FALSE(parse_subdirectory(text)) << text;
    }
}

} // namespace
} // namespace hubspool
