#include "config/control_socket.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

TEST(control_socket_path, is_in_the_queue_unless_a_key_says_otherwise) {
    settings options;
    options.queue.directory = "/q";
    EXPECT_EQ(control_socket_path(options), "/q/control.sock");
    options.control.socket = "/run/c";
    EXPECT_EQ(control_socket_path(options), "/run/c");
    options.control.socket = "off";
    EXPECT_EQ(control_socket_path(options), "");
}

} // namespace
} // namespace hubspool
