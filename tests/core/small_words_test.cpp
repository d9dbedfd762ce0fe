// Small values and functions of core/words.
#include "core/records/record_as_of.hpp"
#include "core/words/claim_stamp.hpp"
#include "core/words/edit_distance.hpp"
#include "core/words/fnv.hpp"
#include "core/words/park.hpp"
#include "core/words/varint.hpp"
#include "support/random_rounds.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <limits>
#include <random>
#include <set>

namespace hubspool {
namespace {

// By the definition, without rows: what the quick one must come to.
std::size_t plain_distance(std::string_view a, std::string_view b) {
    if (a.empty() || b.empty()) return std::max(a.size(), b.size());
    const std::string_view a_less = a.substr(0, a.size() - 1), b_less = b.substr(0, b.size() - 1);
    std::size_t least = std::min({plain_distance(a_less, b) + 1, plain_distance(a, b_less) + 1,
                                  plain_distance(a_less, b_less) + (a.back() == b.back() ? 0 : 1)});
    if (a.size() > 1 && b.size() > 1 && a.back() == b[b.size() - 2] && a[a.size() - 2] == b.back())
        least = std::min(least,
                         plain_distance(a.substr(0, a.size() - 2), b.substr(0, b.size() - 2)) + 1);
    return least;
}

TEST(edit_distance, counts_letters_and_neighbours_that_changed_places) {
    EXPECT_EQ(edit_distance("", ""), 0U);
    EXPECT_EQ(edit_distance("directory", "directory"), 0U);
    EXPECT_EQ(edit_distance("", "abc"), 3U);
    EXPECT_EQ(edit_distance("direcotry", "directory"), 1U);
    EXPECT_EQ(edit_distance("directry", "directory"), 1U);
    EXPECT_EQ(edit_distance("dirrectory", "directory"), 1U);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(edit_distance, of_random_words_is_that_of_the_definition_and_the_same_both_ways) {
    std::mt19937_64 random(20261130);
    const auto word = [&] {
        std::string text(random() % 6, ' ');
        for (char& c : text) c = static_cast<char>('a' + random() % 3);
        return text;
    };
    for (int round = 0; round < testing::random_rounds(500); ++round) {
        const std::string a = word(), b = word();
        ASSERT_EQ(edit_distance(a, b), plain_distance(a, b)) << a << ' ' << b;
        ASSERT_EQ(edit_distance(a, b), edit_distance(b, a)) << a << ' ' << b;
    }
}

TEST(park_reasons, have_names_of_their_own_that_are_read_back) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < park_reason_count; ++i) {
        const auto reason = static_cast<park_reason>(i);
        names.insert(to_string(reason));
        EXPECT_EQ(park_reason_named(to_string(reason)), reason);
    }
    EXPECT_EQ(names.size(), park_reason_count);
    for (const char* const name : {"", "unknown", "Paused", "paused ", "quota\n"})
        EXPECT_EQ(park_reason_named(name), std::nullopt) << name;
}

TEST(varint, numbers_of_any_size_come_back_in_as_many_bytes_as_told) {
    std::mt19937_64 random(20261130);
    for (int round = 0; round < testing::random_rounds(5000); ++round) {
        const std::uint64_t value = random() >> (random() % 64);
        std::string coded;
        put_varint(coded, value);
        ASSERT_EQ(coded.size(), varint_size(value)) << value;
        std::string_view in = coded;
        ASSERT_EQ(get_varint(in), value);
        ASSERT_TRUE(in.empty());
        const char* at = coded.data();
        ASSERT_EQ(read_varint(at), value);
        ASSERT_EQ(at, coded.data() + coded.size());
    }
    EXPECT_EQ(varint_size(0), 1U);
    EXPECT_EQ(varint_size(std::numeric_limits<std::uint64_t>::max()), varint_bytes_max);
}

TEST(varint, cut_number_empties_what_it_is_read_from) {
    std::string coded;
    put_varint(coded, 1'000'000);
    for (std::size_t size = 0; size < coded.size(); ++size) {
        std::string_view in = std::string_view(coded).substr(0, size);
        EXPECT_LT(get_varint(in), 1'000'000U);
        EXPECT_TRUE(in.empty());
    }
    // More bytes than any number has do no harm.
    std::string_view endless = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01";
    get_varint(endless);
    EXPECT_TRUE(endless.empty());
}

TEST(varint, strings_come_back_and_one_that_is_cut_gives_what_is_there) {
    std::string coded;
    put_string(coded, "first");
    put_string(coded, "");
    put_string(coded, std::string(300, 'x'));
    std::string_view in = coded;
    EXPECT_EQ(get_string(in), "first");
    EXPECT_EQ(get_string(in), "");
    EXPECT_EQ(get_string(in), std::string(300, 'x'));
    EXPECT_TRUE(in.empty());
    std::string_view cut = "\x0a"
                           "abc";
    EXPECT_EQ(get_string(cut), "abc");
    EXPECT_TRUE(cut.empty());
}

TEST(zigzag, distances_in_both_directions_come_back_and_small_ones_are_small) {
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    for (const std::uint64_t from : {std::uint64_t{0}, std::uint64_t{5}, most / 2, most})
        for (const std::uint64_t to : {std::uint64_t{0}, std::uint64_t{7}, most / 2 + 1, most})
            EXPECT_EQ(unzigzag(from, zigzag(from, to)), to) << from << ' ' << to;
    EXPECT_EQ(zigzag(10, 10), 0U);
    EXPECT_EQ(zigzag(10, 9), 1U);
    EXPECT_EQ(zigzag(10, 11), 2U);
}

TEST(fnv, of_parts_is_that_of_the_whole) {
    EXPECT_EQ(fnv_32("bar", fnv_32("foo")), fnv_32("foobar"));
    // As the authors publish them: what stands in files must not change.
    EXPECT_EQ(fnv_32(""), 0x811c9dc5U);
    EXPECT_EQ(fnv_32("foobar"), 0xbf9cf968U);
    EXPECT_EQ(fnv_64("foobar"), 0x85944171f73967e8U);
}

TEST(claim_stamps_of, never_fall_and_never_lie_in_the_future) {
    EXPECT_EQ(stamp_of_claim(0, 1000, 2000), 1000U) << "when it arrived";
    EXPECT_EQ(stamp_of_claim(0, 3000, 2000), 2000U) << "a ctime from the future is now";
    EXPECT_EQ(stamp_of_claim(1500, 1000, 2000), 1500U) << "not below the one before";
    EXPECT_EQ(stamp_of_claim(0, -5, 2000), 1U) << "0 stands for none";
    EXPECT_EQ(stamp_of_claim(0, std::numeric_limits<std::int64_t>::max(),
                             std::numeric_limits<std::int64_t>::max()),
              stamp_max);
}

TEST(claim_stamps_of, clock_that_was_set_back_is_told_beyond_the_blur_of_a_second) {
    EXPECT_FALSE(clock_was_set_back(0, 0));
    EXPECT_FALSE(clock_was_set_back(5000, 5000));
    EXPECT_FALSE(clock_was_set_back(6000, 5000));
    EXPECT_TRUE(clock_was_set_back(6001, 5000));
    EXPECT_TRUE(clock_was_set_back(6000, -1));
}

TEST(record_as_of, text_is_a_moment_with_its_zone_since_1970) {
    EXPECT_EQ(as_of_text("2026-11-30T01:00:00Z"), 1'796'000'400'000U);
    EXPECT_EQ(as_of_text("2026-11-30T02:00:00.125+01:00"), 1'796'000'400'125U);
    EXPECT_EQ(as_of_text("1970-01-01T00:00:00Z"), 0U);
    for (const char* const text : {"", "2026-11-30", "2026-11-30T01:00:00", "20261130T010000Z",
                                   "1969-12-31T23:59:59Z", "2026-02-30T00:00:00Z", "now"})
        EXPECT_EQ(as_of_text(text), std::nullopt) << text;
}

TEST(record_as_of, number_is_of_milliseconds_and_of_no_other_unit) {
    EXPECT_EQ(as_of_number("1796000400000"), 1'796'000'400'000U);
    EXPECT_EQ(as_of_number("100000000000"), 100'000'000'000U);
    EXPECT_EQ(as_of_number("9999999999999"), stamp_max);
    for (const char* const digits :
         {"", "1796000400", "1796000400000000", "99999999999", "10000000000000", "-1796000400000",
          "1796000400000.5", "1.7e12", "1796000400000 ", "99999999999999999999999"})
        EXPECT_EQ(as_of_number(digits), std::nullopt) << digits;
}

} // namespace
} // namespace hubspool
