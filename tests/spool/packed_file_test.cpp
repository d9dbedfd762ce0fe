#include "core/reading/likely_text.hpp"
#include "spool/packed.hpp"
#include "spool/reader_fixture.hpp"
#include "spool/unpacking/text_unpacker.hpp"
#include "support/random_rounds.hpp"

#include <algorithm>

namespace hubspool {

class packed_file_test : public file_reader_test {
protected:
    outcome read_with(std::string_view bytes, std::size_t block_bytes) {
        options.block_bytes = block_bytes;
        return read(bytes);
    }
    // Some lines good, some bad, some longer than a window.
    static std::string some_text(std::mt19937_64& random) {
        const bool is_array = random() % 3 == 0;
        std::string text = is_array ? "[" : "";
        for (int i = 0; i < 80; ++i) {
            if (is_array && i > 0) text += ",";
            switch (random() % 12) {
            case 0: text += R"({"objectId":3,"x":")" + std::string(400, 'x') + "\"}"; break;
            case 1: text += "{\n  \"objectId\": 4\n}"; break;
            case 2: text += is_array ? "7" : "nonsense"; break;
            default: text += "{\"objectId\":" + std::to_string(random() % 100000) + "}";
            }
            text += "\n";
        }
        return is_array ? text + "]" : text;
    }
    static constexpr packing both[] = {packing::gzip, packing::zstd};
};

TEST_F(packed_file_test, is_told_by_its_first_bytes) {
    for (const packing how : both) {
        EXPECT_EQ(packing_of(packed(how, "{}")), how);
        EXPECT_EQ(packing_of(packed(how, "")), how);
    }
    EXPECT_EQ(packing_of(skippable_frame(3)), packing::zstd);
    EXPECT_EQ(packing_of("{\"objectId\":1}"), packing::none);
    EXPECT_EQ(packing_of("P*M\x18"), packing::zstd);
    EXPECT_EQ(packing_of("@*M\x18"), packing::none);
    EXPECT_EQ(packing_of(""), packing::none);
}

TEST_F(packed_file_test, records_are_those_of_its_text_however_it_is_cut_and_resumed) {
    std::mt19937_64 random(4711);
    for (int round = 0; round < testing::random_rounds(60); ++round) {
        const packing how = both[round % 2];
        const std::string text = some_text(random);
        const std::size_t block_bytes = 16 + random() % 600;
        const outcome plain = read_with(text, block_bytes);
        const std::string bytes = packed_in_pieces(how, text, random);
        const std::string path = write(bytes);
        const outcome whole = drain(*open(path));
        ASSERT_EQ(ledger(whole), ledger(plain)) << text;
        ASSERT_EQ(whole.kept(), plain.kept());
        ASSERT_EQ(whole.end.size, bytes.size()) << "of the file on the disk";
        ASSERT_EQ(whole.blocks.size(), plain.blocks.size());
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

TEST_F(packed_file_test, cut_at_any_byte_it_gives_what_stands_before_and_the_reason) {
    for (const packing how : both) {
        const std::string text = ndjson(60);
        const std::string bytes = packed(how, text.substr(0, 300)) + packed(how, text.substr(300));
        const auto all = ledger(read(text));
        for (std::size_t size = packing_bytes; size < bytes.size(); ++size) {
            if (size == packed(how, text.substr(0, 300)).size()) continue; // whole in itself
            const outcome o = read_with(bytes.substr(0, size), 256);
            ASSERT_THAT(o.kept(), HasSubstr(": it ends in the middle; write or copy it again"));
            const auto good = o.ids();
            for (std::size_t i = 0; i < good.size(); ++i)
                ASSERT_EQ(good[i], std::to_string(i)) << size;
            ASSERT_EQ(o.end.size, size);
            // Read again, also in other windows, it is the same: the books can be closed.
            ASSERT_EQ(ledger(read_with(bytes.substr(0, size), 100)), ledger(o));
        }
        EXPECT_EQ(ledger(read(bytes)), all);
    }
}

// Half a value would pass for a value, and be sent.
TEST_F(packed_file_test, table_cut_at_any_byte_gives_whole_rows_alone) {
    file_.name = "a.csv";
    std::string text = "eventName,objectId\n";
    for (int row = 0; row < 60; ++row) text += "x," + std::to_string(123'456'000 + row) + '\n';
    for (const packing how : both) {
        const std::string bytes = packed(how, text);
        for (std::size_t size = packing_bytes; size < bytes.size(); ++size) {
            const outcome o = read_with(bytes.substr(0, size), 256);
            ASSERT_NE(o.kept(), "");
            const auto good = o.ids();
            for (std::size_t i = 0; i < good.size(); ++i)
                ASSERT_EQ(good[i], std::to_string(123'456'000 + i)) << size;
            for (const bad_record& bad : o.bad())
                ASSERT_THAT(bad.reason, HasSubstr("the text breaks off in this row"));
            ASSERT_EQ(ledger(read_with(bytes.substr(0, size), 100)), ledger(o));
        }
    }
}

TEST_F(packed_file_test, flipped_bytes_are_told_or_change_nothing_and_read_the_same_again) {
    std::mt19937_64 random(4712);
    const std::string text = ndjson(400);
    const auto all = ledger(read(text));
    for (int round = 0; round < testing::random_rounds(400); ++round) {
        const packing how = both[round % 2];
        std::string bytes = packed_in_pieces(how, text, random);
        bytes[packing_bytes + random() % (bytes.size() - packing_bytes)] ^=
            static_cast<char>(1U << random() % 8);
        const outcome o = read_with(bytes, 256);
        // Some bytes of a header mean nothing to the text.
        if (o.kept().empty()) {
            ASSERT_EQ(ledger(o), all);
        } else {
            ASSERT_THAT(o.kept(), HasSubstr("cannot be unpacked beyond byte "));
        }
        ASSERT_EQ(o.end.size, bytes.size());
        ASSERT_EQ(ledger(read_with(bytes, 50 + random() % 500)), ledger(o)) << round;
    }
}

TEST_F(packed_file_test, what_is_long_without_reason_ends_at_the_limit_that_is_named) {
    const std::string text = ndjson(20000);
    for (const packing how : both) {
        options.unpack = {.text_bytes_max = 100'000, .ratio_max = 1000, .ratio_counts_from = 0};
        const outcome by_size = read_with(packed(how, text), 4096);
        EXPECT_THAT(by_size.kept(),
                    HasSubstr("longer than queue.max_unpacked_bytes (100000 bytes)"));
        EXPECT_GT(by_size.ids().size(), 1000U) << "what stands before is taken";
        EXPECT_LT(by_size.end.records_in, 20000U);

        options.unpack = {.text_bytes_max = 1U << 30, .ratio_max = 3, .ratio_counts_from = 0};
        const outcome by_ratio = read_with(packed(how, std::string(1 << 20, ' ') + text), 4096);
        EXPECT_THAT(by_ratio.kept(), HasSubstr("more than 3 times as long as the file "
                                               "(queue.max_unpacked_ratio)"));
        options.unpack.ratio_counts_from = 10U << 20;
        EXPECT_EQ(read_with(packed(how, std::string(1 << 20, ' ') + text), 4096).kept(), "");
    }
}

TEST_F(packed_file_test, what_stands_behind_its_last_member_is_told_and_the_rest_is_taken) {
    for (const packing how : both) {
        for (const std::string& behind :
             {std::string("garbage"), std::string(100, '\0'), ndjson(1)}) {
            const outcome o = read_with(packed(how, ndjson(3)) + behind, 256);
            EXPECT_EQ(o.ids().size(), 3U);
            EXPECT_THAT(o.kept(), HasSubstr("stands behind its last "));
        }
    }
}

TEST_F(packed_file_test, without_text_is_a_file_without_a_record) {
    for (const packing how : both) {
        for (const std::string& bytes :
             {packed(how, ""), packed(how, "") + packed(how, ""), packed(how, "\n \n")}) {
            const outcome o = read(bytes);
            EXPECT_TRUE(o.blocks.empty());
            EXPECT_EQ(o.kept(), "");
            EXPECT_EQ(o.end.size, bytes.size());
        }
    }
    EXPECT_EQ(read(skippable_frame(10)).kept(), "");
    EXPECT_THAT(read(skippable_frame(10).substr(0, 9)).kept(), HasSubstr("ends in the middle"));
}

TEST_F(packed_file_test, whose_text_is_no_json_is_refused_by_what_it_is) {
    EXPECT_THAT(read(gzipped(gzipped(ndjson(9)))).kept(),
                ::testing::StartsWith("it is compressed with gzip, and its text is compressed with "
                                      "gzip; hubspool reads JSON, CSV and TSV: "));
    options.record_bytes_max = 1024;
    std::string tar(1024, '\0');
    tar.replace(0, 6, "a.json").replace(257, 5, "ustar");
    const outcome o = read(zstd_frame(tar));
    EXPECT_THAT(o.kept(), ::testing::StartsWith("it is compressed with zstd, and its text is a tar "
                                                "archive; "));
    EXPECT_EQ(o.end.records_in, 0U);
    EXPECT_EQ(o.end.size, zstd_frame(tar).size());
}

TEST_F(packed_file_test, frame_with_too_large_a_window_is_told_with_the_remedy) {
    const std::string text = ndjson(100);
    EXPECT_EQ(read(zstd_frame(text, zstd_window_log_max)).kept(), "");
    const outcome o = read(zstd_frame(text, zstd_window_log_max + 1));
    EXPECT_THAT(o.kept(), HasSubstr("larger than the 8 MiB that may be held"));
    EXPECT_THAT(o.kept(), HasSubstr("zstd -19 or less and without --long"));
}

TEST_F(packed_file_test, reading_on_from_far_behind_asks_meanwhile_and_can_be_given_up) {
    const std::string path = write(zstd_frame(ndjson(1'400'000)));
    options.block_bytes = 1U << 20;
    auto reader = open(path);
    ASSERT_TRUE(reader->next());
    EXPECT_GT(reader->text_size(), reader->size()) << "not known before its end";
    // As if a run before had read that far; a record begins there.
    read_point far = reader->at();
    while (far.offset < 20U << 20) far = reader->next()->to;
    int asked = 0;
    options.keep_on = [&asked] { return ++asked < 4; };
    EXPECT_FALSE(open(path, far)->next());
    EXPECT_EQ(asked, 4);
    options.keep_on = nullptr;
    const auto block = open(path, far)->next();
    ASSERT_TRUE(block);
    EXPECT_EQ(block->text(block->records[0].object_id), std::to_string(far.ordinal));
}

TEST_F(packed_file_test, by_its_name_it_may_hold_more_than_its_size) {
    for (const char* name : {"a.gz", "a.ndjson.ZST", "a.zstd"})
        EXPECT_EQ(likely_text_bytes(name, 100), 2000U) << name;
    for (const char* name : {"a.ndjson", "gz", "a.gz.json", ""})
        EXPECT_EQ(likely_text_bytes(name, 100), 100U) << name;
}

TEST_F(packed_file_test, text_feed_gives_the_same_text_bit_by_bit) {
    std::mt19937_64 random(4713);
    for (int round = 0; round < testing::random_rounds(40); ++round) {
        const packing how = both[round % 2];
        const std::string text = some_text(random);
        const std::string bytes = round % 5 == 0 ? text : packed_in_pieces(how, text, random);
        text_feed feed({});
        std::string got;
        const auto take = [&got](std::string_view part) { got += part; };
        for (std::size_t at = 0; at < bytes.size();) {
            const std::size_t part = std::min<std::size_t>(bytes.size() - at, 1 + random() % 40);
            feed.take(std::string_view(bytes).substr(at, part), take);
            at += part;
        }
        feed.end(take);
        ASSERT_EQ(got, text);
        ASSERT_EQ(feed.fault(), "");
        ASSERT_EQ(feed.form().packed, round % 5 == 0 ? packing::none : how);
    }
    text_feed cut({});
    cut.take(gzipped("{}").substr(0, 12), [](std::string_view) {});
    cut.end([](std::string_view) {});
    EXPECT_THAT(cut.fault(), HasSubstr("is compressed with gzip, and cannot be unpacked"));
}

} // namespace hubspool
