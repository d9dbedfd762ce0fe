#include "core/words/named_as_of.hpp"
#include "spool/queue_names.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <tuple>
#include <vector>

namespace hubspool {
namespace {

using namespace std::string_literals;

constexpr as_of_ms stamp = 1'796'000'400'123;

std::string random_name(std::mt19937& random, std::size_t size) {
    // Bytes that the forms are made of come often.
    constexpr std::string_view usual = "0123456789-livebulk.~Z:T+=as_of";
    std::string name;
    while (name.size() < size) {
        const char byte =
            random() % 4 == 0 ? static_cast<char>(random() % 256) : usual[random() % usual.size()];
        if (byte != '/' && byte != '\0') name += byte;
    }
    return name;
}

TEST(claimed_name, of_a_live_file_carries_number_stamp_lane_and_name) {
    EXPECT_EQ(format_claimed_name({42, stamp, lane::live, "a.ndjson"}),
              "00000000000000000042-1796000400123-live-a.ndjson");
    EXPECT_EQ(format_claimed_name(claimed_file{7, lane::bulk, "b", 1, {77, 5, 7}}),
              "00000000000000000007-0000000000077-bulk-b");
}

TEST(claimed_name, without_a_stamp_is_that_of_the_version_before) {
    EXPECT_EQ(format_claimed_name({42, 0, lane::live, "a.ndjson"}),
              "00000000000000000042-live-a.ndjson");
}

TEST(claimed_name, parsed_gives_back_what_was_formatted) {
    std::mt19937 random(1); // NOLINT(cert-msc51-cpp): the same names each time
    for (int i = 0; i < 20000; ++i) {
        const claimed_name name{random() % 3 == 0 ? file_number_max : random(),
                                random() % 3 == 0 ? 0 : 1 + random() % stamp_max,
                                random() % 2 == 0 ? lane::live : lane::bulk,
                                random_name(random, 1 + random() % producer_name_bytes_max)};
        const auto text = format_claimed_name(name);
        EXPECT_LE(text.size() + std::string_view("~99.reason").size(), 255U);
        const auto parsed = parse_claimed_name(text);
        ASSERT_TRUE(parsed) << text;
        EXPECT_EQ(std::tie(parsed->number, parsed->stamp, parsed->lane, parsed->name),
                  std::tie(name.number, name.stamp, name.lane, name.name));
        const auto leading = parse_leading_words(text + ".reason");
        ASSERT_TRUE(leading) << text;
        EXPECT_EQ(leading->number, name.number);
        EXPECT_EQ(leading->stamp, name.stamp);
    }
}

// Whatever a producer calls a file, neither form can be read as the other.
TEST(claimed_name, of_a_producer_who_writes_times_and_lanes_keeps_its_form) {
    for (const auto& name : {"1796000400123-export.ndjson"s, "1796000400123-live-a"s, "live-a"s,
                             "-live-"s, "a\nb\x1b[31m"s, "\xff\xfe"s, " "s}) {
        for (const as_of_ms given : {as_of_ms{0}, stamp}) {
            const auto parsed =
                parse_claimed_name(format_claimed_name({7, given, lane::bulk, name}));
            ASSERT_TRUE(parsed) << name;
            EXPECT_EQ(parsed->stamp, given) << name;
            EXPECT_EQ(parsed->name, name);
        }
    }
}

TEST(claimed_name, of_another_shape_is_refused) {
    for (const auto& text :
         {""s, "a"s, "42-live-a"s, "00000000000000000042-live-"s, "00000000000000000042-dead-a"s,
          "0000000000000000004x-live-a"s, "99999999999999999999-live-a"s,
          "09223372036854775808-live-a"s, "00000000000000000042-live-"s + std::string(201, 'a'),
          "00000000000000000042-0000000000000-live-a"s, "00000000000000000042-179600040012-live-a"s,
          "00000000000000000042-17960004001234-live-a"s,
          "00000000000000000042-+796000400123-live-a"s, "00000000000000000042-1796000400123-a"s}) {
        EXPECT_FALSE(parse_claimed_name(text)) << text;
    }
    EXPECT_TRUE(parse_claimed_name("09223372036854775807-live-a"));
}

TEST(leading_words, of_a_reason_are_its_files) {
    const auto words = parse_leading_words("00000000000000000042-1796000400123-live-a.reason");
    ASSERT_TRUE(words);
    EXPECT_EQ(words->number, 42U);
    EXPECT_EQ(words->stamp, stamp);
    EXPECT_EQ(parse_leading_words("00000000000000000042-live-a")->stamp, 0U);
    EXPECT_FALSE(parse_leading_words("00000000000000000042"));
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

TEST(cut_producer_name, never_cuts_what_it_says_of_as_of) {
    std::mt19937 random(2); // NOLINT(cert-msc51-cpp)
    const std::vector<std::string> said{
        "as_of=20261130T010000Z",   "as_of=2026-11-30T01:00:00.123456789+01:00",
        "as_of=20261130T010000.5Z", "as_of=2026-11-30T01:00Z9",
        "as_of=yesterday",          "as_of=",
        "as_of=20261130T010000+01"};
    for (int i = 0; i < 20000; ++i) {
        std::string name = random_name(random, random() % 230);
        name.insert(random() % (name.size() + 1), said[random() % said.size()]);
        if (random() % 2 == 0) name += ".ndjson";
        if (random() % 4 == 0) name.insert(0, "\xe2\x82\xac");
        const std::string cut = cut_producer_name(name);
        ASSERT_LE(cut.size(), producer_name_bytes_max);
        const auto before = find_as_of(name);
        const auto after = find_as_of(cut);
        ASSERT_TRUE(before && after) << name;
        ASSERT_EQ(before->time, after->time) << name << '\n' << cut;
        ASSERT_EQ(why_no_as_of(name).empty(), why_no_as_of(cut).empty()) << name;
    }
}

TEST(cut_producer_name, keeps_as_of_before_the_extension) {
    EXPECT_EQ(cut_producer_name(std::string(230, 'a') + "as_of=20261130T010000Z" + "-part1.ndjson"),
              std::string(171, 'a') + "as_of=20261130T010000Z" + ".ndjson");
    EXPECT_EQ(cut_producer_name(std::string(230, 'a') + "as_of=20261130T010000.125Z"),
              std::string(174, 'a') + "as_of=20261130T010000.125Z");
}

TEST(cut_producer_name, never_cuts_what_it_replays) {
    const file_base base{stamp_max, file_number_max};
    for (const std::string said : {"as_of=20261130T010000Z", "as_of=yesterday", ""}) {
        for (std::size_t before = 0; before < 230; ++before) {
            const auto name = format_base(base) + std::string(before, 'a') + said + ".ndjson";
            const auto cut = cut_producer_name(name);
            const auto found = find_base(cut);
            ASSERT_TRUE(found) << cut;
            ASSERT_EQ(found->base, base) << cut;
            ASSERT_EQ(find_as_of(cut).has_value(), !said.empty()) << cut;
        }
    }
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
