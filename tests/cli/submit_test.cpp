#include "cli/cli_fixture.hpp"

#include <gmock/gmock.h>

namespace hubspool {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

class submit_test : public cli_fixture {
protected:
    std::string content_of_only(const std::string& lane_directory) const {
        const auto names = names_in(queue() + "/" + lane_directory);
        if (names.size() != 1) return std::to_string(names.size()) + " files";
        std::ifstream file(queue() + "/" + lane_directory + "/" + names.front(), std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
};

TEST_F(submit_test, good_file_is_queued_as_it_is_with_its_extension) {
    make_queue();
    const std::string records = "{\"objectId\":\"1\"}\n{\"objectId\":\"00123\"}\n";
    const ended got = over({"submit", write("records.ndjson", records)});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.out, MatchesRegex("new/.*\\.ndjson  2 records\n"));
    EXPECT_EQ(content_of_only("new"), records);
    EXPECT_THAT(names_in(queue() + "/tmp"), IsEmpty());
}

TEST_F(submit_test, bulk_goes_into_the_bulk_lane) {
    make_queue();
    EXPECT_EQ(over({"submit", "--bulk", write("a.json", "[{\"objectId\":1}]")}).exit_code, 0);
    EXPECT_THAT(names_in(queue() + "/bulk"), SizeIs(1));
    EXPECT_THAT(names_in(queue() + "/new"), IsEmpty());
}

TEST_F(submit_test, standard_input_is_taken_without_a_file_and_for_a_dash) {
    make_queue();
    EXPECT_EQ(fed("{\"objectId\":\"1\"}\n", {"submit"}).exit_code, 0);
    EXPECT_EQ(fed("{\"objectId\":\"2\"}\n", {"submit", "-"}).exit_code, 0);
    EXPECT_THAT(names_in(queue() + "/new"), SizeIs(2));
}

TEST_F(submit_test, one_bad_record_keeps_the_whole_file_out) {
    make_queue();
    const ended got =
        over({"submit", write("bad.ndjson",
                              "{\"objectId\":\"1\"}\n{\"objectId\":-5}\n{\"eventName\":\"x\"}\n")});
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.err, HasSubstr("2 of 3 records cannot be taken; nothing of it was queued"));
    EXPECT_THAT(got.err, HasSubstr("bad.ndjson:2: "));
    EXPECT_THAT(got.err, HasSubstr("bad.ndjson:3: "));
    EXPECT_THAT(names_in(queue() + "/new"), IsEmpty());
    EXPECT_THAT(names_in(queue() + "/tmp"), IsEmpty());
}

TEST_F(submit_test, only_the_first_twenty_bad_records_are_listed) {
    make_queue();
    std::string records;
    for (int i = 0; i < 25; ++i) records += "{}\n";
    const ended got = over({"submit", write("bad.ndjson", records)});
    EXPECT_THAT(got.err, HasSubstr("bad.ndjson:20: "));
    EXPECT_THAT(got.err, ::testing::Not(HasSubstr("bad.ndjson:21: ")));
    EXPECT_THAT(got.err, HasSubstr("and 5 more"));
}

TEST_F(submit_test, good_files_beside_a_bad_one_are_queued) {
    make_queue();
    const ended got = over(
        {"submit", write("bad.ndjson", "{}\n"), write("good.ndjson", "{\"objectId\":\"1\"}\n")});
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(names_in(queue() + "/new"), SizeIs(1));
}

TEST_F(submit_test, cut_off_array_is_refused) {
    make_queue();
    EXPECT_EQ(over({"submit", write("cut.json", "[{\"objectId\":\"1\"},{\"obj")}).exit_code, 1);
    EXPECT_THAT(names_in(queue() + "/new"), IsEmpty());
}

TEST_F(submit_test, records_larger_than_one_read_are_taken_whole) {
    make_queue();
    std::string records;
    for (int i = 0; i < 40; ++i)
        records += "{\"objectId\":\"" + std::to_string(i) + "\",\"eventName\":\"" +
                   std::string(50000, 'x') + "\"}\n";
    EXPECT_EQ(over({"submit", write("large.ndjson", records)}).exit_code, 0);
    EXPECT_EQ(content_of_only("new"), records);
}

TEST_F(submit_test, scenario_27_input_without_a_record_is_nothing_to_do_and_nul_bytes_are_refused) {
    make_queue();
    for (const char* nothing : {"", " \n", "[]", "{\"inputs\":[]}", "\xef\xbb\xbf"}) {
        const ended got = fed(nothing, {"submit"});
        EXPECT_EQ(got.exit_code, 0) << nothing << got.err;
        EXPECT_THAT(got.out, HasSubstr("holds no records; nothing to queue"));
    }
    EXPECT_EQ(fed(std::string(100, '\0'), {"submit"}).exit_code, 1);
    EXPECT_THAT(names_in(queue() + "/new"), IsEmpty());
}

TEST_F(submit_test, extension_that_the_queue_leaves_alone_is_not_kept) {
    make_queue();
    EXPECT_EQ(over({"submit", write("records.tmp", "{\"objectId\":\"1\"}\n")}).exit_code, 0);
    EXPECT_THAT(names_in(queue() + "/new").front(), ::testing::EndsWith(".ndjson"));
}

TEST_F(submit_test, missing_queue_and_missing_file_are_told_apart) {
    const std::string good = write("good.ndjson", "{\"objectId\":\"1\"}\n");
    const ended no_queue = over({"submit", good});
    EXPECT_EQ(no_queue.exit_code, 1);
    EXPECT_THAT(no_queue.err, HasSubstr("the queue directory " + queue()));
    make_queue();
    const ended absent = over({"submit", dir_.file("absent")});
    EXPECT_EQ(absent.exit_code, 1);
    EXPECT_THAT(absent.err, HasSubstr("absent cannot be read: No such file or directory"));
}

TEST_F(submit_test, json_tells_names_and_bad_records) {
    make_queue();
    const ended got = over({"submit", "--json", write("bad.ndjson", "{}\n"),
                            write("good.json", "{\"objectId\":\"1\"}")});
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.out, HasSubstr("\"name\":null,\"lane\":\"live\",\"records\":1,\"bad\":1,\"bad_"
                                   "records\":[{\"line\":1"));
    EXPECT_THAT(got.out,
                HasSubstr(".json\",\"lane\":\"live\",\"records\":1,\"bad\":0,\"bad_records\":[]"));
}

TEST_F(submit_test, file_that_is_no_json_is_refused_in_one_sentence) {
    using namespace std::string_literals;
    make_queue();
    std::string csv = "objectId,eventName\n";
    for (int i = 0; i < 10'000; ++i) csv += std::to_string(i) + ",Webinar\n";
    const std::pair<std::string, const char*> cases[] = {
        {"\x1f\x8b\x08\0\0"s, " is compressed with gzip, and cannot be unpacked beyond byte 5 "},
        {csv, " is CSV; "},
        {"\xff\xfe{\0}\0\n"s, " is in UTF-16, and ends in the middle of a character: "},
        {"\xff\xfe<\0h\0t\0m\0l\0>\0"s, " is in UTF-16, and its text is an HTML page; "},
        {"PAR1\x15\x04"s, " is a Parquet file; "}};
    for (const auto& [bytes, words] : cases) {
        const ended got = over({"submit", write("export", bytes)});
        EXPECT_EQ(got.exit_code, 1);
        EXPECT_THAT(got.err, HasSubstr(words));
        EXPECT_THAT(got.err, ::testing::EndsWith("; nothing was queued\n"));
        EXPECT_EQ(std::count(got.err.begin(), got.err.end(), '\n'), 1) << got.err;
    }
    EXPECT_THAT(names_in(queue() + "/new"), IsEmpty());
    EXPECT_THAT(names_in(queue() + "/tmp"), IsEmpty());
}

TEST_F(submit_test, lone_surrogates_are_taken_with_a_warning) {
    make_queue();
    const ended got =
        over({"submit", "--json",
              write("cut.ndjson",
                    "{\"objectId\":\"1\",\"eventName\":\"\\ud83d\",\"x\":\"\\udc00\"}\n")});
    EXPECT_EQ(got.exit_code, 0);
    EXPECT_THAT(got.err, HasSubstr("warning: "));
    EXPECT_THAT(got.err, HasSubstr("2 surrogates that stand alone in its texts become U+FFFD"));
    EXPECT_THAT(got.out, HasSubstr("\"lone_surrogates\":2"));
}

TEST_F(submit_test, as_of_goes_into_the_name) {
    make_queue();
    const std::string file = write("records.ndjson", "{\"objectId\":\"1\"}\n");
    const ended got = over({"submit", "--as-of", "2026-01-30T02:00:00+01:00", file});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.out, MatchesRegex("new/.*\\.as_of=20260130T010000Z\\.ndjson  1 record\n"));
    EXPECT_EQ(fed("{\"objectId\":\"1\"}\n", {"submit", "--bulk", "--as-of", "2h ago"}).exit_code,
              0);
    EXPECT_THAT(names_in(queue() + "/bulk").at(0), HasSubstr(".as_of=20"));
}

TEST_F(submit_test, as_of_in_the_name_of_a_file_goes_with_it) {
    make_queue();
    const std::string file =
        write("export.as_of=20260130T010000Z.ndjson", "{\"objectId\":\"1\"}\n");
    EXPECT_THAT(over({"submit", file}).out, HasSubstr(".as_of=20260130T010000Z.ndjson"));
    EXPECT_THAT(over({"submit", "--as-of", "2026-01-31T00:00:00Z", file}).out,
                HasSubstr(".as_of=20260131T000000Z.ndjson"));
    for (const char* const name : {"a.as_of=yesterday.ndjson", "a.as_of=21260130T010000Z.ndjson"}) {
        const ended got = over({"submit", write(name, "{\"objectId\":\"1\"}\n")});
        EXPECT_EQ(got.exit_code, 1) << name;
        EXPECT_THAT(got.err, HasSubstr("as_of=")) << name;
    }
    EXPECT_THAT(names_in(queue() + "/new"), SizeIs(2));
}

TEST_F(submit_test, as_of_that_is_no_time_or_lies_ahead_is_refused_before_anything_is_queued) {
    make_queue();
    const std::string file = write("records.ndjson", "{\"objectId\":\"1\"}\n");
    for (const char* const time : {"soon", "2126-01-30T01:00:00Z", "1969-12-31T23:00:00Z", "2h"}) {
        const ended got = over({"submit", "--as-of", time, file});
        EXPECT_EQ(got.exit_code, 2) << time;
        EXPECT_THAT(got.err, HasSubstr("--as-of " + std::string(time))) << time;
        EXPECT_THAT(got.err, ::testing::EndsWith("; nothing was queued\n"));
    }
    EXPECT_THAT(names_in(queue() + "/new"), IsEmpty());
}

TEST_F(submit_test, as_of_that_is_written_otherwise_is_warned_of) {
    make_queue();
    const std::string file = write("a.asof=20261130T010000Z.ndjson", "{\"objectId\":1}\n");
    const ended got = over({"submit", file});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.err, HasSubstr("asof= in its name counts for nothing: write as_of="));
}

// As `--as-of "$begun"` of a script in which nobody set it: the export would count as the newest.
TEST_F(submit_test, as_of_that_is_empty_is_refused) {
    make_queue();
    const ended got = fed("{\"objectId\":\"1\"}\n", {"submit", "--bulk", "--as-of", ""});
    EXPECT_EQ(got.exit_code, 2);
    EXPECT_THAT(got.err, HasSubstr("--as-of: its value is empty"));
    EXPECT_THAT(names_in(queue() + "/bulk"), IsEmpty());
}

TEST_F(submit_test, as_of_of_records_is_checked_as_the_daemon_does) {
    make_queue();
    const ended bad = over(
        {"submit", write("bad.ndjson", "{\"objectId\":\"1\",\"$hubspool\":{\"as_of\":\"x\"}}\n")});
    EXPECT_EQ(bad.exit_code, 1);
    EXPECT_THAT(bad.err, HasSubstr("$hubspool.as_of is no time: \"x\""));
    const ended ahead =
        over({"submit", "--json",
              write("a.ndjson",
                    "{\"objectId\":\"1\",\"$hubspool\":{\"as_of\":\"2126-01-30T01:00:00Z\"}}\n")});
    EXPECT_EQ(ahead.exit_code, 0);
    EXPECT_THAT(ahead.err, HasSubstr("1 record has an as_of in the future"));
    EXPECT_THAT(ahead.out, HasSubstr("\"future_as_of\":1"));
}

TEST_F(submit_test, reasons_name_the_word_the_column_and_the_key) {
    make_queue();
    const ended got = over({"submit", write("bad.ndjson", "{\"objectId\":\"1\",\"x\":NaN}\n"
                                                          "{\"OBJECTID\":\"1\"}\n"
                                                          "{\"objectId\":\"1.23457E+11\"}\n")});
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.err,
                HasSubstr("bad.ndjson:1: the record cannot be read: NaN at column 21 is no "
                          "JSON value; write null"));
    EXPECT_THAT(got.err, HasSubstr("bad.ndjson:2: objectId is missing; OBJECTID stands there"));
    EXPECT_THAT(got.err, HasSubstr("bad.ndjson:3: objectId can be no id: \"1.23457E+11\""));
}

} // namespace hubspool
