#include "state/state_builders.hpp"
#include "support/temp_dir.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace hubspool {
namespace {

// One unit: ten records, three of them dead with a letter, of batch `number`.
commit_unit unit_number(std::uint64_t number) {
    commit_unit unit;
    const std::uint64_t first = number * 10;
    unit.outcomes = {make_outcome(number, 1, first, first + 7)};
    for (std::uint64_t i = first + 7; i < first + 10; ++i) {
        unit.outcomes[0].records.add({1, i, fate::dead});
        unit.outcomes[0].dead_letters.push_back(make_letter(1, i * 100, i));
    }
    unit.files = {make_file(1)};
    unit.files[0].counts = {7 * number, 0, 3 * number};
    unit.read_to.live = {1, first};
    return unit;
}

// Commits from batch `number` on, telling each number that is durable, until it is killed.
[[noreturn]] void commit_until_killed(const std::string& directory, std::uint64_t number,
                                      int told) {
    auto store = state_store::open(directory, access::read_write);
    if (!store) ::_exit(1);
    for (;; ++number) {
        if (!(*store)->commit(unit_number(number))) ::_exit(1);
        if (::write(told, &number, sizeof number) != sizeof number) ::_exit(1);
    }
}

// Kills the child after it told of some commits. The last number told.
std::uint64_t kill_in_the_middle(const std::string& directory, std::uint64_t next, int commits) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) commit_until_killed(directory, next, ends[1]);
    ::close(ends[1]);
    std::uint64_t last = next - 1;
    for (int i = 0; i < commits; ++i) {
        EXPECT_EQ(::read(ends[0], &last, sizeof last), static_cast<ssize_t>(sizeof last));
    }
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status));
    while (::read(ends[0], &last, sizeof last) == static_cast<ssize_t>(sizeof last)) {
    }
    ::close(ends[0]);
    return last;
}

TEST(state_crash, killed_between_and_in_commits_keeps_each_told_one_wholly_and_no_half_one) {
    const temp_dir directory;
    const std::string where = directory.path().string();
    ASSERT_TRUE(works(opened(where)->begin_run(1, "state-a")));
    std::uint64_t next = 1;
    for (int round = 0; round < 15; ++round) {
        const std::uint64_t told = kill_in_the_middle(where, next, 1 + round % 4);
        auto store = opened(where);
        ASSERT_NE(store, nullptr);
        const meta found = value_of(store->load_meta());
        // One more may have become durable before it could be told.
        ASSERT_GE(found.last_batch, told);
        ASSERT_LE(found.last_batch, told + 1);
        const std::uint64_t done = found.last_batch;
        EXPECT_EQ(found.commit, done + 1);
        EXPECT_EQ(found.totals.delivered, 7 * done);
        EXPECT_EQ(found.totals.dead_lettered, 3 * done);
        EXPECT_EQ(found.read_to.live, (arrival{1, done * 10}));
        EXPECT_EQ(settled_from(*store, 1).size(), 10 * done);
        EXPECT_EQ(value_of(store->load_files(0)).at(0).counts.dead, 3 * done);
        const auto letters = letters_in(directory.path().string());
        EXPECT_EQ(letters.size(), 3 * done);
        // The log is ahead of the database, never behind it.
        EXPECT_GE(lines_of(directory.file("dead-letters.ndjson")).size(), 3 * done);
        next = done + 1;
    }
}

} // namespace
} // namespace hubspool
