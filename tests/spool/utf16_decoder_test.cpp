#include "core/words/utf8.hpp"
#include "spool/unpacking/utf16_decoder.hpp"
#include "spool/wide_text.hpp"
#include "support/random_rounds.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace hubspool {

namespace {

using namespace std::string_literals;

constexpr utf16_order both_orders[] = {utf16_order::little, utf16_order::big};
const std::string mark(utf8_byte_order_mark);

struct decoded_text {
    std::string text;
    std::string left; // of the bytes
    std::uint64_t lone_surrogates = 0;

    friend bool operator==(const decoded_text&, const decoded_text&) = default;
};

// As somebody asks who gets `step` bytes at a time, and has so much room.
decoded_text decoded(const std::string& bytes, utf16_order order, std::size_t step = 1U << 16,
                     std::size_t room_bytes = 1U << 16) {
    utf16_decoder decoder(order);
    decoded_text out;
    std::string room(room_bytes, '\0');
    std::size_t told = 0;
    while (true) {
        const auto done = decoder.next(out.left, told == bytes.size(), room);
        out.text += room.substr(0, done.made);
        out.left.erase(0, done.used);
        if (done.used > 0 || done.made > 0) continue;
        if (told == bytes.size()) break;
        out.left += bytes.substr(told, step);
        told += std::min(step, bytes.size() - told);
    }
    out.lone_surrogates = decoder.lone_surrogates();
    return out;
}

} // namespace

TEST(utf16_decoder, is_told_by_its_mark_or_by_two_signs_of_ascii_and_by_nothing_less) {
    using enum utf16_order;
    for (const std::string& bytes :
         {"\xff\xfe"s, "\xff\xfe{"s, "\xff\xfe\xfc\0"s, "{\0\"\0"s, "\r\0\n\0"s, "o\0b\0j\0"s})
        EXPECT_EQ(utf16_of(bytes), little) << bytes;
    for (const std::string& bytes : {"\xfe\xff"s, "\xfe\xff\0"s, "\0{\0\""s, "\0 \0 "s})
        EXPECT_EQ(utf16_of(bytes), big) << bytes;
    // UTF-32, UTF-8, what is too short, and what may be anything.
    for (const std::string& bytes :
         {"\xff\xfe\0\0"s, "\0\0\xfe\xff"s, "{\0\0\0"s, "\0\0\0{"s, "\xef\xbb\xbf{"s, "{\0\""s,
          "{\"\0\""s, "\0\0\0\0"s, "\xfc\0b\0"s, "\1\0b\0"s, "{\"ob"s, ""s})
        EXPECT_EQ(utf16_of(bytes), std::nullopt) << bytes;
}

TEST(utf16_decoder, becomes_utf8_behind_a_mark_whether_it_had_one_or_not) {
    for (const utf16_order order : both_orders) {
        EXPECT_EQ(decoded("", order).text, mark);
        EXPECT_EQ(decoded(in_utf16(u"\ufeff", order), order).text, mark);
        EXPECT_EQ(decoded(in_utf16(u"abcd", order), order).text, mark + "abcd");
        EXPECT_EQ(decoded(in_utf16(u"\ufeff\ufeff", order), order).text, mark + mark);
        EXPECT_EQ(decoded(in_utf16(u"abcde\ufeff", order), order).text, mark + "abcde" + mark)
            << "only in front it is none of the text";
        EXPECT_EQ(
            decoded(in_utf16(std::u16string(u"\0\u007f\u0080\u07ff\u0800\uffff", 6), order), order)
                .text,
            mark + "\0\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf"s);
        EXPECT_EQ(decoded(in_utf16(u"\U00010000\U0001f680\U0010ffff", order), order).text,
                  mark + "\xf0\x90\x80\x80\xf0\x9f\x9a\x80\xf4\x8f\xbf\xbf");
    }
}

TEST(utf16_decoder, lone_surrogates_become_replacement_characters_and_are_counted) {
    const std::string sign(utf8_replacement);
    const struct {
        std::u16string units;
        std::string text;
        std::uint64_t lone;
    } cases[] = {
        {{u'a', 0xd83d, u'b'}, "a" + sign + "b", 1},
        {{u'a', 0xde80, u'b'}, "a" + sign + "b", 1},
        {{0xd83d, 0xd83d, 0xde80}, sign + "\xf0\x9f\x9a\x80", 1},
        {{0xde80, 0xd83d}, sign + sign, 2},
        {{u'a', 0xd83d}, "a" + sign, 1},
    };
    for (const utf16_order order : both_orders) {
        for (const auto& c : cases) {
            const decoded_text got = decoded(in_utf16(c.units, order), order);
            EXPECT_EQ(got.text, mark + c.text);
            EXPECT_EQ(got.lone_surrogates, c.lone);
            EXPECT_EQ(got.left, "");
        }
    }
}

TEST(utf16_decoder, half_a_unit_at_the_end_is_left) {
    for (const utf16_order order : both_orders) {
        EXPECT_EQ(decoded(in_utf16(u"abc", order) + 'x', order).left, "x");
        const decoded_text got = decoded(in_utf16(std::u16string{0xd83d}, order) + 'x', order);
        EXPECT_EQ(got.left, "x");
        EXPECT_EQ(got.lone_surrogates, 1U);
    }
}

TEST(utf16_decoder, gives_the_same_text_however_it_and_the_room_are_cut) {
    std::mt19937_64 random(4714);
    constexpr char16_t signs[] = {u'a',   u'\n',  u'"',   0xfc,   0x20ac, 0xfeff,
                                  0xd83d, 0xde80, 0xfffe, 0x0a0d, 0x2000, 0};
    for (int round = 0; round < testing::random_rounds(100); ++round) {
        std::u16string units;
        while (units.size() < 24) {
            // Runs of ASCII are taken another way.
            if (random() % 3 == 0) units += std::u16string(random() % 9, u'x');
            units += signs[random() % std::size(signs)];
        }
        const utf16_order order = both_orders[round % 2];
        const std::string bytes = in_utf16(units, order) + std::string(random() % 2, 'x');
        const decoded_text whole = decoded(bytes, order);
        ASSERT_TRUE(is_utf8(whole.text));
        for (std::size_t step = 1; step <= bytes.size(); ++step)
            ASSERT_EQ(decoded(bytes, order, step, 1 + random() % 9), whole) << step;
    }
}

} // namespace hubspool
