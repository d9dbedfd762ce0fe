#include "os/credential_lock.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <utility>

namespace hubspool {
namespace {

using ::testing::HasSubstr;

// Names of this machine: of this process, so that no other test run meets them.
std::string credential(const char* name) {
    return name + std::to_string(::getpid());
}

TEST(credential_lock_test, second_taker_is_refused_with_the_holder_s_pid) {
    const auto held = credential_lock::take(credential("one "));
    ASSERT_TRUE(held);
    const auto refused = credential_lock::take(credential("one "));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, EADDRINUSE);
    EXPECT_THAT(refused.error().message, HasSubstr("pid " + std::to_string(::getpid()) + ")"));
    EXPECT_TRUE(credential_lock::take(credential("another ")));
}

TEST(credential_lock_test, is_free_again_when_its_holder_has_gone) {
    for (int i = 0; i < 2; ++i) EXPECT_TRUE(credential_lock::take(credential("gone ")));
}

TEST(credential_lock_test, moved_is_held_by_the_new_one_alone) {
    std::optional<credential_lock> kept;
    {
        auto taken = credential_lock::take(credential("moved "));
        ASSERT_TRUE(taken);
        kept.emplace(std::move(*taken));
    }
    EXPECT_FALSE(credential_lock::take(credential("moved ")));
    kept.reset();
    EXPECT_TRUE(credential_lock::take(credential("moved ")));
}

TEST(credential_lock_test, any_number_of_refused_learn_the_pid_when_they_are_let_go) {
    auto held = credential_lock::take(credential("many "));
    ASSERT_TRUE(held);
    for (int i = 0; i < 2100; ++i) {
        if (i % 500 == 0) held->let_go_of_the_refused();
        const auto refused = credential_lock::take(credential("many "));
        ASSERT_FALSE(refused);
        ASSERT_THAT(refused.error().message, HasSubstr("pid " + std::to_string(::getpid()) + ")"))
            << i << " were refused before";
    }
}

// It would hold the lock for as long as that program runs.
TEST(credential_lock_test, lock_is_not_given_on_to_a_program_that_is_started) {
    std::optional<credential_lock> held;
    {
        auto taken = credential_lock::take(credential("given on "));
        ASSERT_TRUE(taken);
        held.emplace(std::move(*taken));
    }
    std::array<int, 2> input{}, started{};
    ASSERT_EQ(::pipe2(input.data(), O_CLOEXEC), 0);
    ASSERT_EQ(::pipe2(started.data(), O_CLOEXEC), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(input[0], 0);
        ::execlp("cat", "cat", nullptr); // until its input ends
        ::_exit(1);
    }
    ::close(started[1]);
    char none = 0;
    EXPECT_EQ(::read(started[0], &none, 1), 0) << "closed once the child is another program";
    held.reset();
    EXPECT_TRUE(credential_lock::take(credential("given on ")));
    for (const int end : {input[0], input[1], started[0]}) ::close(end);
    int status = 0;
    ::waitpid(child, &status, 0);
}

TEST(credential_lock_test, credentials_that_differ_in_one_sign_are_two) {
    const auto one = credential_lock::take(credential("token-a "));
    ASSERT_TRUE(one);
    EXPECT_TRUE(credential_lock::take(credential("token-b ")));
}

// Everybody can read the names of sockets.
TEST(credential_lock_test, name_of_the_lock_does_not_tell_the_credential) {
    const auto held = credential_lock::take(credential("pat-na1-secret "));
    ASSERT_TRUE(held);
    std::ifstream sockets("/proc/net/unix");
    const std::string text((std::istreambuf_iterator<char>(sockets)), {});
    EXPECT_THAT(text, HasSubstr("@hubspool-"));
    EXPECT_THAT(text, ::testing::Not(HasSubstr("pat-na1-secret")));
}

} // namespace
} // namespace hubspool
