#include "spool/arrivals/producer_watch.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

namespace fs = std::filesystem;

constexpr std::int64_t tick_ns = 4'000'000;

// A producer's acts on a queue, and what is said of them.
class producer_watch_test : public ::testing::Test {
protected:
    void SetUp() override {
        for (const char* const name : {"tmp", "new", "bulk"}) fs::create_directory(at(name));
        auto opened = producer_watch::open(dir_.path().string());
        ASSERT_TRUE(opened) << opened.error().message;
        watch_.emplace(std::move(*opened));
    }

    std::string at(const std::string& name) const { return dir_.file(name); }
    void write(const std::string& name, std::ios::openmode how = std::ios::trunc) const {
        std::ofstream(at(name), how) << "{}\n";
    }
    void rename(const std::string& from, const std::string& to) const {
        fs::rename(at(from), at(to));
    }
    void put(const std::string& name) const {
        write("tmp/finished");
        rename("tmp/finished", name);
    }
    // "error new/NAME: words" of each fault since.
    std::vector<std::string> faults() {
        std::vector<std::string> out;
        const auto seen = watch_->take();
        EXPECT_TRUE(seen);
        for (const producer_conduct::event& one : *seen)
            for (const producer_conduct::fault& each : conduct_.take(one))
                out.push_back((each.is_harmless ? "warning " : "error ") + each.file + ": " +
                              each.words);
        return out;
    }

    const temp_dir dir_;
    std::optional<producer_watch> watch_;
    producer_conduct conduct_{left_alone_names({"*.mine"}), tick_ns};
};

} // namespace

TEST_F(producer_watch_test, who_writes_in_tmp_and_renames_does_it_right) {
    put("new/1");
    put("bulk/2");
    EXPECT_THAT(faults(), IsEmpty());
    EXPECT_EQ(conduct_.files(), 2U);
    EXPECT_EQ(conduct_.faulty_files(), 0U);
    EXPECT_EQ(conduct_.unfinished_files(), 0U);
}

TEST_F(producer_watch_test, file_that_is_written_where_it_is_taken_from_is_told_once) {
    write("new/1");
    write("new/1", std::ios::app);
    EXPECT_THAT(faults(), ElementsAre(AllOf(StartsWith("error new/1: "),
                                            HasSubstr("is written in new/ itself"),
                                            HasSubstr("rename it into new/"))));
    EXPECT_EQ(conduct_.files(), 1U);
    EXPECT_EQ(conduct_.faulty_files(), 1U);
}

TEST_F(producer_watch_test, link_to_what_was_finished_elsewhere_is_right) {
    write("tmp/a");
    fs::create_hard_link(at("tmp/a"), at("bulk/a"));
    fs::remove(at("tmp/a"));
    EXPECT_THAT(faults(), IsEmpty());
    EXPECT_EQ(conduct_.files(), 1U);
    EXPECT_EQ(conduct_.unfinished_files(), 0U);
}

// As `submit` does: what is written is synced, and closed at the end.
TEST_F(producer_watch_test, who_closes_after_the_rename_what_it_has_written_before_does_it_right) {
    std::ofstream open(at("tmp/a"));
    open << "{}\n" << std::flush;
    rename("tmp/a", "new/a");
    open.close();
    EXPECT_THAT(faults(), IsEmpty());
    EXPECT_EQ(conduct_.faulty_files(), 0U);
}

TEST_F(producer_watch_test, what_is_still_written_when_it_is_renamed_is_told) {
    std::ofstream open(at("tmp/a"));
    open << "{}\n" << std::flush;
    rename("tmp/a", "new/a");
    open << "{}\n";
    open.close();
    EXPECT_THAT(faults(),
                ElementsAre(AllOf(StartsWith("error new/a: "), HasSubstr("after its rename"))));
}

// As where a file system cannot rename without replacing.
TEST_F(producer_watch_test, name_that_only_kept_the_place_is_not_replaced) {
    std::ofstream(at("new/a")).close();
    put("new/a");
    EXPECT_THAT(faults(), IsEmpty());
    EXPECT_EQ(conduct_.files(), 1U);
}

TEST_F(producer_watch_test, what_is_appended_after_the_rename_is_told) {
    put("new/a");
    write("new/a", std::ios::app);
    EXPECT_THAT(faults(),
                ElementsAre(AllOf(StartsWith("error new/a: "), HasSubstr("after its rename"))));
}

TEST_F(producer_watch_test, file_that_replaces_one_that_was_not_taken_is_told) {
    put("new/a");
    put("new/a");
    EXPECT_THAT(faults(), ElementsAre(AllOf(StartsWith("error new/a: "), HasSubstr("replaced"),
                                            HasSubstr("lost"))));
}

TEST_F(producer_watch_test, name_that_is_used_again_once_it_was_taken_is_right) {
    put("new/a");
    rename("new/a", "taken");
    put("new/a");
    EXPECT_THAT(faults(), IsEmpty());
    EXPECT_EQ(conduct_.files(), 2U);
}

TEST_F(producer_watch_test, marker_or_checksum_is_no_file_and_no_harm) {
    put("new/1.part");
    put("new/2.mine");
    put("new/2.mine");
    EXPECT_THAT(faults(), ElementsAre(AllOf(StartsWith("warning new/1.part: "), HasSubstr("never")),
                                      StartsWith("warning new/2.mine: "),
                                      StartsWith("warning new/2.mine: ")));
    EXPECT_EQ(conduct_.files(), 0U);
}

TEST_F(producer_watch_test, what_is_no_regular_file_is_told) {
    fs::create_symlink(at("tmp/a"), at("tmp/link"));
    rename("tmp/link", "new/link");
    EXPECT_THAT(faults(),
                ElementsAre(AllOf(StartsWith("error new/link: "), HasSubstr("no regular file"))));
}

// As rsync does.
TEST_F(producer_watch_test, upload_under_a_name_that_is_left_alone_is_right_once_it_is_renamed) {
    write("new/.a.x7f");
    rename("new/.a.x7f", "new/a");
    EXPECT_THAT(faults(), IsEmpty());
    EXPECT_EQ(conduct_.files(), 1U);
}

TEST_F(producer_watch_test, file_that_stays_in_tmp_is_unfinished) {
    write("tmp/a");
    write("tmp/b");
    write("tmp/c");
    fs::remove(at("tmp/b"));
    rename("tmp/c", "new/c");
    EXPECT_THAT(faults(), IsEmpty());
    EXPECT_EQ(conduct_.unfinished_files(), 1U);
}

TEST_F(producer_watch_test, more_than_the_kernel_keeps_is_no_whole_look) {
    std::size_t kept = 0;
    std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> kept;
    ASSERT_GT(kept, 0U);
    put("new/first");
    EXPECT_THAT(faults(), IsEmpty());
    EXPECT_FALSE(watch_->has_lost());
    // Two events a round: in and out.
    for (std::size_t round = 0; round <= kept / 2; ++round) {
        rename("new/first", "tmp/a");
        rename("tmp/a", "new/first");
    }
    EXPECT_THAT(faults(), IsEmpty());
    EXPECT_TRUE(watch_->has_lost());
}

TEST_F(producer_watch_test, directories_are_no_files) {
    fs::create_directory(at("new/sub"));
    EXPECT_THAT(faults(), IsEmpty());
    EXPECT_EQ(conduct_.files(), 0U);
}

TEST(producer_conduct, what_the_service_may_not_read_is_told_with_its_remedy) {
    producer_conduct conduct{left_alone_names(), tick_ns};
    const auto faults =
        conduct.take({producer_conduct::place::bulk, producer_conduct::act::moved_in, "a",
                      "hubspool may not read it: chmod g+r it"});
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults[0].file, "bulk/a");
    EXPECT_EQ(faults[0].words, "hubspool may not read it: chmod g+r it");
    EXPECT_FALSE(faults[0].is_harmless);
}

// A file that was renamed into new/ then.
producer_conduct::event came(const std::string& name, std::int64_t ctime_ns) {
    return {producer_conduct::place::live, producer_conduct::act::moved_in, name, {}, ctime_ns};
}

TEST(producer_conduct, name_that_sorts_before_one_of_the_same_moment_is_a_warning) {
    producer_conduct conduct{left_alone_names(), tick_ns};
    constexpr std::int64_t second = 1'000'000'000;
    EXPECT_THAT(conduct.take(came("2", second)), IsEmpty());
    const auto told = conduct.take(came("1", second + tick_ns));
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told[0].is_harmless);
    EXPECT_THAT(told[0].words, HasSubstr("a moment after 2"));
    EXPECT_THAT(conduct.take(came("0", 2 * second)), IsEmpty()) << "the clock tells which is newer";
    EXPECT_EQ(conduct.faulty_files(), 0U);
    // A warning hides no harm.
    const auto harm =
        conduct.take({producer_conduct::place::live, producer_conduct::act::written, "1"});
    ASSERT_EQ(harm.size(), 1U);
    EXPECT_FALSE(harm[0].is_harmless);
    EXPECT_EQ(conduct.faulty_files(), 1U);
}

TEST(producer_watch, what_is_no_queue_is_refused) {
    const temp_dir dir;
    fs::create_directory(dir.file("tmp"));
    fs::create_directory(dir.file("new"));
    const auto opened = producer_watch::open(dir.path().string());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ENOENT);
    EXPECT_THAT(opened.error().message, HasSubstr("/bulk"));
}

} // namespace hubspool
