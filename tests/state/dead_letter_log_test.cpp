#include "state/letters/dead_letter_log.hpp"
#include "state/state_builders.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>

#include <cerrno>

namespace hubspool {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class dead_letter_log_test : public ::testing::Test {
protected:
    dead_letter_log opened_log() {
        auto log = dead_letter_log::open(where);
        if (!log) throw std::runtime_error(log.error().message);
        return std::move(*log);
    }
    void append(dead_letter_log& log, const dead_letter& letter) {
        ASSERT_TRUE(works(log.append(letter, at_ms(1000))));
    }
    std::uint64_t largest() { return value_of(opened_log().largest_file()); }

    temp_dir directory;
    std::string where = directory.path().string();
    std::string path = directory.file("dead-letters.ndjson");
};

TEST_F(dead_letter_log_test, lines_are_there_when_it_is_synced_and_follow_one_another) {
    for (std::uint64_t file = 1; file <= 2; ++file) {
        auto log = opened_log();
        append(log, make_letter(file, 100, 7));
        append(log, make_letter(file, 200, 8));
        ASSERT_TRUE(works(log.sync()));
    }
    EXPECT_THAT(lines_of(path), ElementsAre(HasSubstr(R"("file":1,"offset":100)"),
                                            HasSubstr(R"("file":1,"offset":200)"),
                                            HasSubstr(R"("file":2,"offset":100)"),
                                            HasSubstr(R"("file":2,"offset":200)")));
    struct stat status{};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(dead_letter_log_test, taken_back_is_as_it_was_at_its_opening) {
    {
        auto log = opened_log();
        append(log, make_letter(1, 100, 7));
        ASSERT_TRUE(works(log.sync()));
    }
    const std::string before = content_of(path);
    auto log = opened_log();
    append(log, make_letter(2, 100, 7));
    ASSERT_TRUE(works(log.sync()));
    append(log, make_letter(3, 100, 7));
    log.take_back();
    EXPECT_EQ(content_of(path), before);
    // What waited in memory is gone as well.
    ASSERT_TRUE(works(log.sync()));
    EXPECT_EQ(content_of(path), before);
}

TEST_F(dead_letter_log_test, torn_line_is_ended_once_and_stays) {
    std::ofstream(path) << R"({"time":"19)";
    {
        auto log = opened_log();
    }
    EXPECT_EQ(content_of(path), "{\"time\":\"19\n");
    auto log = opened_log();
    append(log, make_letter(1, 100, 7));
    ASSERT_TRUE(works(log.sync()));
    EXPECT_THAT(lines_of(path), SizeIs(2));
    log.take_back();
    EXPECT_EQ(content_of(path), "{\"time\":\"19\n") << "the end of the torn line is not taken back";
}

TEST_F(dead_letter_log_test, letter_of_very_many_records_is_one_whole_line) {
    dead_letter letter = make_letter(1, 0, 0);
    for (std::uint64_t i = 0; i < 60'000; ++i) letter.records.push_back({1, i, 1, i, 1, i, ""});
    auto log = opened_log();
    append(log, letter);
    append(log, make_letter(2, 5, 5));
    ASSERT_TRUE(works(log.sync()));
    const auto lines = lines_of(path);
    ASSERT_THAT(lines, SizeIs(2));
    EXPECT_GT(lines[0].size(), std::size_t{1} << 20);
    EXPECT_TRUE(lines[0].ends_with("\"ordinal\":59999}]}"));
}

TEST_F(dead_letter_log_test, bytes_that_are_no_text_stand_beside_it_in_base64) {
    dead_letter letter = make_letter(1, 0, 0);
    letter.content = "\xFF\x00 a";
    auto log = opened_log();
    append(log, letter);
    letter.content = "plain";
    append(log, letter);
    ASSERT_TRUE(works(log.sync()));
    EXPECT_THAT(lines_of(path),
                ElementsAre(HasSubstr(R"("content_base64":"/w==")"), Not(HasSubstr("base64"))));
}

TEST_F(dead_letter_log_test, count_and_reference_are_told_where_there_are_any) {
    dead_letter letter = make_letter(1, 0, 0);
    letter.records = {{1, 50, 20, 5, 300, 6, ""}, {1, {}, 20, 5, 1, 6, "r\"1"}};
    auto log = opened_log();
    append(log, letter);
    ASSERT_TRUE(works(log.sync()));
    EXPECT_THAT(lines_of(path),
                ElementsAre(HasSubstr(
                    R"([{"file":1,"offset":50,"size":20,"line":6,"ordinal":5,"count":300},)"
                    R"({"file":1,"size":20,"line":6,"ordinal":5,"reference":"r\"1"}])")));
}

TEST_F(dead_letter_log_test, largest_file_is_found_where_windows_of_reading_meet) {
    // A number that lies across the end of the first window, at each of its places.
    for (std::size_t shift = 0; shift < 30; ++shift) {
        std::ofstream(path, std::ios::trunc)
            << std::string((1U << 20) - shift, ' ') << R"("file":123456789012345678,)" << '\n';
        EXPECT_EQ(largest(), 123'456'789'012'345'678U) << shift;
    }
}

TEST_F(dead_letter_log_test, what_only_looks_like_a_files_number_does_not_count) {
    std::ofstream(path) << R"({"content":"{\"file\":99}","records":[{"file":7}]})" << '\n';
    EXPECT_EQ(largest(), 7U);
    std::ofstream(path) << R"({"file":1234567890123456789})" << '\n';
    EXPECT_EQ(largest(), 0U) << "no number of ours has so many digits";
    std::ofstream(path) << R"({"file":"x"})" << '\n';
    EXPECT_EQ(largest(), 0U);
}

TEST_F(dead_letter_log_test, empty_one_mentions_no_file) {
    EXPECT_EQ(largest(), 0U);
}

TEST_F(dead_letter_log_test, another_file_is_made_and_never_replaced) {
    auto made = dead_letter_log::create(where, "dropped.ndjson");
    ASSERT_TRUE(works(made));
    append(*made, make_letter(1, 0, 0));
    ASSERT_TRUE(works(made->sync()));
    const auto again = dead_letter_log::create(where, "dropped.ndjson");
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, EEXIST);
    EXPECT_THAT(lines_of(directory.file("dropped.ndjson")), SizeIs(1));
}

TEST_F(dead_letter_log_test, what_is_no_file_is_refused_by_name) {
    std::filesystem::create_directory(path);
    EXPECT_THAT(dead_letter_log::open(where).error().message, HasSubstr(path));
    std::filesystem::remove(path);
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    EXPECT_THAT(dead_letter_log::open(where).error().message,
                AllOf(HasSubstr(path), HasSubstr("not a regular file; move it away")));
    std::filesystem::remove(path);
    std::filesystem::create_symlink(directory.file("elsewhere"), path);
    EXPECT_EQ(dead_letter_log::open(where).error().code, ELOOP);
}

} // namespace
} // namespace hubspool
