#include "state/state_failure.hpp"

#include <gmock/gmock.h>

#include <cerrno>

namespace hubspool {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(state_failure, names_act_and_path_and_what_an_operator_can_do) {
    const failure full = state_failure("write to", "/state/sending", ENOSPC);
    EXPECT_EQ(full.code, ENOSPC);
    EXPECT_THAT(full.message,
                AllOf(StartsWith("cannot write to /state/sending"), HasSubstr("make room")));
    EXPECT_THAT(state_failure("open", "/state/lock", EACCES).message,
                HasSubstr("as the owner of the state directory"));
    EXPECT_THAT(state_failure("read", "/state/sending", EIO).message,
                HasSubstr("check the disk, then start hubspool again"));
}

TEST(state_failure, quota_that_is_used_up_is_a_full_disk) {
    const failure quota = state_failure("write to", "/state/sending", EDQUOT);
    EXPECT_EQ(quota.code, ENOSPC);
    EXPECT_EQ(quota.message, state_failure("write to", "/state/sending", ENOSPC).message);
}

TEST(state_failure, other_reasons_keep_their_code) {
    for (const int code : {ENOENT, EMFILE, EROFS, ELOOP})
        EXPECT_EQ(state_failure("open", "/state", code).code, code);
}

} // namespace
} // namespace hubspool
