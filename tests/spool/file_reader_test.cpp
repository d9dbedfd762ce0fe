#include "spool/reader_fixture.hpp"

#include <algorithm>
#include <iterator>
#include <random>

namespace hubspool {

TEST_F(file_reader_test, blocks_follow_each_other_and_hold_all_records) {
    const std::string bytes = ndjson(200);
    auto reader = open(write(bytes));
    EXPECT_EQ(reader->size(), bytes.size());
    const outcome o = drain(*reader);
    ASSERT_GT(o.blocks.size(), 5U);
    read_point at;
    for (const auto& block : o.blocks) {
        EXPECT_EQ(block.file, 7U);
        EXPECT_EQ(block.lane, lane::bulk);
        EXPECT_EQ(block.from, at);
        EXPECT_LE(block.to.offset - block.from.offset, 256U + 128U);
        EXPECT_EQ(block.to.ordinal - block.from.ordinal, block.records.size());
        at = block.to;
    }
    EXPECT_EQ(reader->at(), at);
    EXPECT_EQ(o.ids().size(), 200U);
    EXPECT_EQ(o.ids()[150], "150");
    EXPECT_EQ(o.end.records_in, 200U);
    EXPECT_EQ(o.kept(), "");
    EXPECT_EQ(o.end.size, bytes.size());
    EXPECT_EQ(o.end.mtime_ns, reader->mtime_ns());
}

TEST_F(file_reader_test, every_form_of_a_file_is_read) {
    for (const char* bytes : {"{\"objectId\":1}", "{\"objectId\":1}\n", "[{\"objectId\":1}]",
                              "{\"inputs\":[{\"objectId\":1}]}"}) {
        const outcome o = read(bytes);
        EXPECT_EQ(o.ids(), std::vector<std::string>{"1"}) << bytes;
        EXPECT_EQ(o.kept(), "") << bytes;
    }
}

TEST_F(file_reader_test, file_that_is_no_json_is_kept_as_a_whole_without_a_bad_record) {
    using namespace std::string_literals;
    std::string csv = "objectId,eventName\n";
    for (int i = 0; i < 1000; ++i) csv += std::to_string(i) + ",Webinar\n";
    const std::pair<std::string, const char*> cases[] = {
        {"\xfd"
         "7zXZ\0"s +
             std::string(100, '\n'),
         "it is compressed with xz; "},
        {csv, "it is CSV; "},
        {"{\0\0\0\"\0\0\0"s, "it is UTF-32; "},
        {"<!DOCTYPE html>\n<p>\n{}\n</p>\n", "it is an HTML page; "},
        {"no record\nin any line\n", "it is no JSON: it begins with"}};
    for (const auto& [bytes, words] : cases) {
        const outcome o = read(bytes);
        EXPECT_TRUE(o.blocks.empty()) << bytes;
        EXPECT_EQ(o.end.records_in, 0U);
        EXPECT_EQ(o.end.size, bytes.size());
        EXPECT_THAT(o.kept(), ::testing::StartsWith(words));
    }
}

TEST_F(file_reader_test, values_after_one_another_are_read_from_any_place_on) {
    const std::string bytes =
        "[{\"objectId\":1},{\"objectId\":2}]\n\xef\xbb\xbf{\"inputs\":[{\"objectId\":3},\n"
        "{\"objectId\":4}]}{\"objectId\":5}\n\n[ {\"objectId\":6} ][]{\"objectId\":7}";
    const std::string path = write(bytes);
    options.block_bytes = 1; // a block a record
    const outcome whole = drain(*open(path));
    EXPECT_EQ(whole.ids(), (std::vector<std::string>{"1", "2", "3", "4", "5", "6", "7"}));
    EXPECT_EQ(whole.kept(), "");
    for (std::size_t i = 0; i < whole.blocks.size(); ++i) {
        const outcome rest = drain(*open(path, whole.blocks[i].to));
        EXPECT_EQ(ledger(rest, i + 1), [&] {
            const auto lines = ledger(whole);
            return std::vector(lines.begin() + static_cast<long>(i) + 1, lines.end());
        }()) << i;
    }
}

TEST_F(file_reader_test, lone_surrogates_are_counted_at_the_end) {
    const outcome o =
        read("{\"objectId\":1,\"x\":\"\\ud800\"}\n{\"objectId\":2,\"x\":\"\\udfff\"}\n"
             "{\"objectId\":3,\"x\":\"\\ud83d\\ude00\"}\n");
    EXPECT_EQ(o.ids().size(), 3U);
    EXPECT_EQ(o.end.lone_surrogates, 2U);
    EXPECT_THAT(o.end.remark, HasSubstr("2 surrogates that stood alone"));
    EXPECT_EQ(read("{\"objectId\":1}").end.remark, "");
}

TEST_F(file_reader_test, blocks_have_the_order_of_their_file) {
    const outcome o = read("{\"objectId\":1,\"$hubspool\":{\"as_of\":1795000000000}}\n"
                           "{\"objectId\":2}\n");
    ASSERT_EQ(o.blocks.size(), 1U);
    EXPECT_EQ(o.blocks[0].order, file_.order);
    EXPECT_EQ(o.blocks[0].records[0].as_of, 1'795'000'000'000U);
    EXPECT_EQ(o.blocks[0].records[1].as_of, std::nullopt);
    EXPECT_EQ(o.end.future_as_of, 0U);
}

TEST_F(file_reader_test, scenario_35_as_of_in_the_future_is_counted_and_told_once) {
    std::string bytes;
    for (int i = 0; i < 30; ++i)
        bytes += "{\"objectId\":1,\"$hubspool\":{\"as_of\":" +
                 std::to_string(file_.order.stamp + (i < 20 ? 1 : 0)) + "}}\n";
    EXPECT_EQ(read(bytes).end.future_as_of, 20U);
    EXPECT_THAT(read(bytes).end.remark, HasSubstr("20 of its records have an as_of in the future"));
    EXPECT_EQ(read("{\"objectId\":1}").end.remark, "");
    file_.name = "as_of=20361130T010000Z";
    EXPECT_THAT(read("{\"objectId\":1}").end.remark, HasSubstr("in its name is a time in the"));
}

TEST_F(file_reader_test, array_without_records_is_no_reason_to_keep_the_file) {
    for (const char* bytes : {"[]", "{\"inputs\":[]}\n"}) {
        const outcome o = read(bytes);
        EXPECT_TRUE(o.blocks.empty());
        EXPECT_EQ(o.end.records_in, 0U);
        EXPECT_EQ(o.kept(), "");
    }
}

TEST_F(file_reader_test, scenario_27_empty_files_are_read_as_nothing) {
    for (const char* bytes : {"", "\n", " \n\t\r\n", "\xef\xbb\xbf", "\xef\xbb\xbf \r\n"}) {
        const outcome o = read(bytes);
        EXPECT_TRUE(o.blocks.empty());
        EXPECT_EQ(o.end.records_in, 0U);
        EXPECT_EQ(o.kept(), "") << bytes;
    }
}

TEST_F(file_reader_test, scenario_27_all_nul_files_are_kept_without_records) {
    const std::string nul(1000, '\0');
    for (const std::string& bytes : {std::string(1, '\0'), nul, nul + "\n" + nul + "\n",
                                     "\n" + std::string(300000, ' ') + nul}) {
        const outcome o = read(bytes);
        EXPECT_TRUE(o.blocks.empty());
        EXPECT_EQ(o.end.records_in, 0U);
        EXPECT_THAT(o.kept(), HasSubstr("NUL bytes and white space"));
    }
}

TEST_F(file_reader_test, nul_bytes_before_records_are_a_bad_record) {
    const outcome o = read(std::string(1000, '\0') + "\n{\"objectId\":1}\n");
    EXPECT_EQ(ledger(o),
              (std::vector<std::string>{"bad at 0 line 1 size 1000", "1 at 1001 line 2"}));
}

TEST_F(file_reader_test, bad_pieces_become_bad_records_with_reason_and_content) {
    const outcome o = read("{\"objectId\":1}\nhello\n{\"objectId\":-1}\n{\"objectId\":2}\n");
    EXPECT_EQ(o.ids(), (std::vector<std::string>{"1", "2"}));
    EXPECT_EQ(o.end.records_in, 4U);
    const auto bad = o.bad();
    ASSERT_EQ(bad.size(), 2U);
    EXPECT_EQ(bad[0].content, "hello");
    EXPECT_THAT(bad[0].reason, HasSubstr("not a JSON object"));
    EXPECT_EQ(bad[0].ordinal, 1U);
    EXPECT_EQ(bad[0].line, 2U);
    EXPECT_THAT(bad[1].reason, HasSubstr("objectId"));
    EXPECT_EQ(bad[1].ordinal, 2U);
    EXPECT_EQ(o.kept(), "");
}

TEST_F(file_reader_test, scenario_27_damaged_tail_is_one_record_and_keeps_the_file) {
    const outcome o = read("{\"objectId\":1}\n{\"objectId\":2,\"eventName\":\"cut o");
    EXPECT_EQ(o.ids(), std::vector<std::string>{"1"});
    EXPECT_EQ(o.end.records_in, 2U);
    EXPECT_THAT(o.kept(), HasSubstr("tail from byte 15 (line 2)"));
    ASSERT_EQ(o.bad().size(), 1U);
    EXPECT_EQ(o.bad()[0].content, "{\"objectId\":2,\"eventName\":\"cut o");
}

TEST_F(file_reader_test, oversized_record_names_the_limit) {
    const outcome o =
        read("{\"objectId\":1,\"x\":\"" + std::string(5000, 'x') + "\"}\n{\"objectId\":2}\n");
    EXPECT_EQ(o.ids(), std::vector<std::string>{"2"});
    ASSERT_EQ(o.bad().size(), 1U);
    EXPECT_THAT(o.bad()[0].reason, HasSubstr("queue.max_record_bytes, 128 bytes"));
    EXPECT_EQ(o.kept(), "");
}

TEST_F(file_reader_test, file_is_kept_when_a_dead_letter_cannot_hold_a_bad_record) {
    const outcome o = read(std::string(bad_content_bytes_max + 1, 'x') + "\n{\"objectId\":2}\n");
    EXPECT_EQ(o.bad()[0].content.size(), bad_content_bytes_max);
    EXPECT_EQ(o.bad()[0].size, bad_content_bytes_max + 1);
    EXPECT_THAT(o.kept(), HasSubstr("longer than the 65536 bytes"));
}

TEST_F(file_reader_test, too_many_bad_records_are_gathered_in_ranges_and_keep_the_file) {
    options.bad_records_max = 3;
    options.block_bytes = 1 << 16;
    std::string bytes;
    for (int i = 0; i < 100; ++i)
        bytes += i == 50 ? "{\"objectId\":50}\n" : "bad " + std::to_string(i) + "\n";
    const outcome o = read(bytes);
    EXPECT_EQ(o.ids(), std::vector<std::string>{"50"});
    EXPECT_EQ(o.end.records_in, 100U);
    EXPECT_THAT(o.kept(), HasSubstr("more than 3 of its records are bad"));
    const auto bad = o.bad();
    ASSERT_EQ(bad.size(), 5U);
    EXPECT_EQ(bad[2].count, 1U);
    EXPECT_EQ(bad[3].ordinal, 3U);
    EXPECT_EQ(bad[3].count, 47U);
    EXPECT_EQ(bad[3].content, "bad 3");
    EXPECT_EQ(bytes.substr(bad[3].offset + bad[3].size - 6, 6), "bad 49");
    EXPECT_EQ(bad[4].ordinal, 51U);
    EXPECT_EQ(bad[4].count, 49U);
    EXPECT_EQ(bad[4].offset + bad[4].size + 1, bytes.size());
    ledger(o);
}

TEST_F(file_reader_test, bad_records_before_a_restart_count_towards_too_many) {
    options.bad_records_max = 20;
    std::string bytes;
    for (int i = 0; i < 60; ++i) bytes += "bad " + std::to_string(i) + "\n";
    const std::string path = write(bytes);
    const outcome whole = drain(*open(path));
    std::size_t letters = 0;
    for (const auto& block : whole.blocks) {
        EXPECT_EQ(block.to.bad, block.to.ordinal);
        letters += block.bad.size();
        const outcome rest = drain(*open(path, block.to));
        EXPECT_EQ(letters + rest.bad().size(), whole.bad().size()) << block.to.ordinal;
        EXPECT_EQ(rest.kept().empty(), block.to.bad > 20) << "told by the run before";
    }
}

TEST_F(file_reader_test, ranges_of_bad_records_do_not_cross_blocks) {
    options.bad_records_max = 0;
    std::string bytes;
    for (int i = 0; i < 200; ++i) bytes += "{\"x\":1}\n";
    const outcome o = read(bytes);
    EXPECT_GT(o.blocks.size(), 3U);
    EXPECT_EQ(o.bad().size(), o.blocks.size());
    for (const auto& block : o.blocks) {
        EXPECT_EQ(block.bad[0].ordinal, block.from.ordinal);
        EXPECT_EQ(block.bad[0].count, block.to.ordinal - block.from.ordinal);
    }
}

TEST_F(file_reader_test, reading_from_any_block_gives_the_same_rest) {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        std::mt19937_64 random(seed);
        const std::uint64_t format = random() % 3;
        std::string bytes = format == 0 ? "" : format == 1 ? " [" : "{\"inputs\": [";
        for (int i = 0; i < 60; ++i) {
            if (format != 0 && i > 0) bytes += ",";
            switch (random() % 12) {
            case 0: bytes += "{\"objectId\":\n [{\"x\":1}\n"; break;
            case 1: bytes += "nonsense"; break;
            case 2: bytes += "{\"objectId\":3,\"x\":\"" + std::string(400, 'x') + "\"}"; break;
            case 3: bytes += "{\n  \"objectId\": 4\n}"; break;
            default: bytes += "{\"objectId\":" + std::to_string(100 + i) + "}";
            }
            bytes += "\n";
        }
        bytes += format == 0 ? "" : format == 1 ? "]" : "]}";
        if (random() % 3 == 0) bytes.resize(bytes.size() - random() % 20);
        const std::string path = write(bytes);
        auto through = open(path);
        const outcome whole = drain(*through);
        const auto lines = ledger(whole);
        for (const auto& block : whole.blocks) {
            if (block.to == whole.blocks.back().to) continue;
            auto reader = open(path, block.to);
            const outcome rest = drain(*reader);
            EXPECT_EQ(rest.end.records_in, whole.end.records_in);
            EXPECT_EQ(
                ledger(rest, block.to.ordinal),
                std::vector(lines.begin() + static_cast<long>(block.to.ordinal), lines.end()));
            EXPECT_EQ(rest.end.keep_because.has_value(), whole.end.keep_because.has_value());
        }
        ASSERT_FALSE(HasFailure()) << "seed " << seed << ": " << bytes;
    }
}

TEST_F(file_reader_test, reading_from_the_end_finds_nothing_more) {
    for (const char* bytes :
         {"{\"objectId\":1}", "[{\"objectId\":1}]", "[{\"objectId\":1}", "[{\"objectId\":1},{"}) {
        const std::string path = write(bytes);
        auto through = open(path);
        const outcome whole = drain(*through);
        auto anew = open(path, through->at());
        const outcome rest = drain(*anew);
        EXPECT_TRUE(rest.blocks.empty()) << bytes;
        EXPECT_EQ(rest.end.records_in, whole.end.records_in) << bytes;
        EXPECT_EQ(rest.end.keep_because.has_value(), whole.end.keep_because.has_value()) << bytes;
    }
}

TEST_F(file_reader_test, scenario_30_record_that_is_not_decoded_is_a_dead_letter_by_itself) {
    const std::string path = write(ndjson(200));
    std::vector<read_point> starts;
    options.block_bytes = 1;
    const auto note = open(path);
    while (const auto block = note->next()) starts.push_back(block->from);
    ASSERT_EQ(starts.size(), 200U) << "a block a record, however the window is cut";

    options.block_bytes = 256;
    const auto reader = open(path);
    outcome o;
    while (reader->at().offset < starts[150].offset) {
        const bool near = reader->at().offset + 384 > starts[150].offset;
        reader->set_block_bytes(near ? 1 : 256);
        o.blocks.push_back(*reader->next());
    }
    ASSERT_EQ(reader->at(), starts[150]);
    o.blocks.push_back(*reader->next_undecoded("it crashed"));
    outcome rest = drain(*reader);
    std::move(rest.blocks.begin(), rest.blocks.end(), std::back_inserter(o.blocks));
    o.end = rest.end;
    EXPECT_EQ(o.ids().size(), 199U);
    ledger(o);
    ASSERT_EQ(o.bad().size(), 1U);
    EXPECT_EQ(o.bad()[0].ordinal, 150U);
    EXPECT_EQ(o.bad()[0].reason, "it crashed");
    EXPECT_EQ(o.bad()[0].content, "{\"objectId\":150}");
    EXPECT_THAT(o.kept(), HasSubstr("(line 150) was not decoded: it crashed"));
}

} // namespace hubspool
