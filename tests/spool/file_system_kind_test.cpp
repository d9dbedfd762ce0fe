#include "spool/file_system_kind.hpp"
#include "spool/queue_fixture.hpp"
#include "support/system_calls.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

// From <linux/magic.h> and statfs(2).
constexpr std::uint32_t nfs = 0x6969, cifs = 0xff534d42, plan9 = 0x01021997, fuse = 0x65735546,
                        overlay = 0x794c7630, tmpfs = 0x01021994, ext4 = 0xef53, xfs = 0x58465342,
                        btrfs = 0x9123683e;

TEST(file_system_kind, of_other_machines_too_is_shared) {
    for (const std::uint32_t type : {nfs, cifs, plan9, fuse}) {
        ASSERT_NE(poor_file_system(type), nullptr) << type;
        EXPECT_TRUE(poor_file_system(type)->is_shared) << type;
    }
}

TEST(file_system_kind, of_this_machine_alone_is_not_shared) {
    for (const std::uint32_t type : {overlay, tmpfs}) {
        ASSERT_NE(poor_file_system(type), nullptr) << type;
        EXPECT_FALSE(poor_file_system(type)->is_shared) << type;
    }
}

TEST(file_system_kind, of_a_local_disk_is_nothing_to_warn_of) {
    for (const std::uint32_t type : {ext4, xfs, btrfs}) EXPECT_EQ(poor_file_system(type), nullptr);
    EXPECT_EQ(poor_file_system_of("/nowhere/at/all"), nullptr);
}

using file_system_kind_of = testing::queue_fixture;

TEST_F(file_system_kind_of, a_queue_that_others_share_is_told_when_it_is_opened) {
    testing::system_calls calls(root());
    calls.set_file_system(ext4);
    EXPECT_THAT(open()->survey().mode_warnings(), ::testing::IsEmpty());
    calls.set_file_system(nfs);
    EXPECT_THAT(open()->survey().mode_warnings(),
                ::testing::ElementsAre(::testing::AllOf(::testing::HasSubstr("lies on NFS"),
                                                        ::testing::HasSubstr("scan_interval"))));
}

} // namespace
} // namespace hubspool
