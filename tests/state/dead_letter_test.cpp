#include "state/letters/dead_letter_log.hpp"
#include "state/letters/dead_letter_rows.hpp"
#include "state/state_builders.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::HasSubstr;

struct dead_letter_test : ::testing::Test {
    temp_dir directory;
    std::string where = directory.path().string();
    std::string log = directory.file("dead-letters.ndjson");
    std::unique_ptr<state_store> store = opened(where);

    void SetUp() override { ASSERT_TRUE(works(store->begin_run(1, "state-a"))); }
    void commit(const commit_unit& unit) { ASSERT_TRUE(works(store->commit(unit))); }
    std::vector<dead_letter> letters() { return letters_in(where); }
    std::uint64_t dead_count() { return value_of(store->load_meta()).totals.dead_lettered; }
};

TEST_F(dead_letter_test, comes_back_with_all_its_fields) {
    dead_letter letter = make_letter(3, 100, 7);
    letter.batch = 12;
    letter.content = std::string("any\0bytes\xff", 10);
    letter.records.push_back({2, 50, 20, 5, 300, 6, ""});
    letter.records.push_back({2, {}, 0, 6, 1, 7, ""});
    commit(unit_of_letters({letter}));
    EXPECT_THAT(lines_of(log), ::testing::ElementsAre(::testing::HasSubstr(
                                   R"({"file":2,"size":0,"line":7,"ordinal":6}])")));
    const auto back = letters();
    ASSERT_EQ(back.size(), 1U);
    EXPECT_EQ(back[0].at, letter.at);
    EXPECT_EQ(back[0].object_id, "123");
    EXPECT_EQ(back[0].category, "decode");
    EXPECT_EQ(back[0].reason, letter.reason);
    EXPECT_EQ(back[0].content, letter.content);
    EXPECT_EQ(back[0].batch, 12U);
    ASSERT_EQ(back[0].records.size(), 3U);
    EXPECT_EQ(back[0].records[0].reference, "ref-1");
    EXPECT_EQ(back[0].records[2].offset, std::nullopt);
    EXPECT_EQ(back[0].records[1].file, 2U);
    EXPECT_EQ(back[0].records[1].offset, 50U);
    EXPECT_EQ(back[0].records[1].size, 20U);
    EXPECT_EQ(back[0].records[1].ordinal, 5U);
    EXPECT_EQ(back[0].records[1].count, 300U);
    EXPECT_EQ(back[0].records[1].line, 6U);
}

TEST_F(dead_letter_test, is_one_json_line_with_place_and_content) {
    commit(unit_of_letters({make_letter(3, 100, 7)}));
    EXPECT_THAT(lines_of(log),
                ::testing::ElementsAre(
                    R"({"time":"1970-01-01T00:00:05.000Z","object_id":"123","category":"decode",)"
                    R"("reason":"objectId is missing","content":"{\"x\":1}","batch":0,)"
                    R"("records":[{"file":3,"offset":100,"size":7,"line":12,"ordinal":7,)"
                    R"("reference":"ref-1"}]})"));
}

TEST_F(dead_letter_test, of_bytes_that_are_no_text_is_a_json_line_all_the_same) {
    dead_letter letter = make_letter(3, 100, 7);
    letter.content = "a\xff\nb";
    commit(unit_of_letters({letter}));
    const auto lines = lines_of(log);
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_THAT(lines[0],
                HasSubstr("\"content\":\"a\xef\xbf\xbd\\nb\",\"content_base64\":\"Yf8KYg==\""));
}

TEST_F(dead_letter_test, scenario_15_is_neither_written_nor_counted_again) {
    commit(unit_of_letters({make_letter(3, 100, 7), make_letter(3, 200, 8)}));
    EXPECT_EQ(dead_count(), 2U);
    store.reset();
    store = opened(where); // after a restart the reader finds them again, and a new one
    commit(
        unit_of_letters({make_letter(3, 100, 7), make_letter(3, 200, 8), make_letter(3, 300, 9)}));
    EXPECT_EQ(dead_count(), 3U);
    EXPECT_EQ(letters().size(), 3U);
    EXPECT_EQ(lines_of(log).size(), 3U);
}

TEST_F(dead_letter_test, of_another_state_id_is_another) {
    commit(unit_of_letters({make_letter(3, 100, 7)}));
    ASSERT_TRUE(works(store->begin_run(2, "state-b")));
    commit(unit_of_letters({make_letter(3, 100, 7)}));
    EXPECT_EQ(dead_count(), 2U);
    EXPECT_EQ(letters().size(), 2U);
}

TEST_F(dead_letter_test, that_names_a_range_counts_all_its_records) {
    dead_letter letter = make_letter(3, 100, 7);
    letter.records[0].count = 50;
    commit_unit unit;
    unit.outcomes = {make_outcome(0, 3, 7, 57, fate::dead)};
    unit.outcomes[0].dead_letters = {letter};
    commit(unit);
    EXPECT_EQ(dead_count(), 50U);
    commit(unit);
    EXPECT_EQ(dead_count(), 50U);
    EXPECT_THAT(content_of(log), HasSubstr("\"count\":50"));
}

TEST_F(dead_letter_test, line_cut_by_a_crash_is_ended_at_open) {
    commit(unit_of_letters({make_letter(3, 100, 7)}));
    store.reset();
    std::ofstream(log, std::ios::app | std::ios::binary) << "{\"time\":\"20";
    store = opened(where);
    EXPECT_EQ(content_of(log).back(), '\n');
    commit(unit_of_letters({make_letter(3, 200, 8)}));
    const auto lines = lines_of(log);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[1], "{\"time\":\"20");
    EXPECT_THAT(lines[2], HasSubstr("\"offset\":200"));
}

TEST_F(dead_letter_test, log_moved_away_is_made_anew) {
    commit(unit_of_letters({make_letter(3, 100, 7)}));
    std::filesystem::rename(log, log + ".1");
    commit(unit_of_letters({make_letter(3, 200, 8)}));
    EXPECT_EQ(lines_of(log).size(), 1U);
    EXPECT_EQ(lines_of(log + ".1").size(), 1U);
}

TEST_F(dead_letter_test, scenario_14_of_a_lost_database_keeps_its_number_from_being_given_again) {
    dead_letter letter = make_letter(3, 100, 7);
    letter.content = "{\"file\":999999}"; // content is no place
    for (std::uint64_t i = 0; i < 50000; ++i)
        letter.records.push_back({40 + i % 3, i, 1, i, 1, i, ""});
    commit(unit_of_letters({letter}));
    store.reset();
    ASSERT_GT(std::filesystem::file_size(log), 2U << 20); // more than one window of reading
    for (const char* name : {"state.db", "state.db-wal", "state.db-shm"}) {
        std::filesystem::remove(directory.file(name));
    }
    store = opened(where);
    EXPECT_TRUE(value_of(store->load_meta()).fresh());
    EXPECT_EQ(value_of(store->load_meta()).last_number, 42U);
}

TEST(dead_letter_origins, cut_or_extended_are_told_as_damaged) {
    const std::string coded =
        encode_origins({{1, 2, 3, 4, 5, 6, "ref"}, {300, 2, 3, 4, 5, 6, "x"}});
    std::vector<dead_letter::origin> records;
    ASSERT_TRUE(decode_origins(coded, records));
    for (std::size_t size = 0; size < coded.size(); ++size) {
        records.clear();
        EXPECT_FALSE(decode_origins(std::string_view(coded).substr(0, size), records)) << size;
    }
    EXPECT_FALSE(decode_origins(coded + "x", records));
    EXPECT_FALSE(decode_origins("\xff\xff\xff\xff\xff\xff\xff\x7f", records));
}

} // namespace
} // namespace hubspool
