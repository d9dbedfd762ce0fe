#include "os/owned_descriptor.hpp"
#include "spool/claims/reason_file.hpp"
#include "spool/claims/run_mark_file.hpp"
#include "spool/directory_access.hpp"
#include "spool/producers_group.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <limits>

namespace hubspool {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class in_a_directory : public ::testing::Test {
protected:
    std::string content(const std::string& name) const {
        std::ifstream file(directory.file(name), std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    void put(const std::string& name, const std::string& text) const {
        std::ofstream(directory.file(name), std::ios::binary | std::ios::trunc) << text;
    }
    std::vector<std::string> names() const {
        std::vector<std::string> found;
        EXPECT_TRUE(each_name(root.get(), "it", [&](const std::string& name) {
            found.push_back(name);
            return true;
        }));
        return found;
    }

    temp_dir directory;
    owned_descriptor root{::open(directory.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
};

class run_mark_file_test : public in_a_directory {
protected:
    std::optional<run_mark> read() {
        auto found = read_run_mark_file(root.get(), "cur/.run");
        EXPECT_TRUE(found) << found.error().message;
        return found ? *found : std::nullopt;
    }
    result<void> write(const run_mark& mark) {
        return write_run_mark_file(root.get(), mark, "cur/.run");
    }
    const run_mark usual_{"state-a", 7, 100, 2000, 1'800'000'000'000};
};

TEST_F(run_mark_file_test, comes_back_and_is_written_over_in_place) {
    EXPECT_EQ(read(), std::nullopt);
    ASSERT_TRUE(write(usual_));
    EXPECT_EQ(read(), usual_);
    const auto size = content(".run").size();
    const run_mark small{"b", 1, 2, 3, 0};
    ASSERT_TRUE(write(small));
    EXPECT_EQ(read(), small);
    EXPECT_EQ(content(".run").size(), size) << "it always fits one sector alike";
}

TEST_F(run_mark_file_test, largest_values_fit) {
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    const run_mark largest{std::string(128, 'x'), most, most, most, most};
    ASSERT_TRUE(write(largest));
    EXPECT_EQ(read(), largest);
}

TEST_F(run_mark_file_test, any_flipped_bit_or_cut_reads_as_none) {
    ASSERT_TRUE(write(usual_));
    const std::string whole = content(".run");
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::string torn = whole;
        torn[i] = static_cast<char>(torn[i] ^ 1);
        put(".run", torn);
        EXPECT_EQ(read(), std::nullopt) << i;
        put(".run", whole.substr(0, i));
        EXPECT_EQ(read(), std::nullopt) << i;
    }
}

TEST_F(run_mark_file_test, line_that_was_torn_between_two_marks_reads_as_none) {
    ASSERT_TRUE(write(usual_));
    const std::string before = content(".run");
    run_mark next = usual_;
    next.run = 8;
    next.commit = 2001;
    ASSERT_TRUE(write(next));
    const std::string after = content(".run");
    for (std::size_t cut = 1; cut < after.size(); ++cut) {
        const std::string torn = after.substr(0, cut) + before.substr(cut);
        if (torn == before || torn == after) continue;
        put(".run", torn);
        EXPECT_EQ(read(), std::nullopt) << cut;
    }
}

TEST_F(run_mark_file_test, state_id_that_would_move_the_fields_is_refused_and_writes_nothing) {
    for (const char* const id : {"", "two words", "new\nline", "caf\xC3\xA9", "tab\t"}) {
        const auto refused = write({id, 1, 1, 1, 1});
        ASSERT_FALSE(refused) << id;
        EXPECT_EQ(refused.error().code, EINVAL);
        EXPECT_THAT(refused.error().message, HasSubstr("it is no single word"));
    }
    EXPECT_FALSE(write({std::string(129, 'x'), 1, 1, 1, 1}));
    EXPECT_EQ(read(), std::nullopt);
}

TEST_F(run_mark_file_test, link_in_its_place_is_a_failure_and_not_a_queue_without_runs) {
    std::filesystem::create_symlink(directory.file("elsewhere"), directory.file(".run"));
    EXPECT_EQ(read_run_mark_file(root.get(), "cur/.run").error().code, ELOOP);
    EXPECT_EQ(write(usual_).error().code, ELOOP);
    EXPECT_FALSE(std::filesystem::exists(directory.file("elsewhere")));
}

using reason_file_test = in_a_directory;

TEST_F(reason_file_test, stands_beside_its_file_and_replaces_an_older_one) {
    ASSERT_TRUE(write_reason(root.get(), "a.ndjson", "a long reason that comes first", "rejected"));
    ASSERT_TRUE(write_reason(root.get(), "a.ndjson", "the last one", "rejected"));
    EXPECT_EQ(content("a.ndjson.reason"), "the last one\n");
    EXPECT_TRUE(is_reason("a.ndjson.reason"));
    EXPECT_FALSE(is_reason("a.ndjson"));
    EXPECT_FALSE(is_reason("reason"));
}

TEST_F(reason_file_test, that_cannot_be_written_is_told_with_its_place_and_follows_no_link) {
    std::filesystem::create_symlink(directory.file("elsewhere"), directory.file("a.reason"));
    const auto refused = write_reason(root.get(), "a", "why", "/queue/rejected");
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("/queue/rejected/a.reason"));
    EXPECT_FALSE(std::filesystem::exists(directory.file("elsewhere")));
}

class directory_access_test : public in_a_directory {
protected:
    file_look look(const std::string& name) {
        file_look found;
        EXPECT_EQ(look_at(root.get(), name, found), 0) << name;
        return found;
    }
};

TEST_F(directory_access_test, directory_is_made_with_its_mode_whatever_the_umask) {
    const auto before = ::umask(0077);
    const auto made = make_directory(root.get(), "new", 03770, "queue/new");
    ::umask(before);
    ASSERT_TRUE(made);
    EXPECT_TRUE(*made);
    EXPECT_EQ(look("new").mode & 07777U, 03770U);
    const auto again = make_directory(root.get(), "new", 0700, "queue/new");
    ASSERT_TRUE(again);
    EXPECT_FALSE(*again) << "something has the name";
    EXPECT_EQ(look("new").mode & 07777U, 03770U) << "and keeps its mode";
}

TEST_F(directory_access_test, what_is_no_directory_is_refused_with_the_remedy) {
    put("file", "x");
    std::filesystem::create_directory_symlink("/tmp", directory.file("link"));
    for (const char* const name : {"file", "link"}) {
        const auto refused = open_directory(root.get(), name, std::string("queue/") + name);
        ASSERT_FALSE(refused);
        EXPECT_THAT(refused.error().message, HasSubstr(must_be_a_directory));
    }
    const auto missing = open_directory(root.get(), "none", "queue/none");
    EXPECT_EQ(missing.error().code, ENOENT);
    EXPECT_THAT(missing.error().message, ::testing::Not(HasSubstr(must_be_a_directory)));
}

TEST_F(directory_access_test, each_name_is_told_once_and_a_listing_may_end_early) {
    for (const char* const name : {"a", "b", ".hidden"}) put(name, "");
    EXPECT_THAT(names(), UnorderedElementsAre("a", "b", ".hidden"));
    EXPECT_THAT(names(), UnorderedElementsAre("a", "b", ".hidden"))
        << "and from the beginning again";
    int visited = 0;
    ASSERT_TRUE(each_name(root.get(), "it", [&](const std::string&) { return ++visited < 2; }));
    EXPECT_EQ(visited, 2);
    EXPECT_EQ(each_name(-1, "it", [](const std::string&) { return true; }).error().code, EBADF);
}

TEST_F(directory_access_test, move_replaces_nothing) {
    put("a", "mine");
    put("b", "theirs");
    EXPECT_EQ(move_entry(root.get(), "a", root.get(), "b"), EEXIST);
    EXPECT_EQ(content("b"), "theirs");
    EXPECT_EQ(move_entry(root.get(), "a", root.get(), "c"), 0);
    EXPECT_EQ(content("c"), "mine");
    EXPECT_EQ(move_entry(root.get(), "a", root.get(), "d"), ENOENT);
}

TEST_F(directory_access_test, look_is_at_the_link_itself_and_times_of_any_year_fit) {
    put("a", "12345");
    std::filesystem::create_symlink("a", directory.file("link"));
    std::filesystem::create_hard_link(directory.file("a"), directory.file("b"));
    EXPECT_TRUE(S_ISLNK(look("link").mode));
    EXPECT_EQ(look("a").size, 5U);
    EXPECT_EQ(look("a").links, 2U);
    EXPECT_EQ(look("a").inode, look("b").inode);
    EXPECT_FALSE(look("a").immutable);
    file_look found;
    EXPECT_EQ(look_at(root.get(), "none", found), ENOENT);
    // A year that nanoseconds have no room for does not wrap round.
    const std::array<timespec, 2> far{timespec{0, 0}, timespec{15'000'000'000, 0}};
    ASSERT_EQ(::utimensat(root.get(), "a", far.data(), 0), 0);
    EXPECT_GT(look("a").mtime_ns, 9'000'000'000'000'000'000);
}

TEST_F(directory_access_test, probe_of_renames_leaves_nothing_behind) {
    const auto can = renames_without_replacing(root.get(), "queue");
    ASSERT_TRUE(can);
    EXPECT_THAT(names(), ::testing::IsEmpty());
    EXPECT_FALSE(renames_without_replacing(-1, "queue"));
}

using producers_group_test = in_a_directory;

TEST_F(producers_group_test, is_that_of_the_first_front_directory_that_is_there) {
    std::filesystem::create_directory(directory.file("bulk"));
    if (::chown(directory.file("bulk").c_str(), static_cast<uid_t>(-1), 54321) != 0)
        GTEST_SKIP() << "files cannot be given away here";
    EXPECT_EQ(producers_group(root.get()), 54321U);
    std::filesystem::create_directory(directory.file("tmp"));
    ASSERT_EQ(::chown(directory.file("tmp").c_str(), static_cast<uid_t>(-1), 54322), 0);
    EXPECT_EQ(producers_group(root.get()), 54322U);
    std::filesystem::create_directory(directory.file("new"));
    EXPECT_TRUE(give_to_producers(root.get(), "new", producers_group(root.get())));
    struct stat found{};
    ASSERT_EQ(::stat(directory.file("new").c_str(), &found), 0);
    EXPECT_EQ(found.st_gid, 54322U);
}

TEST_F(producers_group_test, what_is_no_directory_says_nothing) {
    put("tmp", "");
    const auto of_a_file = producers_group(root.get());
    std::filesystem::remove(directory.file("tmp"));
    EXPECT_EQ(of_a_file, producers_group(root.get()));
    std::filesystem::create_directory(directory.file("new"));
    EXPECT_FALSE(give_to_producers(root.get(), "new", std::nullopt));
    EXPECT_FALSE(give_to_producers(root.get(), "none", ::getgid()));
}

} // namespace
} // namespace hubspool
