#include "control/listening_socket.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <arpa/inet.h>
#include <cerrno>
#include <fstream>

namespace hubspool {
namespace {

using ::testing::HasSubstr;

class listening_socket_test : public ::testing::Test {
protected:
    listen_address local() const { return {{}, 0, dir_.file("m.sock")}; }
    // A port that is free; a listener of ours gave it back.
    static std::uint16_t port_of(int listener) {
        sockaddr_in name{};
        socklen_t size = sizeof name;
        EXPECT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&name), &size), 0);
        return ntohs(name.sin_port);
    }
    bool connects() const {
        const owned_descriptor client(::socket(AF_UNIX, SOCK_STREAM, 0));
        sockaddr_un name{};
        name.sun_family = AF_UNIX;
        local().path.copy(name.sun_path, sizeof name.sun_path - 1);
        return ::connect(client.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0;
    }

    temp_dir dir_;
};

TEST_F(listening_socket_test, unix_socket_is_its_group_s_and_goes_with_it) {
    {
        const auto opened = listening_socket::open(local(), "k");
        ASSERT_TRUE(static_cast<bool>(opened)) << opened.error().message;
        struct stat found{};
        ASSERT_EQ(::stat(local().path.c_str(), &found), 0);
        EXPECT_EQ(found.st_mode & 07777U, 0660U);
        EXPECT_TRUE(connects());
    }
    EXPECT_FALSE(std::filesystem::exists(local().path));
}

TEST_F(listening_socket_test, socket_that_a_killed_process_left_is_replaced) {
    owned_descriptor killed(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    local().path.copy(name.sun_path, sizeof name.sun_path - 1);
    ASSERT_EQ(::bind(killed.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
    killed.reset();
    EXPECT_TRUE(static_cast<bool>(listening_socket::open(local(), "k")));
}

TEST_F(listening_socket_test, socket_of_a_process_that_lives_is_left_alone) {
    const auto first = listening_socket::open(local(), "k");
    const auto second = listening_socket::open(local(), "metrics.listen");
    ASSERT_FALSE(static_cast<bool>(second));
    EXPECT_THAT(second.error().message, HasSubstr("(metrics.listen): there is a file already"));
    EXPECT_TRUE(connects());
}

TEST_F(listening_socket_test, file_that_is_no_socket_is_left_alone) {
    std::ofstream(local().path) << "kept";
    EXPECT_FALSE(static_cast<bool>(listening_socket::open(local(), "k")));
    EXPECT_TRUE(std::filesystem::exists(local().path));
}

TEST_F(listening_socket_test, directory_that_is_missing_is_told) {
    const auto opened = listening_socket::open({{}, 0, dir_.file("none/m.sock")}, "k");
    ASSERT_FALSE(static_cast<bool>(opened));
    EXPECT_THAT(opened.error().message, HasSubstr("its directory must be there"));
}

TEST_F(listening_socket_test, port_that_is_taken_is_told_with_the_setting) {
    const auto first = listening_socket::open({"127.0.0.1", 0, {}}, "k");
    ASSERT_TRUE(static_cast<bool>(first)) << first.error().message;
    const std::uint16_t port = port_of(first->get());
    const auto second = listening_socket::open({"127.0.0.1", port, {}}, "metrics.listen");
    ASSERT_FALSE(static_cast<bool>(second));
    EXPECT_EQ(second.error().code, EADDRINUSE);
    EXPECT_EQ(second.error().message, "cannot listen on 127.0.0.1:" + std::to_string(port) +
                                          " (metrics.listen): another program listens there: "
                                          "write another port");
}

} // namespace
} // namespace hubspool
