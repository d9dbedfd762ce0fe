// Files in UTF-16, packed or not: they are read as the same text in UTF-8.
#include "core/words/utf8.hpp"
#include "spool/packed.hpp"
#include "spool/reader_fixture.hpp"
#include "spool/unpacking/text_unpacker.hpp"
#include "spool/wide_text.hpp"
#include "support/random_rounds.hpp"

#include <algorithm>
#include <random>

namespace hubspool {

namespace {
constexpr packing all_packings[] = {packing::none, packing::gzip, packing::zstd};
const std::u16string mark_unit = u"\ufeff";
const std::string mark_text(utf8_byte_order_mark);
} // namespace

class wide_file_test : public file_reader_test {
protected:
    struct written {
        std::string wide, text; // what its text is in UTF-8
        std::uint64_t lone_surrogates = 0;
    };
    // NDJSON with bad lines, and lines longer than a window.
    static written some_file(std::mt19937_64& random, utf16_order order) {
        written made;
        made.text = mark_text;
        if (random() % 2 == 0) made.wide = in_utf16(mark_unit, order);
        const auto put = [&](std::u16string_view units, std::string_view text) {
            made.wide += in_utf16(units, order);
            made.text += text;
        };
        const auto put_ascii = [&](const std::string& text) {
            made.wide += in_utf16(text, order);
            made.text += text;
        };
        for (int i = 0; i < 60; ++i) {
            put_ascii("{\"objectId\":" + std::to_string(random() % 100000) + ",\"x\":\"");
            switch (random() % 7) {
            case 0: put(u"\u00fc\u20ac\U0001f680", "\xc3\xbc\xe2\x82\xac\xf0\x9f\x9a\x80"); break;
            case 1:
                put(std::u16string{0xd83d}, utf8_replacement);
                ++made.lone_surrogates;
                break;
            case 2: put(u"\"", "\""); break;
            case 3: put_ascii(std::string(400, 'x')); break;
            default: put_ascii("abc");
            }
            put_ascii("\"}\r\n");
        }
        return made;
    }
    outcome read_with(std::string_view bytes, std::size_t block_bytes) {
        options.block_bytes = block_bytes;
        return read(bytes);
    }
    static std::string packed_if(packing how, const std::string& bytes, std::mt19937_64& random) {
        return how == packing::none ? bytes : packed_in_pieces(how, bytes, random);
    }
};

TEST_F(wide_file_test, records_are_those_of_its_text_however_it_is_packed_cut_and_resumed) {
    std::mt19937_64 random(4715);
    for (int round = 0; round < testing::random_rounds(60); ++round) {
        const auto order = round % 2 == 0 ? utf16_order::little : utf16_order::big;
        const written made = some_file(random, order);
        const std::size_t block_bytes = 16 + random() % 600;
        const outcome plain = read_with(made.text, block_bytes);
        const std::string bytes = packed_if(all_packings[round % 3], made.wide, random);
        const std::string path = write(bytes);
        const outcome whole = drain(*open(path));
        ASSERT_EQ(ledger(whole), ledger(plain)) << made.text;
        ASSERT_EQ(whole.kept(), plain.kept());
        ASSERT_EQ(whole.end.size, bytes.size()) << "of the file on the disk";
        ASSERT_EQ(whole.end.lone_surrogates, made.lone_surrogates);
        for (const decoded_block& block : whole.blocks) {
            if (block.to == whole.blocks.back().to) continue;
            const outcome rest = drain(*open(path, block.to));
            const auto lines = ledger(plain);
            ASSERT_EQ(
                ledger(rest, block.to.ordinal),
                std::vector(lines.begin() + static_cast<long>(block.to.ordinal), lines.end()));
        }
    }
}

TEST_F(wide_file_test, table_is_read_as_its_text_whatever_encoding_is_set_for_the_others) {
    file_.name = "a.tsv";
    options.csv.encoding = table_encoding::windows_1252;
    for (const utf16_order order : {utf16_order::little, utf16_order::big}) {
        const std::string bytes = in_utf16(
            u"\ufeffobjectId\teventName\r\n1\t\"\u00fc\r\n\u20ac\"\r\n2\tx\r\n3\r\n", order);
        for (const std::string& file : {bytes, bytes.substr(2), gzipped(bytes)}) {
            const outcome o = read(file);
            EXPECT_EQ(o.ids(), (std::vector<std::string>{"1", "2"}));
            EXPECT_THAT(std::string(o.blocks[0].arena.text()), HasSubstr("\xc3\xbc"));
            ASSERT_EQ(o.bad().size(), 1U);
            EXPECT_EQ(o.bad()[0].line, 5U);
            EXPECT_EQ(o.kept(), "");
        }
    }
}

TEST_F(wide_file_test, half_a_character_at_the_end_is_told_and_what_stands_before_is_taken) {
    const std::string bytes = in_utf16(ndjson(3), utf16_order::little) + '\n';
    const outcome o = read(bytes);
    EXPECT_EQ(o.ids().size(), 3U);
    EXPECT_EQ(o.end.records_in, 3U);
    EXPECT_EQ(o.kept(), "it is in UTF-16, and ends in the middle of a character: write or copy it "
                        "again");
    EXPECT_EQ(o.end.size, bytes.size());
    EXPECT_EQ(read(gzipped(bytes)).kept(),
              "it is compressed with gzip, and its text is in UTF-16, and ends in the middle of a "
              "character: write or copy it again");
    const std::string cut = gzipped(in_utf16(ndjson(9), utf16_order::big));
    EXPECT_THAT(read(cut.substr(0, cut.size() - 9)).kept(), HasSubstr("it ends in the middle"));
}

TEST_F(wide_file_test, table_that_ends_in_half_a_character_gives_whole_rows_alone) {
    file_.name = "a.csv";
    const std::string bytes =
        in_utf16(u"\ufeffeventName,objectId\nx,1234\ny,5678", utf16_order::little);
    EXPECT_EQ(read(bytes).ids(), (std::vector<std::string>{"1234", "5678"}));
    const outcome o = read(bytes.substr(0, bytes.size() - 1));
    EXPECT_EQ(o.ids(), std::vector<std::string>{"1234"});
    ASSERT_EQ(o.bad().size(), 1U);
    EXPECT_THAT(o.bad()[0].reason, HasSubstr("the text breaks off in this row"));
}

TEST_F(wide_file_test, whose_text_is_no_json_is_refused_by_what_it_is) {
    const std::string bytes = in_utf16("<!DOCTYPE html>\n<p>\n", utf16_order::little);
    EXPECT_THAT(read(bytes).kept(),
                ::testing::StartsWith("it is in UTF-16, and its text is an HTML page; "));
    EXPECT_THAT(read(zstd_frame(bytes)).kept(),
                ::testing::StartsWith("it is compressed with zstd, and its text, which is in "
                                      "UTF-16, is an HTML page; "));
    EXPECT_EQ(read("\xff\xfe").kept(), "") << "nothing is in it";
}

TEST_F(wide_file_test, text_feed_gives_the_same_text_bit_by_bit) {
    std::mt19937_64 random(4716);
    for (int round = 0; round < testing::random_rounds(40); ++round) {
        const auto order = round % 2 == 0 ? utf16_order::little : utf16_order::big;
        const written made = some_file(random, order);
        const std::string bytes = packed_if(all_packings[round % 3], made.wide, random);
        text_feed feed({});
        std::string got;
        const auto take = [&got](std::string_view part) { got += part; };
        for (std::size_t at = 0; at < bytes.size();) {
            const std::size_t part = std::min<std::size_t>(bytes.size() - at, 1 + random() % 40);
            feed.take(std::string_view(bytes).substr(at, part), take);
            at += part;
        }
        feed.end(take);
        ASSERT_EQ(got, made.text);
        ASSERT_EQ(feed.fault(), "");
        ASSERT_EQ(feed.form().packed, all_packings[round % 3]);
        ASSERT_EQ(feed.form().utf16, order);
        ASSERT_EQ(feed.lone_surrogates(), made.lone_surrogates);
    }
}

} // namespace hubspool
