#include "os/credential_lock.hpp"

#include <gmock/gmock.h>

#include <unistd.h>

#include <cerrno>
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

} // namespace
} // namespace hubspool
