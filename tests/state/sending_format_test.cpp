#include "state/sending/sending_format.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

namespace hubspool::sending_format {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::uint64_t page_bytes = 4096;
const geometry usual{4096, 100, 10'000, 50};

TEST(sending_geometry, parts_follow_one_another_and_do_not_meet) {
    for (const geometry& sizes : {usual, geometry{1, 1, 1, 0}, geometry{3, 1000, 600'000, 2000}}) {
        EXPECT_LE(header_offset + header_bytes, mark_offset);
        EXPECT_LE(mark_offset + mark_bytes, spots_offset);
        EXPECT_LE(spots_offset + spots_max * spot_bytes, buckets_offset);
        EXPECT_EQ(sizes.bucket_offset(0), buckets_offset);
        EXPECT_LE(sizes.bucket_offset(sizes.buckets()), sizes.slot_offset(0));
        EXPECT_EQ(sizes.slot_offset(sizes.slots), sizes.file_bytes());
    }
}

TEST(sending_geometry, ring_is_longer_than_any_release_lies_ahead) {
    // A release is at most a window and a margin behind the answer.
    EXPECT_GT(usual.buckets(), static_cast<std::uint64_t>(usual.window_ms + usual.margin_ms));
}

TEST(sending_geometry, slot_has_room_for_its_ids_and_its_head_lies_in_one_page) {
    for (std::uint64_t ids = 1; ids <= ids_max; ids += 37) {
        const geometry sizes{64, ids, 10'000, 50};
        const slot full{slot_state::sent, 5, std::vector<std::uint64_t>(ids, 9)};
        EXPECT_LE(encode(full).size(), sizes.slot_bytes()) << ids;
        for (std::uint64_t i = 0; i < sizes.slots; ++i) {
            const std::uint64_t at = sizes.slot_offset(i);
            EXPECT_EQ(at / page_bytes, (at + slot_head_bytes - 1) / page_bytes) << ids << " " << i;
        }
    }
}

TEST(sending_header, comes_back_whole) {
    const header given{usual, {"boot-of-the-kernel", std::string(64, 'm')}, 987'654};
    header found;
    const std::string bytes = encode(given);
    ASSERT_EQ(bytes.size(), header_bytes);
    ASSERT_TRUE(decode(bytes, found));
    EXPECT_EQ(found.sizes, given.sizes);
    EXPECT_EQ(found.boot.kernel, given.boot.kernel);
    EXPECT_EQ(found.boot.memory, given.boot.memory);
    EXPECT_EQ(found.hold_all_until_ms, 987'654);
}

TEST(sending_header, boot_mark_that_is_too_long_is_cut_alike_each_time) {
    const header given{usual, {std::string(100, 'k'), ""}, 0};
    header found;
    ASSERT_TRUE(decode(encode(given), found));
    EXPECT_EQ(found.boot.kernel, std::string(64, 'k'));
    EXPECT_EQ(found.boot.memory, "");
    EXPECT_EQ(encode(found), encode(given));
}

// Each byte of it is looked at: no flip goes by.
template <class Bytes, class Value>
void expect_each_flip_is_told(Bytes bytes, std::size_t checked) {
    for (std::size_t i = 0; i < checked; ++i) {
        for (const char flip : {'\x01', '\x80'}) {
            Bytes damaged = bytes;
            damaged[i] = static_cast<char>(damaged[i] ^ flip);
            Value found;
            EXPECT_FALSE(decode(std::string_view(damaged.data(), damaged.size()), found)) << i;
        }
    }
}

TEST(sending_header, any_flipped_bit_or_missing_byte_is_told) {
    const std::string bytes = encode(header{usual, {"k", "m"}, 5});
    expect_each_flip_is_told<std::string, header>(bytes, bytes.size());
    header found;
    EXPECT_FALSE(decode(bytes.substr(1), found));
    EXPECT_FALSE(decode(bytes + '\0', found));
    EXPECT_FALSE(decode(std::string(header_bytes, '\0'), found)) << "never written";
}

TEST(sending_mark, comes_back_unconfirmed_and_is_confirmed_by_the_word_alone) {
    auto bytes = encode(mark{7, 1000, 2000, 3, true, true});
    mark found;
    ASSERT_TRUE(decode(view(bytes), found));
    EXPECT_EQ(found.file, 7U);
    EXPECT_EQ(found.begin, 1000U);
    EXPECT_EQ(found.end, 2000U);
    EXPECT_EQ(found.crashes_before, 3U);
    EXPECT_TRUE(found.set);
    EXPECT_FALSE(found.confirmed) << "only the handler of a crash confirms it";

    const std::size_t word = confirmed_offset - mark_offset;
    std::copy(confirmed_bytes.begin(), confirmed_bytes.end(), bytes.begin() + word);
    ASSERT_TRUE(decode(view(bytes), found));
    EXPECT_TRUE(found.confirmed);
    bytes[word] = 'C';
    ASSERT_TRUE(decode(view(bytes), found));
    EXPECT_FALSE(found.confirmed);
}

TEST(sending_mark, flipped_bits_are_told_but_for_those_of_the_confirmation) {
    expect_each_flip_is_told<std::array<char, mark_bytes>, mark>(
        encode(mark{7, 1000, 2000, 3, true, false}), confirmed_offset - mark_offset);
}

TEST(sending_mark, new_mark_takes_the_confirmation_of_the_one_before_away) {
    const auto bytes = encode(mark{8, 0, 1, 0, true, false});
    EXPECT_EQ(view(bytes).substr(confirmed_offset - mark_offset), std::string(8, '\0'));
}

TEST(sending_spot, comes_back_and_tells_any_flip) {
    const auto bytes = encode(spot{9, 123'456'789'012});
    spot found;
    ASSERT_TRUE(decode(view(bytes), found));
    EXPECT_EQ(found, (spot{9, 123'456'789'012}));
    expect_each_flip_is_told<std::array<char, spot_bytes>, spot>(bytes, spot_bytes);
    EXPECT_FALSE(decode(std::string(spot_bytes, '\0'), found)) << "never written";
}

TEST(sending_bucket, comes_back_and_tells_any_flip) {
    const auto bytes = encode(bucket{1'234'567, 190});
    bucket found;
    ASSERT_TRUE(decode(view(bytes), found));
    EXPECT_EQ(found.at_ms, 1'234'567);
    EXPECT_EQ(found.count, 190U);
    expect_each_flip_is_told<std::array<char, bucket_bytes>, bucket>(bytes, bucket_bytes);
    EXPECT_FALSE(decode(view(bytes).substr(1), found));
}

TEST(sending_slot, comes_back_with_its_ids) {
    const slot found = decode_slot(encode(slot{slot_state::sent, 42, {3, 1, 2}}));
    EXPECT_EQ(found.state, slot_state::sent);
    EXPECT_EQ(found.written_ms, 42);
    EXPECT_THAT(found.id_hashes, ElementsAre(3, 1, 2));
}

TEST(sending_slot, of_an_answer_keeps_the_ids_that_its_head_is_written_over) {
    std::string bytes = encode(slot{slot_state::sent, 42, {3, 1, 2}});
    const std::string head = encode(slot{slot_state::answered, 42, {3, 1, 2}}, true);
    ASSERT_EQ(head.size(), slot_head_bytes);
    bytes.replace(0, head.size(), head);
    const slot found = decode_slot(bytes);
    EXPECT_EQ(found.state, slot_state::answered);
    EXPECT_THAT(found.id_hashes, ElementsAre(3, 1, 2));
}

TEST(sending_slot, freed_by_its_head_alone_is_free_whatever_stands_behind) {
    std::string bytes = encode(slot{slot_state::sent, 42, {3, 1, 2}});
    bytes.replace(0, slot_head_bytes, encode(slot{slot_state::free, 42, {}}, true));
    EXPECT_EQ(decode_slot(bytes).state, slot_state::free);
}

TEST(sending_slot, torn_or_cut_anywhere_it_is_free_and_names_nobody) {
    const std::string bytes = encode(slot{slot_state::sent, 42, {3, 1, 2}});
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_EQ(decode_slot(bytes.substr(0, size)).state, slot_state::free) << size;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        std::string torn = bytes;
        torn[i] = static_cast<char>(torn[i] ^ 0x10);
        const slot found = decode_slot(torn);
        EXPECT_EQ(found.state, slot_state::free) << i;
        EXPECT_THAT(found.id_hashes, IsEmpty()) << i;
    }
}

TEST(sending_slot, of_random_bytes_asks_for_no_memory_and_is_free) {
    std::mt19937_64 random(20261130);
    for (int round = 0; round < 2000; ++round) {
        std::string bytes(random() % 200, '\0');
        for (char& byte : bytes) byte = static_cast<char>(random());
        EXPECT_EQ(decode_slot(bytes).state, slot_state::free);
    }
}

} // namespace
} // namespace hubspool::sending_format
