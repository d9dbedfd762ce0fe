// Directories by descriptor, and what they say when something else stands there.
#include "spool/directory_access.hpp"
#include "support/system_calls.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace hubspool {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

class directory_entries_test : public ::testing::Test {
protected:
    void write(const std::string& name, const std::string& content = "x") const {
        std::ofstream(dir_.file(name), std::ios::binary) << content;
    }
    std::string read(const std::string& name) const {
        std::ifstream file(dir_.file(name), std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    bool exists(const std::string& name) const {
        return std::filesystem::symlink_status(dir_.file(name)).type() !=
               std::filesystem::file_type::not_found;
    }
    std::vector<std::string> names(std::size_t most = 1000) const {
        std::vector<std::string> found;
        const auto listed = each_name(parent_.get(), "shown", [&](const std::string& name) {
            found.push_back(name);
            return found.size() < most;
        });
        EXPECT_TRUE(listed);
        return found;
    }
    int move(const std::string& name, const std::string& new_name) const {
        return move_entry(parent_.get(), name, parent_.get(), new_name);
    }

    temp_dir dir_;
    owned_descriptor parent_{::open(dir_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
};

// --- opening and making

TEST_F(directory_entries_test, directory_is_opened_and_what_is_missing_is_told) {
    std::filesystem::create_directory(dir_.file("in"));
    EXPECT_TRUE(open_directory(parent_.get(), "in", "q/in"));
    const auto missing = open_directory(parent_.get(), "out", "q/out");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ENOENT);
    EXPECT_THAT(missing.error().message, StartsWith("cannot open the directory q/out: "));
}

TEST_F(directory_entries_test, link_to_a_directory_is_none_and_the_remedy_is_told) {
    std::filesystem::create_directory(dir_.file("in"));
    std::filesystem::create_directory_symlink("in", dir_.file("link"));
    write("file");
    for (const char* const name : {"link", "file"}) {
        const auto opened = open_directory(parent_.get(), name, "shown");
        ASSERT_FALSE(opened) << name;
        EXPECT_TRUE(opened.error().code == ELOOP || opened.error().code == ENOTDIR) << name;
        EXPECT_THAT(opened.error().message, EndsWith(std::string(must_be_a_directory)));
    }
}

TEST_F(directory_entries_test, opened_directory_is_not_given_on_to_other_programs) {
    std::filesystem::create_directory(dir_.file("in"));
    const auto opened = open_directory(parent_.get(), "in", "q/in");
    ASSERT_TRUE(opened);
    EXPECT_NE(::fcntl(opened->get(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(directory_entries_test, made_directory_has_its_mode_whatever_the_umask) {
    for (const mode_t mask : {0000U, 0022U, 0077U, 0777U}) {
        const mode_t before = ::umask(mask);
        const std::string name = "made-" + std::to_string(mask);
        const auto made = make_directory(parent_.get(), name, 03770, name);
        ::umask(before);
        if (mask == 0777U && ::geteuid() != 0) continue; // then not even its owner may open it
        ASSERT_TRUE(made) << mask;
        EXPECT_TRUE(*made);
        struct stat found{};
        ASSERT_EQ(::stat(dir_.file(name).c_str(), &found), 0);
        EXPECT_EQ(found.st_mode & 07777U, 03770U) << mask;
    }
}

TEST_F(directory_entries_test, what_has_the_name_already_is_left_as_it_is) {
    write("there", "mine");
    const auto made = make_directory(parent_.get(), "there", 0700, "there");
    ASSERT_TRUE(made);
    EXPECT_FALSE(*made);
    EXPECT_EQ(read("there"), "mine");
}

TEST_F(directory_entries_test, directory_that_cannot_be_made_is_told) {
    const owned_descriptor gone([&] {
        std::filesystem::create_directory(dir_.file("gone"));
        const int fd = ::open(dir_.file("gone").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        std::filesystem::remove(dir_.file("gone"));
        return fd;
    }());
    const auto made = make_directory(gone.get(), "in", 0700, "gone/in");
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, ENOENT);
    EXPECT_THAT(made.error().message, StartsWith("cannot make the directory gone/in: "));
}

TEST_F(directory_entries_test, directory_whose_mode_is_refused_is_not_left_and_the_remedy_told) {
    testing::system_calls calls(dir_.path().string());
    calls.refuse("chmod in", EPERM);
    const auto made = make_directory(parent_.get(), "in", 03770, "q/in");
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().message, HasSubstr("sudo systemd-tmpfiles --create"));
    EXPECT_FALSE(std::filesystem::exists(dir_.file("in")));
    calls.refuse("chmod in", 0);
    const auto again = make_directory(parent_.get(), "in", 03770, "q/in");
    ASSERT_TRUE(again);
    EXPECT_TRUE(*again) << "with the right mode now";
}

// --- listing

TEST_F(directory_entries_test, each_name_is_told_once_and_neither_dot) {
    EXPECT_THAT(names(), IsEmpty());
    write(".hidden");
    write("...");
    write("a b\n");
    write("\xff\xfe"); // no UTF-8
    EXPECT_THAT(names(), UnorderedElementsAre(".hidden", "...", "a b\n", "\xff\xfe"));
}

TEST_F(directory_entries_test, listing_ends_with_the_visitor_and_begins_anew) {
    for (int i = 0; i < 20; ++i) write("file-" + std::to_string(i));
    EXPECT_EQ(names(3).size(), 3U);
    // By the same descriptor: no listing goes on where the one before has ended.
    EXPECT_EQ(names().size(), 20U);
    EXPECT_EQ(names().size(), 20U);
}

TEST_F(directory_entries_test, what_is_no_directory_cannot_be_listed) {
    write("file");
    const owned_descriptor file(::open(dir_.file("file").c_str(), O_RDONLY | O_CLOEXEC));
    const auto listed = each_name(file.get(), "q/file", [](const std::string&) { return true; });
    ASSERT_FALSE(listed);
    EXPECT_THAT(listed.error().message, StartsWith("cannot list q/file: "));
}

// --- moving

TEST_F(directory_entries_test, entry_moves_with_what_it_holds) {
    write("a", "content");
    EXPECT_EQ(move("a", "b"), 0);
    EXPECT_FALSE(exists("a"));
    EXPECT_EQ(read("b"), "content");
}

TEST_F(directory_entries_test, nothing_is_ever_replaced) {
    write("a", "mine");
    write("file", "theirs");
    std::filesystem::create_directory(dir_.file("directory"));
    std::filesystem::create_symlink("nowhere", dir_.file("link"));
    for (const char* const taken : {"file", "directory", "link"}) {
        EXPECT_EQ(move("a", taken), EEXIST) << taken;
        EXPECT_EQ(read("a"), "mine");
    }
    EXPECT_EQ(read("file"), "theirs");
    EXPECT_TRUE(exists("link"));
}

TEST_F(directory_entries_test, what_is_not_there_does_not_move_and_leaves_nothing_behind) {
    EXPECT_EQ(move("a", "b"), ENOENT);
    EXPECT_THAT(names(), IsEmpty());
}

TEST_F(directory_entries_test, link_moves_as_a_link) {
    std::filesystem::create_symlink("nowhere", dir_.file("link"));
    EXPECT_EQ(move("link", "moved"), 0);
    EXPECT_EQ(std::filesystem::read_symlink(dir_.file("moved")), "nowhere");
}

TEST_F(directory_entries_test, trial_of_renames_leaves_nothing_behind) {
    write("a");
    EXPECT_TRUE(renames_without_replacing(parent_.get(), "q"));
    EXPECT_THAT(names(), UnorderedElementsAre("a"));
}

TEST_F(directory_entries_test, trial_that_finds_its_name_taken_is_told) {
    // Of another process of this pid, which was killed within its trial.
    write(".hubspool-probe-" + std::to_string(::getpid()));
    const auto tried = renames_without_replacing(parent_.get(), "q");
    ASSERT_FALSE(tried);
    EXPECT_EQ(tried.error().code, EEXIST);
    EXPECT_THAT(tried.error().message, HasSubstr("make a file in q"));
}

// --- looking

TEST_F(directory_entries_test, look_tells_of_a_file_what_stat_tells) {
    write("a", "four");
    ASSERT_EQ(::chmod(dir_.file("a").c_str(), 0640), 0);
    ASSERT_EQ(::link(dir_.file("a").c_str(), dir_.file("b").c_str()), 0);
    struct stat expected{};
    ASSERT_EQ(::stat(dir_.file("a").c_str(), &expected), 0);
    file_look look;
    ASSERT_EQ(look_at(parent_.get(), "a", look), 0);
    EXPECT_EQ(look.mode, expected.st_mode);
    EXPECT_EQ(look.owner, expected.st_uid);
    EXPECT_EQ(look.links, 2U);
    EXPECT_EQ(look.size, 4U);
    EXPECT_EQ(look.inode, expected.st_ino);
    EXPECT_EQ(look.mtime_ns, expected.st_mtim.tv_sec * 1'000'000'000 + expected.st_mtim.tv_nsec);
    EXPECT_FALSE(look.immutable);
}

TEST_F(directory_entries_test, look_at_a_link_is_at_the_link) {
    write("a");
    std::filesystem::create_symlink("a", dir_.file("link"));
    file_look look;
    ASSERT_EQ(look_at(parent_.get(), "link", look), 0);
    EXPECT_TRUE(S_ISLNK(look.mode));
    EXPECT_EQ(look_at(parent_.get(), "missing", look), ENOENT);
}

TEST_F(directory_entries_test, times_of_long_ago_and_far_ahead_keep_their_order) {
    std::vector<std::int64_t> told;
    for (const std::int64_t seconds : {-86400LL, 0LL, 1'800'000'000LL, 15'000'000'000LL}) {
        const std::string name = "at" + std::to_string(seconds);
        write(name);
        const timeval at{seconds, 0};
        const timeval both[2] = {at, at};
        ASSERT_EQ(::utimes(dir_.file(name).c_str(), static_cast<const timeval*>(both)), 0);
        file_look look;
        ASSERT_EQ(look_at(parent_.get(), name, look), 0);
        told.push_back(look.mtime_ns);
    }
    // One beyond what nanoseconds can say is cut, and does not turn round.
    EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
    EXPECT_GT(told.back(), 9'000'000'000'000'000'000);
}

} // namespace
} // namespace hubspool
