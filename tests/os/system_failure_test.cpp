#include "os/system_failure.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace hubspool {
namespace {

TEST(system_failure, says_what_failed_on_what_and_how_to_mend_it) {
    const failure why = system_failure("read", "cur/1", EMFILE);
    EXPECT_EQ(why.message, "cannot read cur/1: Too many open files; raise the limit of open files "
                           "(LimitNOFILE=)");
    EXPECT_EQ(why.code, EMFILE);
}

TEST(system_failure, own_remedy_stands_in_the_place_of_the_usual_one) {
    EXPECT_EQ(system_failure("read", "a", EACCES, "ask for it").message,
              "cannot read a: Permission denied; ask for it");
}

TEST(system_failure, without_a_remedy_ends_with_what_the_system_says) {
    EXPECT_EQ(system_failure("read", "a", ENOENT).message,
              "cannot read a: No such file or directory");
}

TEST(system_failure, path_cannot_trick_a_terminal) {
    EXPECT_EQ(system_failure("read", "a\nb", ENOENT).message,
              "cannot read a\\x0ab: No such file or directory");
}

} // namespace
} // namespace hubspool
