#include "app/settle/status_file.hpp"
#include "base/status_json.hpp"
#include "cli/live_daemon.hpp"
#include "cli/state_owner.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>

namespace hubspool {
namespace {

using ::testing::HasSubstr;

class live_daemon_test : public ::testing::Test {
protected:
    live_daemon_test() {
        options.queue.directory = directory.file("queue");
        options.state.directory = directory.file("state");
        std::filesystem::create_directory(options.queue.directory);
        std::filesystem::create_directory(options.state.directory);
    }
    ~live_daemon_test() override { let_go(); }

    // As a daemon does it, in this process.
    void hold_the_lock(const std::string& pid = std::to_string(::getpid())) {
        const std::string path = options.queue.directory + "/.lock";
        lock_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        ASSERT_EQ(::flock(lock_, LOCK_EX | LOCK_NB), 0);
        ASSERT_EQ(::write(lock_, pid.data(), pid.size()), static_cast<ssize_t>(pid.size()));
    }
    void let_go() {
        if (lock_ >= 0) ::close(lock_);
        lock_ = -1;
    }
    void tell(const daemon_status& status) const {
        write_status_file(options.state.directory, status_json(status));
    }
    static daemon_status status_of(std::int64_t pid) {
        daemon_status status;
        status.pid = pid;
        status.command = "run";
        return status;
    }

    temp_dir directory;
    settings options;

private:
    int lock_ = -1;
};

TEST_F(live_daemon_test, queue_that_nobody_ever_worked_on_has_none) {
    EXPECT_FALSE(find_daemon(options));
    EXPECT_FALSE(is_worked_on(options));
}

TEST_F(live_daemon_test, holder_of_the_lock_is_found_with_what_it_says) {
    hold_the_lock();
    tell(status_of(::getpid()));
    const auto found = find_daemon(options);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->pid, ::getpid());
    ASSERT_TRUE(found->status);
    EXPECT_EQ(found->status->command, "run");
    EXPECT_TRUE(found->status_json.starts_with('{') && found->status_json.ends_with('}'));
    EXPECT_LT(found->status_age, std::chrono::minutes(1));
    EXPECT_TRUE(is_worked_on(options));
    EXPECT_EQ(found->stuck(options), std::nullopt);
}

TEST_F(live_daemon_test, lock_that_was_let_go_is_no_daemon_whatever_stands_in_it) {
    hold_the_lock();
    tell(status_of(::getpid()));
    let_go();
    EXPECT_FALSE(find_daemon(options));
    EXPECT_FALSE(is_worked_on(options));
}

TEST_F(live_daemon_test, words_of_an_earlier_process_are_not_its) {
    hold_the_lock();
    tell(status_of(1));
    const auto found = find_daemon(options);
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->status) << "it starts";
    EXPECT_EQ(found->status_json, "");
}

TEST_F(live_daemon_test, without_a_status_it_starts_and_is_not_stuck) {
    hold_the_lock();
    const auto found = find_daemon(options);
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->status);
    EXPECT_EQ(found->stuck(options), std::nullopt);
}

TEST_F(live_daemon_test, status_that_is_no_json_is_none) {
    hold_the_lock();
    std::ofstream(options.state.directory + "/status.json") << "{\"pid\":";
    const auto found = find_daemon(options);
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->status);
}

TEST_F(live_daemon_test, lock_without_a_number_in_it_tells_nobody) {
    hold_the_lock("");
    EXPECT_FALSE(find_daemon(options));
    EXPECT_TRUE(is_worked_on(options)) << "who may not read it sees the lock all the same";
}

TEST_F(live_daemon_test, silence_of_a_daemon_at_work_makes_it_stuck_and_a_touch_does_not) {
    hold_the_lock();
    tell(status_of(::getpid()));
    const std::string path = options.state.directory + "/status.json";
    const std::array<timespec, 2> old{timespec{1'000'000'000, 0}, timespec{1'000'000'000, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), old.data(), 0), 0);
    auto found = find_daemon(options);
    ASSERT_TRUE(found);
    EXPECT_GT(found->status_age, std::chrono::hours(24));
    EXPECT_TRUE(found->stuck(options));
    touch_status_file(options.state.directory);
    found = find_daemon(options);
    EXPECT_EQ(found->stuck(options), std::nullopt);
}

TEST_F(live_daemon_test, clock_that_was_set_back_gives_no_negative_age) {
    hold_the_lock();
    tell(status_of(::getpid()));
    const std::string path = options.state.directory + "/status.json";
    const std::array<timespec, 2> later{timespec{9'000'000'000, 0}, timespec{9'000'000'000, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), later.data(), 0), 0);
    EXPECT_EQ(find_daemon(options)->status_age, milliseconds(0));
}

TEST_F(live_daemon_test, what_is_missing_is_asked_for_again_only_while_somebody_makes_it) {
    int asked = 0;
    const auto open = [&]() -> result<int> {
        if (++asked < 3) return failure{"it is not there", ENOENT};
        return 7;
    };
    EXPECT_FALSE(open_what_is_made(options, open));
    EXPECT_EQ(asked, 1);
    asked = 0;
    hold_the_lock();
    const auto made = open_what_is_made(options, open);
    ASSERT_TRUE(made);
    EXPECT_EQ(*made, 7);
    EXPECT_EQ(asked, 3);
}

TEST_F(live_daemon_test, other_failures_are_told_at_once) {
    hold_the_lock();
    int asked = 0;
    const auto refused = open_what_is_made(options, [&]() -> result<int> {
        ++asked;
        return failure{"no", EACCES};
    });
    EXPECT_EQ(refused.error().code, EACCES);
    EXPECT_EQ(asked, 1);
}

// In a child, since it is for good. Gives the uid that it has then, or 255 for a failure.
template <class Become>
int uid_after(const Become& become) {
    const pid_t child = ::fork();
    if (child == 0) {
        const result<void> done = become();
        ::_exit(done ? static_cast<int>(::geteuid() % 250) : 255);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

class state_owner_test : public live_daemon_test {
protected:
    static constexpr uid_t service = 12345, producer = 23456;
    static int shown(uid_t uid) { return static_cast<int>(uid % 250); }
    void SetUp() override {
        if (::geteuid() != 0) GTEST_SKIP() << "only root may become somebody else";
        ASSERT_EQ(::chmod(directory.path().c_str(), 0755), 0);
    }
    static void give(const std::string& path, uid_t uid) {
        ASSERT_EQ(::chown(path.c_str(), uid, uid), 0);
    }
};

TEST_F(state_owner_test, root_becomes_the_owner_of_the_state) {
    give(options.state.directory, service);
    give(options.queue.directory, producer);
    EXPECT_EQ(uid_after([&] { return become_state_owner(options); }), shown(service));
    EXPECT_EQ(uid_after([&] { return become_service_user(options); }), shown(service));
}

TEST_F(state_owner_test, roots_own_state_stays_roots) {
    give(options.queue.directory, service);
    EXPECT_EQ(uid_after([&] { return become_state_owner(options); }), 0);
    EXPECT_EQ(uid_after([&] { return become_service_user(options); }), shown(service))
        << "for looking, the first that is not root's";
}

TEST_F(state_owner_test, before_the_first_start_the_owner_of_the_queue_is_the_service) {
    std::filesystem::remove(options.state.directory);
    give(options.queue.directory, service);
    EXPECT_EQ(uid_after([&] { return become_state_owner(options); }), shown(service));
    EXPECT_FALSE(std::filesystem::exists(options.state.directory));
    EXPECT_EQ(uid_after([&] { return become_state_owner(options, missing_state::made); }),
              shown(service));
    struct stat made{};
    ASSERT_EQ(::stat(options.state.directory.c_str(), &made), 0);
    EXPECT_EQ(made.st_uid, service);
    EXPECT_EQ(made.st_mode & 07777U, 0700U);
}

TEST_F(state_owner_test, state_is_not_made_in_a_directory_of_somebody_else) {
    std::filesystem::remove(options.state.directory);
    give(options.queue.directory, service);
    give(directory.path().string(), producer);
    EXPECT_EQ(uid_after([&] { return become_state_owner(options, missing_state::made); }),
              shown(service));
    EXPECT_FALSE(std::filesystem::exists(options.state.directory));
}

TEST_F(state_owner_test, with_neither_nothing_happens) {
    std::filesystem::remove(options.state.directory);
    std::filesystem::remove(options.queue.directory);
    EXPECT_EQ(uid_after([&] { return become_state_owner(options, missing_state::made); }), 0);
    EXPECT_EQ(uid_after([&] { return become_service_user(options); }), 0);
    EXPECT_FALSE(std::filesystem::exists(options.state.directory));
}

TEST_F(state_owner_test, what_cannot_be_looked_at_is_told) {
    options.state.directory = directory.file("queue") + "/" + std::string(300, 'x');
    const auto refused = become_state_owner(options);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("cannot look at state.directory"));
}

} // namespace
} // namespace hubspool
