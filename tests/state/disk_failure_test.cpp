#include "state/disk_reserve.hpp"
#include "state/state_builders.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace hubspool {
namespace {

using ::testing::HasSubstr;

// A file system that the reserve of 16 MiB fits into with as much again.
struct disk_full_test : ::testing::Test {
    temp_dir directory;
    std::string where = directory.path().string();
    bool mounted = false;

    void SetUp() override {
        mounted = ::mount("hubspool-test", where.c_str(), "tmpfs", 0, "size=40m,mode=700") == 0;
        if (!mounted) GTEST_SKIP() << "mounting a tmpfs is not permitted here";
    }
    void TearDown() override {
        if (mounted) ::umount2(where.c_str(), MNT_DETACH);
    }

    // Takes all that is free.
    void fill() {
        const int fd = ::open((where + "/ballast").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        ASSERT_GE(fd, 0);
        const std::string block(4096, 'b');
        while (::write(fd, block.data(), block.size()) > 0) {
        }
        EXPECT_EQ(errno, ENOSPC);
        ::close(fd);
    }
    void make_room() { std::filesystem::remove(where + "/ballast"); }
    bool reserve_there() const { return std::filesystem::exists(where + "/reserve"); }
};

// More than the unused rest of a page and of the log.
commit_unit large_unit(std::uint64_t batch) {
    commit_unit unit;
    unit.outcomes = {make_outcome(batch, 1, batch * 10, batch * 10 + 10)};
    unit.outcomes[0].words = std::string(200000, 'w');
    return unit;
}

TEST_F(disk_full_test, drop_that_has_no_room_to_begin_leaves_no_file) {
    auto store = opened(where);
    ASSERT_TRUE(works(store->commit(unit_of_letters({make_letter(3, 100, 7)}))));
    auto box = dead_letter_box::open(where, dead_letter_box::access::change);
    ASSERT_TRUE(works(box));
    fill();
    std::filesystem::resize_file(where + "/ballast",
                                 std::filesystem::file_size(where + "/ballast") - 4096);
    const auto done = box->drop({1}, at_ms(0)); // its file fits in, and not the log's pages
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ENOSPC);
    EXPECT_THAT(done.error().message, HasSubstr("; nothing was dropped"));
    EXPECT_FALSE(std::filesystem::exists(where + "/dead-letters.dropped-19700101T000000Z.ndjson"));
}

TEST_F(disk_full_test, scenario_17_outcomes_are_recorded_on_a_full_disk_out_of_the_reserve) {
    auto store = opened(where);
    ASSERT_TRUE(reserve_there());
    fill();
    ASSERT_TRUE(works(store->commit(large_unit(1))));
    EXPECT_FALSE(reserve_there());
    EXPECT_EQ(value_of(store->load_meta()).totals.delivered, 10U);
}

TEST_F(disk_full_test, scenario_17_dead_letters_are_recorded_on_a_full_disk_out_of_the_reserve) {
    auto store = opened(where);
    ASSERT_TRUE(works(store->begin_run(1, "a")));
    fill();
    dead_letter letter = make_letter(1, 0, 0);
    letter.content = std::string(50000, 'c');
    ASSERT_TRUE(works(store->commit(unit_of_letters({letter}))));
    EXPECT_FALSE(reserve_there());
    EXPECT_EQ(letters_in(where).size(), 1U);
    EXPECT_EQ(lines_of(where + "/dead-letters.ndjson").size(), 1U);
}

TEST_F(disk_full_test, without_reserve_fails_with_enospc_and_goes_on_when_there_is_room) {
    auto store = opened(where);
    ASSERT_TRUE(works(store->begin_run(1, "a")));
    fill();
    ASSERT_TRUE(works(store->commit(large_unit(1)))); // the reserve goes
    fill();
    commit_unit unit = large_unit(2);
    unit.outcomes[0].dead_letters = {make_letter(1, 0, 0)};
    unit.read_to.bulk = {9, 9};
    const auto commits = commit_number_of(*store);
    for (int i = 0; i < 3; ++i) {
        const auto done = store->commit(unit);
        ASSERT_FALSE(static_cast<bool>(done));
        EXPECT_EQ(done.error().code, ENOSPC);
        EXPECT_THAT(done.error().message, HasSubstr("make room"));
    }
    EXPECT_EQ(commit_number_of(*store), commits);
    const meta found = value_of(store->load_meta());
    EXPECT_EQ(found.commit, commits);
    EXPECT_EQ(found.totals.delivered, 10U);
    EXPECT_EQ(found.read_to, frontiers{});
    EXPECT_TRUE(letters_in(where).empty());
    EXPECT_TRUE(lines_of(where + "/dead-letters.ndjson").empty());

    make_room();
    ASSERT_TRUE(works(store->commit(unit)));
    EXPECT_EQ(commit_number_of(*store), commits + 1);
    EXPECT_EQ(lines_of(where + "/dead-letters.ndjson").size(), 1U);
}

TEST_F(disk_full_test, dead_letters_that_do_not_fit_leave_no_part_of_a_line) {
    auto store = opened(where);
    fill();
    ASSERT_TRUE(works(store->commit(large_unit(1))));
    fill();
    dead_letter letter = make_letter(1, 0, 0);
    letter.content = std::string(3U << 20, 'c');
    EXPECT_EQ(store->commit(unit_of_letters({letter})).error().code, ENOSPC);
    EXPECT_EQ(content_of(where + "/dead-letters.ndjson"), "");
}

TEST_F(disk_full_test, reserve_is_taken_back_only_when_as_much_again_stays_free) {
    auto store = opened(where);
    fill();
    ASSERT_TRUE(works(store->commit(large_unit(1))));
    EXPECT_FALSE(value_of(store->restore_reserve()));
    EXPECT_FALSE(reserve_there());
    make_room();
    EXPECT_TRUE(value_of(store->restore_reserve()));
    EXPECT_EQ(std::filesystem::file_size(where + "/reserve"), disk_reserve_bytes);
    fill();
    ASSERT_TRUE(works(store->commit(large_unit(2))));
}

TEST_F(disk_full_test, daemon_starts_on_a_full_disk) {
    opened(where).reset();
    fill();
    const auto store = opened(where);
    ASSERT_NE(store, nullptr);
    EXPECT_FALSE(reserve_there());
}

TEST_F(disk_full_test, operator_pauses_on_a_full_disk) {
    const auto store = opened(where);
    fill();
    const auto commander = opened(where, access::operator_);
    ASSERT_TRUE(works(commander->ask_for(operator_command::pause)));
    EXPECT_TRUE(value_of(store->read_request()).paused);
    // The daemon learns by itself when a command gave its reserve up.
    make_room();
    EXPECT_TRUE(value_of(store->restore_reserve()));
    EXPECT_TRUE(reserve_there());
}

TEST(disk_reserve, that_is_sparse_is_no_reserve) {
    const temp_dir directory;
    std::ofstream(directory.file("reserve")).close();
    std::filesystem::resize_file(directory.file("reserve"), disk_reserve_bytes);
    disk_reserve reserve(directory.path().string());
    EXPECT_FALSE(reserve.held());
    ASSERT_TRUE(works(reserve.restore()));
    EXPECT_TRUE(reserve.held());
    EXPECT_TRUE(reserve.give_up());
    EXPECT_FALSE(reserve.give_up());
}

TEST_F(disk_full_test, scenario_17_start_without_reserve_says_that_the_disk_is_full) {
    opened(where).reset();
    std::filesystem::remove(where + "/reserve");
    fill();
    // SQLite calls it an I/O error: its shared index of the log does not fit.
    const auto refused = state_store::open(where, access::read_write);
    ASSERT_FALSE(static_cast<bool>(refused));
    EXPECT_EQ(refused.error().code, ENOSPC);
    EXPECT_THAT(refused.error().message, HasSubstr("disk is full"));
    EXPECT_THAT(refused.error().message, HasSubstr("make room"));
    EXPECT_THAT(refused.error().message, HasSubstr(where));
}

// While it lives, calls of that name in SQLite fail with `error`.
class failing_call {
public:
    failing_call(std::initializer_list<const char*> names, int error) : names_(names) {
        code = error;
        for (const char* const name : names_)
            vfs_->xSetSystemCall(vfs_, name, reinterpret_cast<sqlite3_syscall_ptr>(&fail));
    }
    failing_call(const failing_call&) = delete;
    failing_call& operator=(const failing_call&) = delete;
    ~failing_call() {
        for (const char* const name : names_) vfs_->xSetSystemCall(vfs_, name, nullptr);
    }

private:
    static long fail() {
        errno = code;
        return -1;
    }
    static inline int code = 0;
    sqlite3_vfs* vfs_ = sqlite3_vfs_find(nullptr);
    std::vector<const char*> names_;
};

TEST(disk_failure, scenario_17_quota_that_is_used_up_is_a_full_disk) {
    const temp_dir directory;
    auto store = opened(directory.path().string());
    {
        const failing_call writes({"write", "pwrite", "pwrite64"}, EDQUOT);
        const auto failed = store->commit(large_unit(1));
        ASSERT_FALSE(static_cast<bool>(failed));
        EXPECT_EQ(failed.error().code, ENOSPC);
        EXPECT_THAT(failed.error().message, HasSubstr("quota"));
    }
    ASSERT_TRUE(works(store->commit(large_unit(1)))) << "it goes on when there is room";
}

// In a process of its own: a limit on the size of files makes writes fail with an error that is not
// a full disk.
int fail_to_write(const std::string& where) {
    ::signal(SIGXFSZ, SIG_IGN);
    auto store = state_store::open(where, access::read_write);
    if (!store) return 1;
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = 65536;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto failed = (*store)->commit(large_unit(1));
    limit.rlim_cur = before;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    if (failed || failed.error().code != EIO) return 2;
    // The disk works again, but what it holds is not known.
    const auto again = (*store)->commit(commit_unit{});
    if (again || again.error().code != EIO) return 3;
    return (*store)->load_meta() ? 0 : 4;
}

TEST(disk_failure, scenario_18_of_a_write_ends_all_writing_until_a_restart_which_recovers) {
    const temp_dir directory;
    const std::string where = directory.path().string();
    opened(where).reset();
    const pid_t child = ::fork();
    if (child == 0) ::_exit(fail_to_write(where));
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);

    auto store = opened(where);
    EXPECT_EQ(value_of(store->load_meta()).totals.delivered, 0U);
    ASSERT_TRUE(works(store->commit(large_unit(1))));
}

} // namespace
} // namespace hubspool
