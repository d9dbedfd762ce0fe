#include "core/rows/whole_pieces.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace hubspool {
namespace {

struct pieces_so_far {
    explicit pieces_so_far(std::size_t record_bytes_max = 1000) : scanner(record_bytes_max) {}

    void take(std::string_view bytes, bool last = false) {
        window.append(bytes);
        const text_end end = last ? text_end::whole : text_end::open;
        take_whole_pieces(scanner, window, end, [this](const piece& found) {
            texts.emplace_back(found.text);
            offsets.push_back(found.offset);
        });
    }

    piece_scanner scanner;
    std::string window;
    std::vector<std::string> texts;
    std::vector<std::uint64_t> offsets;
};

TEST(whole_pieces, are_taken_out_of_the_window_and_what_is_not_whole_stays) {
    pieces_so_far file;
    file.take("{\"a\":1}\n{\"b\":2}\n{\"c\"");
    EXPECT_EQ(file.texts, (std::vector<std::string>{"{\"a\":1}", "{\"b\":2}"}));
    EXPECT_EQ(file.window, "{\"c\"");
    file.take(":3}");
    file.take("\n", true);
    EXPECT_EQ(file.texts.back(), "{\"c\":3}");
    EXPECT_EQ(file.offsets, (std::vector<std::uint64_t>{0, 8, 16}));
    EXPECT_EQ(file.window, "");
}

TEST(whole_pieces, are_the_same_byte_by_byte) {
    const std::string_view text = "[{\"a\":1},\n {\"b\":[2]}]";
    pieces_so_far at_once, bit_by_bit;
    at_once.take(text, true);
    for (const char byte : text) bit_by_bit.take({&byte, 1});
    bit_by_bit.take("", true);
    EXPECT_EQ(at_once.texts, (std::vector<std::string>{"{\"a\":1}", "{\"b\":[2]}"}));
    EXPECT_EQ(bit_by_bit.texts, at_once.texts);
    EXPECT_EQ(bit_by_bit.offsets, at_once.offsets);
}

TEST(whole_pieces, longer_than_a_record_may_be_does_not_fill_the_window) {
    pieces_so_far file(20);
    for (int i = 0; i < 100; ++i) file.take(i == 0 ? "{\"a\":\"" : "xxxxxxxxxx");
    EXPECT_LE(file.window.size(), 20U);
    file.take("\"}\n", true);
    EXPECT_EQ(file.texts.size(), 1U);
}

} // namespace
} // namespace hubspool
