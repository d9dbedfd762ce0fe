// What `submit` says of files, takes for their extension, and tells scripts.
#include "app/submit/submitted_file.hpp"
#include "cli/json_value.hpp"
#include "cli/some_letters.hpp"
#include "spool/packed.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;

class submit_words_test : public cli_fixture {
protected:
    submit_words_test() { make_queue(); }
    // The first object of what `--json` prints.
    static std::string first_of(const std::string& list) {
        return list.size() < 3 ? list : list.substr(1, list.rfind(']') - 1);
    }
    std::string name_of(const std::string& name, const std::string& content) const {
        settings options;
        options.queue.directory = queue();
        options.queue.ignore = {"*.skip"};
        const auto put = submit_file(write(name, content), options);
        if (!put) return put.error().message;
        return put->name;
    }
};

TEST_F(submit_words_test, extension_is_the_files_own_where_it_is_a_plain_one) {
    const std::string record = "{\"objectId\":\"1\"}\n", array = "[{\"objectId\":\"1\"}]";
    struct {
        const char* name;
        std::string content;
        const char* extension;
    } const table[] = {
        {"a.ndjson", record, "ndjson"},
        {"a.JSONL", record, "JSONL"},
        {"a", record, "ndjson"},
        {"a", array, "json"},
        {"a.", array, "json"},
        {"a.b-c", array, "json"},
        {"a.abcdefghijklmnop", array, "abcdefghijklmnop"},
        {"a.abcdefghijklmnopq", array, "json"}, // too long for one
        {"a.part", record, "ndjson"},
        {"a.skip", record, "ndjson"},
        {"a.csv", "objectId,eventName\n1,x\n", "csv"},
        {"a.TSV", "objectId\teventName\n1\tx\n", "tsv"},
        {"a.ndjson.gz", gzipped(record), "ndjson.gz"},
        {"a.GZ", gzipped(record), "ndjson.gz"},
        {"a", gzipped(array), "json.gz"},
        {"a.json.zst", zstd_frame(array), "json.zst"},
    };
    for (const auto& row : table)
        EXPECT_THAT(name_of(row.name, row.content), EndsWith('.' + std::string(row.extension)));
}

TEST_F(submit_words_test, each_file_is_told_in_its_lane_and_one_record_is_one) {
    const ended got = over({"submit", "--bulk", write("a.ndjson", "{\"objectId\":\"1\"}\n"),
                            write("b.ndjson", "{\"objectId\":\"1\"}\n{\"objectId\":\"2\"}\n")});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.out, MatchesRegex("bulk/[^\n]*\\.ndjson  1 record\n"
                                      "bulk/[^\n]*\\.ndjson  2 records\n"));
}

TEST_F(submit_words_test, check_only_says_so_and_needs_no_queue) {
    const std::string good = write("a.ndjson", "{\"objectId\":\"1\"}\n");
    std::filesystem::remove_all(queue());
    const ended got = over({"submit", "--check-only", good});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_EQ(got.out, good + ": 1 record can be taken; nothing was queued\n");
    const ended bad = over({"submit", "--check-only", write("b.ndjson", "{}\n")});
    EXPECT_EQ(bad.exit_code, 1);
    EXPECT_THAT(bad.err, HasSubstr("1 of 1 record cannot be taken"));
    EXPECT_FALSE(std::filesystem::exists(queue()));
}

TEST_F(submit_words_test, fields_that_are_not_documented_are_warned_of_with_what_was_meant) {
    const std::string file =
        write("a.ndjson", "{\"objectId\":\"1\",\"eventNam\":\"a\",\"zzz\\u001b\":1}\n"
                          "{\"objectId\":\"2\",\"eventNam\":\"a\",\"eventName\":\"b\"}\n");
    const ended got = over({"submit", file});
    EXPECT_EQ(got.exit_code, 0) << "they are sent";
    EXPECT_THAT(got.err, HasSubstr("hubspool: warning: " + file +
                                   ": fields that HubSpot does not document go there as they "
                                   "stand:\n  eventNam (2 records): did you mean eventName?\n"
                                   "  zzz"));
    EXPECT_THAT(got.err, AllOf(HasSubstr(" (1 record)\n"), Not(HasSubstr("\x1b"))));
    expect_json(first_of(over({"submit", "--json", file}).out),
                {{"/unknown_fields/0/field", "\"eventNam\""},
                 {"/unknown_fields/0/records", "2"},
                 {"/unknown_fields/0/meant", "\"eventName\""},
                 {"/unknown_fields/1/records", "1"},
                 {"/unknown_fields/1/meant", "none"},
                 {"/unknown_fields/2/field", "none"}});
}

TEST_F(submit_words_test, json_has_what_was_queued_under_its_keys) {
    const std::string file = write("a.ndjson", "{\"objectId\":\"1\"}\n");
    const ended got = over({"submit", "--json", "--bulk", file});
    expect_json(first_of(got.out), {{"/file", '"' + file + '"'},
                                    {"/name", '"' + names_in(queue() + "/bulk").at(0) + '"'},
                                    {"/lane", "\"bulk\""},
                                    {"/records", "1"},
                                    {"/bad", "0"},
                                    {"/lone_surrogates", "0"},
                                    {"/future_as_of", "0"},
                                    {"/error", "none"},
                                    {"/settled", "none"}});
    EXPECT_EQ(got.err, "");
}

TEST_F(submit_words_test, json_tells_bad_records_with_their_places_and_files_that_are_none) {
    const ended bad =
        over({"submit", "--json", write("a.ndjson", "{\"objectId\":\"1\"}\n{\"x\":1}\n")});
    expect_json(first_of(bad.out), {{"/name", "none"},
                                    {"/records", "2"},
                                    {"/bad", "1"},
                                    {"/bad_records/0/line", "2"},
                                    {"/bad_records/0/offset", "17"},
                                    {"/bad_records/0/reason", "\"objectId is missing\""}});
    const ended none = over({"submit", "--json", dir_.file("none")});
    EXPECT_EQ(none.exit_code, 1);
    expect_json(first_of(none.out),
                {{"/file", '"' + dir_.file("none") + '"'},
                 {"/name", "none"},
                 {"/error", '"' + dir_.file("none") +
                                " cannot be read: No such file or directory; nothing of it was "
                                "queued\""}});
}

TEST_F(submit_words_test, names_of_files_cannot_steer_the_terminal) {
    const std::string file = write("a\x1b[2J.ndjson", "{}\n");
    const ended got = over({"submit", file});
    EXPECT_THAT(got.err, AllOf(HasSubstr("a\\x1b[2J.ndjson:1: objectId is missing"),
                               Not(HasSubstr("\x1b"))));
}

TEST_F(submit_words_test, bad_records_beyond_those_listed_are_counted) {
    std::string text;
    for (int i = 0; i < 21; ++i) text += "{}\n";
    EXPECT_THAT(over({"submit", write("a.ndjson", text)}).err,
                AllOf(HasSubstr("21 of 21 records cannot be taken"), EndsWith("and 1 more\n")));
}

TEST_F(submit_words_test, several_faults_of_time_are_told_in_the_plural) {
    const std::string ahead = ",\"$hubspool\":{\"as_of\":\"2126-01-30T01:00:00Z\"}}\n";
    const ended got = over({"submit", write("a.ndjson", "{\"objectId\":\"1\"" + ahead +
                                                            "{\"objectId\":\"2\"" + ahead)});
    EXPECT_THAT(got.err, HasSubstr("2 records have an as_of in the future, and will count as of "
                                   "when the file came; look at the producer's clock\n"));
    EXPECT_THAT(over({"submit", write("b.ndjson", "{\"objectId\":\"1\",\"x\":\"\\ud83d\"}\n")}).err,
                HasSubstr("1 surrogate that stand alone in its texts become U+FFFD"));
}

TEST_F(submit_words_test, directory_is_no_file_and_leaves_nothing_in_the_queue) {
    const ended got = over({"submit", dir_.path().string()});
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.err, HasSubstr("cannot be read: Is a directory; nothing of it was queued"));
    EXPECT_THAT(names_in(queue() + "/tmp"), IsEmpty());
    EXPECT_THAT(names_in(queue() + "/new"), IsEmpty());
}

TEST_F(submit_words_test, exit_code_is_that_of_the_worst_file_whatever_comes_behind_it) {
    const std::string good = write("good.ndjson", "{\"objectId\":\"1\"}\n");
    const std::string bad = write("bad.ndjson", "{}\n");
    EXPECT_EQ(over({"submit", good, bad}).exit_code, 1);
    EXPECT_EQ(over({"submit", bad, good}).exit_code, 1);
    EXPECT_EQ(over({"submit", dir_.file("none"), good}).exit_code, 1);
    EXPECT_THAT(names_in(queue() + "/new"), SizeIs(3));
}

} // namespace
} // namespace hubspool
