#include "os/listen_address.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::HasSubstr;

std::string fault_of(std::string_view text) {
    const auto parsed = parse_listen_address(text);
    const auto* const fault = std::get_if<std::string>(&parsed);
    return fault == nullptr ? "" : *fault;
}

TEST(listen_address_test, port_on_loopback_is_read) {
    const auto four = std::get<listen_address>(parse_listen_address("127.0.0.1:9877"));
    EXPECT_EQ(four.host, "127.0.0.1");
    EXPECT_EQ(four.port, 9877);
    const auto six = std::get<listen_address>(parse_listen_address("[::1]:65535"));
    EXPECT_EQ(six.host, "::1");
    EXPECT_EQ(six.port, 65535);
}

TEST(listen_address_test, absolute_path_is_a_unix_socket) {
    const auto local = std::get<listen_address>(parse_listen_address("/run/h/m.sock"));
    EXPECT_EQ(local.host, "");
    EXPECT_EQ(local.path, "/run/h/m.sock");
}

TEST(listen_address_test, other_addresses_are_refused_with_the_reason) {
    for (const char* open :
         {"0.0.0.0:9877", "192.168.1.2:9877", "[::]:9877", "localhost:9877", "::1:9877", ":9877"})
        EXPECT_THAT(fault_of(open), HasSubstr("is not on loopback")) << open;
}

TEST(listen_address_test, what_is_no_address_is_told_with_the_forms) {
    for (const char* bad : {"9877", "off", "127.0.0.1", "127.0.0.1:", "127.0.0.1:http",
                            "127.0.0.1:98 ", "127.0.0.1:-1", "m.sock"})
        EXPECT_THAT(fault_of(bad), HasSubstr("must be 127.0.0.1:PORT")) << bad;
    for (const char* port : {"127.0.0.1:0", "127.0.0.1:65536"})
        EXPECT_THAT(fault_of(port), HasSubstr("between 1 and 65535")) << port;
}

TEST(listen_address_test, path_that_no_socket_can_have_is_refused) {
    EXPECT_EQ(fault_of("/" + std::string(106, 'a')), "");
    EXPECT_THAT(fault_of("/" + std::string(107, 'a')), HasSubstr("107 bytes"));
    EXPECT_THAT(fault_of("/run/hubspool/"), HasSubstr("is a directory"));
    EXPECT_THAT(fault_of("/run/a\nb"), HasSubstr("control character"));
}

} // namespace
} // namespace hubspool
