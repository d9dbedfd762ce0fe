#include "os/core_dump.hpp"

#include <gtest/gtest.h>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hubspool {
namespace {

// In a child, since it cannot be taken back.
TEST(core_dump, is_refused_by_the_process_that_says_so_and_by_its_children) {
    const pid_t child = ::fork();
    if (child == 0) {
        refuse_core_dumps();
        const bool refused = ::prctl(PR_GET_DUMPABLE) == 0;
        const pid_t grandchild = ::fork();
        if (grandchild == 0) ::_exit(::prctl(PR_GET_DUMPABLE) == 0 ? 0 : 1);
        int status = 1;
        ::waitpid(grandchild, &status, 0);
        ::_exit(refused && status == 0 ? 0 : 1);
    }
    int status = 1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

} // namespace
} // namespace hubspool
