#include "spool/packed.hpp"
#include "spool/reader_fixture.hpp"
#include "support/random_rounds.hpp"

#include <random>

namespace hubspool {

class table_file_test : public file_reader_test {
protected:
    table_file_test() { file_.name = "a.csv"; }

    static std::string some_table(std::mt19937_64& random) {
        std::string text = "objectId,eventName,startDateTime\r\n";
        for (int i = 0; i < 60; ++i) {
            const std::string id = std::to_string(random() % 1000);
            switch (random() % 10) {
            case 0: text += id + ",\"two\nlines, \"\"quoted\"\"\",\r\n"; break;
            case 1: text += id + ",too few\r\n"; break;
            case 2: text += id + ",\"a\"b,\r\n"; break;
            case 3: text += id + ",x,yesterday\n"; break;
            case 4: text += "\r\n,,\r\n"; break;
            case 5: text += id + "," + std::string(200, 'x') + ",\r\n"; break;
            default: text += id + ",x,2026-11-30T10:00:00Z\n";
            }
        }
        return text;
    }
};

TEST_F(table_file_test, rows_are_records_with_place_and_the_column_of_what_is_wrong) {
    const outcome o = read("objectId,eventName,startDateTime\n1,\"a\nb\",\n2,x,never\n3,x\n4,y,\n");
    EXPECT_EQ(o.ids(), (std::vector<std::string>{"1", "4"}));
    ASSERT_EQ(o.bad().size(), 2U);
    EXPECT_EQ(o.bad()[0].line, 4U);
    EXPECT_EQ(o.bad()[0].object_id, "2") << "a person looks for it";
    EXPECT_EQ(o.bad()[0].size, 9U) << "of the file";
    EXPECT_EQ(o.bad()[0].content, R"({"objectId":"2","eventName":"x","startDateTime":"never"})");
    EXPECT_THAT(o.bad()[0].reason, HasSubstr("column startDateTime: 'never' is no time"));
    EXPECT_EQ(o.bad()[1].content, "3,x");
    EXPECT_EQ(o.end.records_in, 4U);
    EXPECT_EQ(o.kept(), "");
}

TEST_F(table_file_test, what_cannot_be_read_is_refused_as_a_whole_in_words) {
    const outcome unknown = read("id,eventName\n1,a\n");
    EXPECT_THAT(unknown.kept(), HasSubstr("it is a table of 2 columns, and what goes where is not "
                                          "told of \"id\": write in csv.columns"));
    EXPECT_EQ(unknown.end.records_in, 0U);
    EXPECT_EQ(unknown.end.size, 17U);
    EXPECT_THAT(read("\x89PNG\r\n\x1a\n").kept(), HasSubstr("it is binary; "));
    EXPECT_EQ(read("").kept(), "");
    EXPECT_EQ(read(" \r\n").kept(), "");
    EXPECT_THAT(read(packed(packing::gzip, "id\n1\n")).kept(),
                HasSubstr("it is compressed with gzip, and its text is a table of 1 column, and"));
}

TEST_F(table_file_test, json_of_such_a_name_is_json_and_goes_on_as_such) {
    const std::string path = write(ndjson(100));
    const outcome o = drain(*open(path));
    EXPECT_EQ(o.end.records_in, 100U);
    EXPECT_EQ(o.bad().size(), 0U);
    const outcome rest = drain(*open(path, o.blocks[0].to));
    EXPECT_EQ(rest.end.records_in, 100U);
    EXPECT_EQ(rest.bad().size(), 0U);
}

TEST_F(table_file_test, it_goes_on_at_any_row_compressed_or_not) {
    std::mt19937_64 random(4713);
    for (int round = 0; round < testing::random_rounds(60); ++round) {
        const std::string text = some_table(random);
        options.block_bytes = 16 + random() % 600;
        const outcome plain = read(text);
        const auto lines = ledger(plain);
        const std::string path =
            write(round % 2 == 0 ? text : packed_in_pieces(packing::zstd, text, random));
        for (const decoded_block& block : drain(*open(path)).blocks) {
            const outcome rest = drain(*open(path, block.to));
            ASSERT_EQ(ledger(rest, block.to.ordinal),
                      std::vector(lines.begin() + static_cast<long>(block.to.ordinal), lines.end()))
                << text;
            ASSERT_EQ(rest.kept(), "");
        }
    }
}

// What is settled of it is known by ordinals: by other signs these would be of other rows.
TEST_F(table_file_test, one_that_was_begun_is_divided_as_it_was_whatever_is_told_by_now) {
    std::mt19937_64 random(4714);
    options.block_bytes = 100;
    const std::string path = write(some_table(random));
    const outcome before = drain(*open(path));
    const auto lines = ledger(before);
    ASSERT_GT(before.blocks.size(), 3U);
    options.csv.delimiter = ';';
    options.csv.quote = '\0';
    for (const decoded_block& block : before.blocks) {
        const outcome rest = drain(*open(path, block.from));
        ASSERT_EQ(ledger(rest, block.from.ordinal),
                  std::vector(lines.begin() + static_cast<long>(block.from.ordinal), lines.end()));
    }
    EXPECT_THAT(read(some_table(random)).kept(), HasSubstr("it is a table of 1 column"))
        << "a new one goes by what is told";
}

TEST_F(table_file_test, behind_a_tail_that_cannot_be_read_a_restart_says_so_again) {
    const std::string path = write("objectId,eventName\n1,a\n2,\"b\n3,c\n");
    const outcome o = drain(*open(path));
    EXPECT_THAT(o.kept(), HasSubstr("its tail from byte 23 (line 3) on cannot be read: a quote"));
    ASSERT_EQ(o.bad().size(), 1U);
    const outcome again = drain(*open(path, o.blocks.back().to));
    EXPECT_THAT(again.kept(), HasSubstr("its tail cannot be read"));
    EXPECT_EQ(again.end.records_in, 2U);
    // At the end of one that is whole there is nothing to say.
    const std::string whole = write("objectId,eventName\n1,a\n2,b");
    const outcome read_once = drain(*open(whole));
    EXPECT_EQ(drain(*open(whole, read_once.blocks.back().to)).kept(), "");
}

TEST_F(table_file_test, a_header_that_is_not_known_any_more_keeps_the_rest) {
    options.csv.columns = {{"id", "objectId"}};
    options.block_bytes = 16;
    const std::string path = write("id,eventName\n" + std::string("1,abcdefgh\n2,abcdefgh\n"));
    const auto first = open(path)->next();
    ASSERT_TRUE(first);
    options.csv.columns = {};
    const outcome rest = drain(*open(path, first->to));
    EXPECT_THAT(rest.kept(), HasSubstr("not told of \"id\""));
    EXPECT_EQ(rest.end.records_in, first->to.ordinal);
}

} // namespace hubspool
