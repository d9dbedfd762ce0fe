#include "api/api_fixture.hpp"
#include "api/silent_port.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class connect_test : public api_fixture {
protected:
    static void answer_one(test_peer& peer) {
        peer.read_request();
        peer.answer(200, "{}");
        peer.wait_for_end();
    }
};

TEST_F(connect_test, refused_port_is_named) {
    const silent_port port;
    options.url = "https://127.0.0.1:" + port.number();
    EXPECT_EQ(connect().error().message, "connect to 127.0.0.1:" + port.number() + ": refused");
}

TEST_F(connect_test, silent_address_ends_at_the_deadline) {
    silent_port port;
    port.fill();
    options.url = "https://127.0.0.1:" + port.number();
    options.connect_timeout = milliseconds(100);
    EXPECT_THAT(connect().error().message, HasSubstr(": no answer within"));
}

TEST_F(connect_test, unknown_host_is_named) {
    // Too long for a DNS label, so that no name service is asked.
    const std::string host(70, 'x');
    options.url = "https://" + host;
    EXPECT_THAT(connect().error().message, StartsWith("resolve " + host + ": "));
}

TEST_F(connect_test, name_with_several_addresses_is_tried_until_one_answers) {
    serve({answer_one}); // on 127.0.0.1 alone, while localhost may also be ::1
    auto made = connect("localhost");
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(exchange(**made).status, 200);
    EXPECT_THAT(server->server_names(), ElementsAre("localhost"));
}

TEST_F(connect_test, address_is_not_sent_as_a_server_name) {
    serve({answer_one});
    const auto over = connection();
    EXPECT_EQ(exchange(*over).status, 200);
    EXPECT_THAT(server->server_names(), ElementsAre(""));
}

TEST_F(connect_test, ipv6_address_is_verified_and_named_in_the_host_header) {
    tls_test_server::options how;
    how.certificate = certificate();
    how.address = "::1";
    try {
        serve(how, {answer_one});
    } catch (const std::runtime_error& no_ipv6) {
        GTEST_SKIP() << no_ipv6.what();
    }
    auto made = connect("[::1]");
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(exchange(**made).status, 200);
    EXPECT_THAT(server->requests().front(),
                HasSubstr("\r\nHost: [::1]:" + std::to_string(server->port()) + "\r\n"));
}

TEST_F(connect_test, every_connect_is_a_new_connection) {
    serve({answer_one});
    const auto one = connection();
    const auto two = connection();
    EXPECT_EQ(exchange(*two).status, 200);
    EXPECT_EQ(exchange(*one).status, 200);
    EXPECT_EQ(server->server_names().size(), 2U);
}

} // namespace
} // namespace hubspool
