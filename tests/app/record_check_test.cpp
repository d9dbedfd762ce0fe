#include "app/submit/record_check.hpp"
#include "app/submit/submitted_file.hpp"
#include "spool/queue_directory.hpp"
#include "support/random_rounds.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>

#include <cerrno>
#include <fstream>
#include <memory>
#include <random>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

std::unique_ptr<record_check> checked(std::string_view bytes, std::size_t step = 1U << 20,
                                      const settings& options = {}) {
    auto check = std::make_unique<record_check>(options, "a");
    for (std::size_t at = 0; at < bytes.size(); at += step) check->take(bytes.substr(at, step));
    check->end();
    return check;
}

TEST(record_check, good_records_are_counted_and_their_form_is_told) {
    const auto lines = checked("{\"objectId\":1,\"eventName\":\"x\"}\n{\"objectId\":2}\n");
    EXPECT_EQ(lines->records(), 2U);
    EXPECT_EQ(lines->bad(), 0U);
    EXPECT_EQ(lines->format(), file_format::sequence);
    EXPECT_EQ(checked("[{\"objectId\":1}]")->format(), file_format::array);
    EXPECT_EQ(checked(R"({"inputs":[{"objectId":1}]})")->format(), file_format::inputs);
    EXPECT_EQ(checked("")->records(), 0U);
}

TEST(record_check, bad_ones_are_listed_with_line_offset_and_reason_and_without_content) {
    const auto check = checked("{\"objectId\":1}\n{\"objectId\":}\n{\"eventName\":\"x\"}\n");
    EXPECT_EQ(check->records(), 3U);
    EXPECT_EQ(check->bad(), 2U);
    ASSERT_THAT(check->listed(), SizeIs(2));
    EXPECT_EQ(check->listed()[0].line, 2U);
    EXPECT_EQ(check->listed()[0].offset, 15U);
    EXPECT_THAT(check->listed()[1].reason, HasSubstr("objectId"));
    for (const bad_record& bad : check->listed()) EXPECT_THAT(bad.content, IsEmpty());
}

TEST(record_check, fields_that_are_not_documented_are_counted_by_record) {
    const auto check =
        checked("{\"objectId\":1,\"eventNam\":\"x\",\"eventName\":\"y\"}\n"
                "{\"objectId\":2,\"eventNam\":\"x\",\"other\":{\"eventNam\":1}}\n"
                "{\"objectId\":3,\"customProperties\":[{\"name\":\"own\",\"value\":1}],"
                "\"$hubspool\":{\"id\":\"a\"}}\n");
    EXPECT_EQ(check->bad(), 0U);
    EXPECT_THAT(check->unknown_fields(), ElementsAre(Pair("eventNam", 2U), Pair("other", 1U)));
    std::string many;
    for (int i = 0; i < 500; ++i) many += "{\"objectId\":1,\"field" + std::to_string(i) + "\":0}\n";
    EXPECT_THAT(checked(many)->unknown_fields(), SizeIs(unknown_fields_listed_max));
}

TEST(record_check, of_very_many_bad_ones_twenty_are_listed_and_all_counted) {
    std::string bytes;
    for (int i = 0; i < 500; ++i) bytes += "{\"x\":1}\n";
    const auto check = checked(bytes);
    EXPECT_EQ(check->bad(), 500U);
    EXPECT_THAT(check->listed(), SizeIs(bad_records_listed_max));
}

TEST(record_check, record_beyond_the_limit_names_the_setting) {
    settings options;
    options.queue.max_record_bytes = 4096;
    const auto check = checked(
        R"({"objectId":1,"eventName":")" + std::string(10'000, 'x') + "\"}\n", 1000, options);
    ASSERT_THAT(check->listed(), SizeIs(1));
    EXPECT_THAT(check->listed()[0].reason, HasSubstr("queue.max_record_bytes, 4096 bytes"));
}

TEST(record_check, what_is_no_json_at_all_is_named_and_looked_at_no_further) {
    const auto check = checked("objectId,eventName\n1,x\n2,y\n", 7);
    EXPECT_NE(check->form(), "");
    EXPECT_EQ(check->records(), 0U);
}

TEST(record_check, unknown_fields_are_refused_by_the_setting_alone) {
    const std::string bytes = R"({"objectId":1,"nobodyKnowsThis":2})";
    settings strict;
    strict.records.refuse_unknown_fields = true;
    EXPECT_NE(checked(bytes, 1000, settings())->bad(), checked(bytes, 1000, strict)->bad());
}

TEST(record_check, as_of_in_the_future_and_lone_surrogates_are_counted_and_no_fault) {
    const auto check =
        checked("{\"objectId\":1,\"eventName\":\"\\ud83d\"}\n"
                "{\"objectId\":2,\"$hubspool\":{\"as_of\":\"2099-01-01T00:00:00Z\"}}\n"
                "{\"objectId\":3,\"$hubspool\":{\"as_of\":\"2020-01-01T00:00:00Z\"}}\n");
    EXPECT_EQ(check->bad(), 0U);
    EXPECT_EQ(check->lone_surrogates(), 1U);
    EXPECT_EQ(check->future_as_of(), 1U);
}

// However the bytes come by, the check says the same.
TEST(record_check, pieces_of_any_size_come_to_the_same) {
    std::mt19937_64 random(20261130);
    constexpr const char* parts[] = {"{\"objectId\":1}\n",
                                     "{\"objectId\":\"a b\",\"eventName\":\"x\\\"}\"}\n",
                                     "{\"objectId\":}\n",
                                     "no json\n",
                                     "{\"eventName\":\"x\"}\n",
                                     "\n \n",
                                     R"({"objectId":2,"customProperties":[{"name":"p"}]}
)"};
    for (int round = 0; round < testing::random_rounds(150); ++round) {
        std::string bytes = parts[0];
        for (std::uint64_t n = random() % 12; n > 0; --n) bytes += parts[random() % 7];
        const auto whole = checked(bytes);
        for (const std::size_t step : {1U, 5U, 64U}) {
            const auto pieces = checked(bytes, step);
            ASSERT_EQ(pieces->records(), whole->records()) << bytes;
            ASSERT_EQ(pieces->bad(), whole->bad()) << bytes;
            ASSERT_EQ(pieces->listed().size(), whole->listed().size()) << bytes;
            for (std::size_t i = 0; i < whole->listed().size(); ++i)
                ASSERT_EQ(pieces->listed()[i].reason, whole->listed()[i].reason) << bytes;
        }
    }
}

class submitted_file_test : public ::testing::Test {
protected:
    submitted_file_test() {
        options.queue.directory = directory.file("queue");
        EXPECT_TRUE(queue_directory::open({options.queue.directory, milliseconds(0)}));
    }
    std::string write(const std::string& name, const std::string& content) const {
        std::ofstream(directory.file(name), std::ios::binary) << content;
        return directory.file(name);
    }
    std::vector<std::string> queued(const std::string& lane = "new") const {
        std::vector<std::string> names;
        for (const auto& entry :
             std::filesystem::directory_iterator(options.queue.directory + "/" + lane))
            names.push_back(entry.path().filename());
        return names;
    }
    submitted_file submitted(const std::string& file, std::optional<as_of_ms> as_of = {}) {
        auto done = submit_file(file, options, {.as_of = as_of});
        if (!done) throw std::runtime_error(done.error().message);
        return std::move(*done);
    }
    failure refused(const std::string& file) {
        const auto done = submit_file(file, options);
        EXPECT_FALSE(done);
        EXPECT_THAT(queued(), IsEmpty());
        EXPECT_THAT(queued("tmp"), IsEmpty()) << "the writer takes its file back";
        return done ? failure{} : done.error();
    }
    std::string why_not(const std::string& file) const {
        const auto done = submit_file(file, options);
        return done ? std::string() : done.error().message;
    }
    const std::string good = "{\"objectId\":1,\"eventName\":\"x\"}\n";

    temp_dir directory;
    settings options;
};

TEST_F(submitted_file_test, extension_is_kept_when_it_is_plain_and_else_told_by_the_content) {
    EXPECT_THAT(submitted(write("a.jsonl", good)).name, ::testing::EndsWith(".jsonl"));
    EXPECT_THAT(submitted(write("a", good)).name, ::testing::EndsWith(".ndjson"));
    EXPECT_THAT(submitted(write("a.js on", good)).name, ::testing::EndsWith(".ndjson"));
    EXPECT_THAT(submitted(write("a." + std::string(40, 'x'), good)).name,
                ::testing::EndsWith(".ndjson"));
    EXPECT_THAT(submitted(write("b", "[" + good + "]")).name, ::testing::EndsWith(".json"));
    EXPECT_THAT(submitted(write("a.tmp", good)).name, ::testing::EndsWith(".ndjson"))
        << "which the queue would leave alone";
}

TEST_F(submitted_file_test, compressed_file_is_checked_by_its_text_and_queued_as_it_is) {
    // gzip of one record, without a name
    std::string packed("\x1f\x8b\x08\0\0\0\0\0\0\x03\x01", 11);
    packed += std::string("\x1e\0\xe1\xff", 4) + R"({"objectId":1,"eventName":"x"})";
    packed += std::string("\x08\xb6\x47\x48"
                          "\x1e\0\0\0",
                          8);
    for (const char* name : {"a.ndjson.gz", "b.ndjson", "c.GZ.tmp"}) {
        const submitted_file file = submitted(write(name, packed));
        EXPECT_EQ(file.records, 1U);
        EXPECT_THAT(file.name, ::testing::EndsWith(".ndjson.gz")) << name;
    }
    const std::string cut = why_not(write("d.gz", packed.substr(0, 30)));
    EXPECT_THAT(cut, HasSubstr("d.gz is compressed with gzip, and cannot be unpacked beyond byte"));
    EXPECT_THAT(cut, HasSubstr("; nothing was queued"));
}

TEST_F(submitted_file_test, bad_records_queue_nothing_and_are_no_failure) {
    const submitted_file file = submitted(write("a", good + "{}\n"));
    EXPECT_EQ(file.name, "");
    EXPECT_EQ(file.records, 2U);
    EXPECT_EQ(file.bad, 1U);
    EXPECT_THAT(queued(), IsEmpty());
    EXPECT_THAT(queued("tmp"), IsEmpty());
}

TEST_F(submitted_file_test, file_without_records_queues_nothing) {
    EXPECT_EQ(submitted(write("a", "\n  \n")).name, "");
    EXPECT_EQ(submitted(write("b", "[]")).records, 0U);
    EXPECT_THAT(queued(), IsEmpty());
}

// Only its name makes it one.
TEST_F(submitted_file_test, table_is_one_in_the_queue_too) {
    const std::string table = "objectId,eventName\n1,x\n";
    EXPECT_THAT(submitted(write("A.CSV", table)).name, ::testing::EndsWith(".csv"));
    EXPECT_THAT(submitted(write("plain.csv.gz", table)).name, ::testing::EndsWith(".csv"));
    EXPECT_THAT(submitted(write("b.tsv", "objectId\teventName\n1\tx\n")).name,
                ::testing::EndsWith(".tsv"));
}

TEST_F(submitted_file_test, what_is_no_json_or_cannot_be_read_says_that_nothing_was_queued) {
    EXPECT_THAT(refused(write("a.csv", "objectId,title\n1,x\n")).message,
                HasSubstr("nothing was queued"));
    EXPECT_EQ(refused(directory.file("missing")).code, ENOENT);
    EXPECT_EQ(refused(directory.path().string()).code, EISDIR);
}

TEST_F(submitted_file_test, as_of_of_its_name_goes_with_it_and_the_callers_goes_before) {
    const std::string file = write("export.as_of=20261130T010000Z.ndjson", good);
    EXPECT_THAT(submitted(file).name, HasSubstr("as_of=20261130T010000Z"));
    EXPECT_THAT(submitted(file, 1'700'000'000'000).name, HasSubstr("as_of=20231114T221320Z"));
}

TEST_F(submitted_file_test, as_of_of_its_name_that_is_none_or_lies_ahead_is_refused) {
    EXPECT_THAT(refused(write("a.as_of=yesterday.ndjson", good)).message, HasSubstr("as_of"));
    EXPECT_THAT(refused(write("a.as_of=20990101T000000Z.ndjson", good)).message,
                HasSubstr("in the future"));
}

TEST_F(submitted_file_test, as_of_of_its_name_that_is_written_otherwise_is_told_and_queued) {
    const submitted_file file = submitted(write("a.AS_OF=20261130T010000Z.ndjson", good));
    EXPECT_EQ(file.misspelt_as_of, "AS_OF=");
    EXPECT_NE(file.name, "");
    EXPECT_EQ(submitted(write("b.ndjson", good)).misspelt_as_of, "");
    // Who says it with the option means that.
    EXPECT_EQ(submitted(write("a.asof=1.ndjson", good), 1'700'000'000'000).misspelt_as_of, "");
}

TEST_F(submitted_file_test, without_a_queue_it_is_the_queue_that_is_missing) {
    std::filesystem::remove_all(options.queue.directory);
    const auto done = submit_file(write("a", good), options);
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message, HasSubstr(options.queue.directory));
}

TEST_F(submitted_file_test, one_that_is_only_checked_needs_no_queue_and_is_told_all_the_same) {
    std::filesystem::remove_all(options.queue.directory);
    const submit_how check{.check_only = true};
    const auto whole = submit_file(write("a", good), options, check);
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->records, 1U);
    EXPECT_EQ(whole->name, "");
    const auto bad = submit_file(write("b", good + "{}\n"), options, check);
    ASSERT_TRUE(bad);
    EXPECT_EQ(bad->bad, 1U);
    EXPECT_FALSE(submit_file(write("c", "a,b\n1,2\n"), options, check));
    EXPECT_FALSE(std::filesystem::exists(options.queue.directory));
}

TEST_F(submitted_file_test, name_of_the_file_cannot_steer_a_terminal) {
    EXPECT_THAT(refused(directory.file("a\x1b[2J")).message, HasSubstr("\\x1b[2J"));
}

} // namespace
} // namespace hubspool
