// The ledger's file may be lost or damaged in any way: what is told stays right, and nothing fails
// for long.
#include "state/ledger/ledger_survey.hpp"
#include "state/ledger_fixture.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>

namespace hubspool {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class ledger_damage_test : public ledger_fixture {
protected:
    // Closed, so that all is in the one file.
    void write_it() {
        expect_as_expected();
        ASSERT_TRUE(works(known->flush()));
        known.reset();
        told.clear();
    }
};

TEST_F(ledger_damage_test, scenario_45_file_that_is_missing_is_made_from_the_history) {
    commit_at_random(150);
    write_it();
    std::filesystem::remove(file());
    reopen_ledger();
    expect_as_expected();
}

TEST_F(ledger_damage_test, scenario_45_file_that_was_cut_is_made_anew_and_told) {
    commit_at_random(300);
    write_it();
    for (const double share : {0.0, 0.01, 0.3, 0.5, 0.9}) {
        const auto size = std::filesystem::file_size(file());
        std::filesystem::resize_file(
            file(), static_cast<std::uintmax_t>(share * static_cast<double>(size)));
        reopen_ledger(20);
        expect_as_expected();
        if (share > 0) {
            EXPECT_THAT(told, SizeIs(1)) << share;
        }
        write_it();
    }
}

TEST_F(ledger_damage_test, scenario_45_copy_of_an_hour_ago_catches_up) {
    commit_at_random(100);
    write_it();
    std::filesystem::copy(file(), file() + ".old");
    commit_at_random(100);
    reopen_ledger();
    write_it();
    std::filesystem::rename(file() + ".old", file());
    reopen_ledger();
    expect_as_expected();
    EXPECT_THAT(told, IsEmpty());
}

TEST_F(ledger_damage_test, scenario_45_bytes_flipped_anywhere_never_make_it_tell_something_wrong) {
    commit_at_random(300);
    write_it();
    const std::string whole = content_of(file());
    int found = 0;
    for (int round = 0; round < 100; ++round) {
        std::string damaged = whole;
        for (std::uint64_t flips = 1 + below(3); flips > 0; --flips) {
            char& byte = damaged[below(damaged.size())];
            byte = static_cast<char>(static_cast<std::uint64_t>(byte) ^ (1 + below(255)));
        }
        std::ofstream(file(), std::ios::binary | std::ios::trunc) << damaged;
        for (const char* const part : {"-wal", "-shm"}) std::filesystem::remove(file() + part);
        reopen_ledger();
        expect_as_expected();
        found += told.empty() ? 0 : 1;
        known.reset();
        told.clear();
    }
    // Other flips hit what nobody reads.
    EXPECT_GT(found, 10);
}

TEST_F(ledger_damage_test, file_of_something_else_is_made_anew) {
    commit_at_random(20);
    std::ofstream(file()) << "this is no database at all, but a text of some length";
    expect_as_expected();
    EXPECT_THAT(told.at(0), HasSubstr("cannot be read"));
}

TEST_F(ledger_damage_test, words_of_a_damaged_file_name_it_and_its_own_way_out) {
    commit_at_random(20);
    write_it();
    std::ofstream(file()) << "this is no database at all, but a text of some length";
    const auto shown = view_ledger(where(), "1");
    ASSERT_FALSE(shown);
    EXPECT_THAT(shown.error().message, HasSubstr("the ledger " + file() + " is damaged"));
    EXPECT_THAT(shown.error().message, HasSubstr("hubspool ledger rebuild"));
    // The way out of a damaged state.db would lose what is in it.
    EXPECT_THAT(shown.error().message, Not(HasSubstr("state database")));
}

TEST_F(ledger_damage_test, file_that_was_emptied_counts_as_none_for_who_looks_at_it) {
    commit({change_of("7", "eventName", {5, 6, 7})});
    write_it();
    std::filesystem::resize_file(file(), 0);
    const auto shown = view_ledger(where(), "7");
    ASSERT_TRUE(works(shown));
    EXPECT_THAT(shown->entry.fields, SizeIs(1));
    EXPECT_EQ(compare_ledger(where(), [](const ledger_difference&) {}).error().code, ENOENT);
}

// It was told to differ, and to be made anew.
TEST_F(ledger_damage_test, of_a_database_that_was_lost_is_not_held_against_the_next_one) {
    commit({change_of("7", "eventName", {5, 6, 7})});
    write_it();
    EXPECT_TRUE(works(compare_ledger(where(), [](const ledger_difference&) {})));
    commit_unit unit;
    unit.new_epoch = true;
    commit({change_of("8", "eventName", {5, 6, 8})}, std::move(unit));
    EXPECT_EQ(compare_ledger(where(), [](const ledger_difference&) {}).error().code, ESTALE);
}

TEST_F(ledger_damage_test, what_cannot_be_made_anew_is_not_told_to_be) {
    std::filesystem::create_directories(file() + "/in_it");
    reopen_ledger();
    EXPECT_FALSE(known->look_up({"1"}));
    EXPECT_FALSE(known->look_up({"1"}));
    EXPECT_THAT(told, IsEmpty());
}

// So many descriptors beyond those that are open now may be opened, while it lives.
class descriptor_limit {
public:
    explicit descriptor_limit(int more) {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        const int next = ::open("/dev/null", O_RDONLY);
        ::close(next);
        rlimit lowered = before_;
        lowered.rlim_cur = static_cast<rlim_t>(next + more);
        EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &lowered), 0);
    }
    ~descriptor_limit() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_{};
};

TEST_F(ledger_damage_test, file_that_cannot_be_opened_for_want_of_descriptors_is_not_deleted) {
    commit_at_random(50);
    write_it();
    const auto inode = [&] {
        struct stat status{};
        return ::stat(file().c_str(), &status) == 0 ? status.st_ino : 0;
    };
    const ino_t before = inode();
    int failed = 0;
    for (int more = 0; more < 12; ++more) {
        reopen_ledger();
        const descriptor_limit limit(more);
        const auto found = known->look_up({"1"});
        if (found) continue;
        ++failed;
        EXPECT_EQ(found.error().code, EMFILE) << found.error().message;
        EXPECT_EQ(inode(), before) << more;
    }
    EXPECT_GT(failed, 3);
    EXPECT_THAT(told, IsEmpty());
    expect_as_expected();
}

TEST_F(ledger_damage_test, mark_and_objects_of_different_ages_are_told_apart) {
    commit({change_of("1", "a", {500, 7, 3})});
    expect_as_expected();
    ASSERT_TRUE(works(known->flush()));
    known.reset();
    {
        auto db = database::open(file(), database::mode::write);
        ASSERT_TRUE(works(db));
        ASSERT_TRUE(works(db->execute("DELETE FROM object")));
    }
    reopen_ledger();
    EXPECT_EQ(acknowledged("1", "a"), (order_key{500, 7, 3}));
    EXPECT_THAT(told, SizeIs(1));
}

TEST_F(ledger_damage_test, killed_while_it_writes_goes_on_as_if_it_was_not) {
    commit_at_random(400);
    for (int round = 0; round < 12; ++round) {
        std::array<int, 2> ends{};
        ASSERT_EQ(::pipe(ends.data()), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            // Writes all the time, from the first row on.
            while (true) {
                ledger writing(where(), [](const std::string&) {}, 3);
                if (!writing.look_up({"1"}) || !writing.flush()) ::_exit(1);
                if (::write(ends[1], "x", 1) != 1 || !writing.empty()) ::_exit(1);
            }
        }
        ::close(ends[1]);
        char byte = 0;
        for (int i = 0; i <= round % 3; ++i) ASSERT_EQ(::read(ends[0], &byte, 1), 1);
        // Any moment of the next writing is as good.
        ::poll(nullptr, 0, static_cast<int>(below(20)));
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status));
        ::close(ends[0]);
        reopen_ledger(50);
        expect_as_expected();
        EXPECT_THAT(told, IsEmpty());
        known.reset();
    }
}

class ledger_disk_full_test : public ledger_fixture {
protected:
    void SetUp() override {
        store.reset();
        mounted = ::mount("hubspool-test", where().c_str(), "tmpfs", 0, "size=40m,mode=700") == 0;
        if (!mounted) GTEST_SKIP() << "mounting a tmpfs is not permitted here";
        store = opened(where());
        ledger_fixture::SetUp();
    }
    void TearDown() override {
        known.reset();
        store.reset();
        if (mounted) ::umount2(where().c_str(), MNT_DETACH);
    }
    void fill() {
        std::ofstream ballast(where() + "/ballast", std::ios::binary);
        const std::string block(4096, 'b');
        while (ballast.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
        }
    }
    void make_room() { std::filesystem::remove(where() + "/ballast"); }

    bool mounted = false;
};

TEST_F(ledger_disk_full_test, lookup_fails_and_works_when_there_is_room) {
    commit_at_random(200);
    fill();
    const auto failed = known->look_up({"1"});
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ENOSPC);
    make_room();
    expect_as_expected();
}

TEST_F(ledger_disk_full_test, what_is_held_stays_until_there_is_room) {
    commit_at_random(100);
    reopen_ledger(5);
    expect_as_expected();
    commit_at_random(200);
    fill();
    EXPECT_EQ(known->look_up({"1"}).error().code, ENOSPC);
    EXPECT_EQ(known->flush().error().code, ENOSPC);
    make_room();
    expect_as_expected();
    EXPECT_THAT(told, IsEmpty());
}

} // namespace
} // namespace hubspool
