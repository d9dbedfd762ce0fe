#include "os/unix_socket.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>

#include <filesystem>

namespace hubspool {
namespace {

using ::testing::EndsWith;
using ::testing::SizeIs;
using ::testing::StartsWith;

TEST(socket_path, short_one_stays_as_it_is) {
    EXPECT_EQ(socket_path("/run/hubspool/control.sock").text(), "/run/hubspool/control.sock");
}

TEST(socket_path, long_one_goes_by_way_of_its_directory) {
    const temp_dir dir;
    const std::string deep = dir.file(std::string(120, 'd'));
    std::filesystem::create_directory(deep);
    const socket_path at(deep + "/control.sock");
    EXPECT_THAT(at.text(), StartsWith("/proc/self/fd/"));
    EXPECT_THAT(at.text(), EndsWith("/control.sock"));
    struct stat by_descriptor{}, by_name{};
    ASSERT_EQ(::stat(at.text().substr(0, at.text().rfind('/')).c_str(), &by_descriptor), 0);
    ASSERT_EQ(::stat(deep.c_str(), &by_name), 0);
    EXPECT_EQ(by_descriptor.st_ino, by_name.st_ino);
}

TEST(socket_path, long_one_of_a_directory_that_is_missing_stays_too_long) {
    EXPECT_THAT(socket_path("/" + std::string(120, 'd') + "/s").text(), SizeIs(123));
}

TEST(peer_user, what_is_no_socket_has_none) {
    EXPECT_EQ(peer_user(-1), std::nullopt);
}

} // namespace
} // namespace hubspool
