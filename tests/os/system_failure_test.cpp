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

struct remedy_row {
    int code;
    const char* remedy;
};

const remedy_row remedy_rows[] = {
    {ENOSPC, "free space (or inodes, or quota) on its file system"},
    {EDQUOT, "free space (or inodes, or quota) on its file system"},
    {EIO, "look for disk errors in the kernel's log (dmesg)"},
    {EROFS, "its file system is read-only: look for disk errors in the kernel's log (dmesg)"},
    {EMFILE, "raise the limit of open files (LimitNOFILE=)"},
    {ENFILE, "raise the limit of open files (LimitNOFILE=)"},
    {EACCES, "run it with sudo, or give it to the user that hubspool runs as (chown)"},
    {EPERM, "run it with sudo, or give it to the user that hubspool runs as (chown)"},
};

TEST(system_failure, of_each_usual_kind_ends_with_its_remedy) {
    for (const remedy_row& row : remedy_rows) {
        const std::string message = system_failure("read", "a", row.code).message;
        EXPECT_TRUE(message.ends_with(std::string("; ") + row.remedy)) << message;
    }
}

TEST(system_failure, keeps_the_code_beside_a_remedy_of_its_own) {
    EXPECT_EQ(system_failure("read", "a", EIO, "do this").code, EIO);
}

} // namespace
} // namespace hubspool
