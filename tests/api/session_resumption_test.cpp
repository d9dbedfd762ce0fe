// Reconnects that resume a TLS session.
#include "api/api_fixture.hpp"

#include <gmock/gmock.h>
#include <openssl/ssl.h>

namespace hubspool {
namespace {

class session_resumption_test : public api_fixture {
protected:
    void serve_version(int version) {
        tls_test_server::options how;
        how.certificate = certificate();
        how.tls_max = version;
        serve(std::move(how), {[](test_peer& peer) {
                  while (!peer.read_request().empty()) {
                      peer.answer(200, "{}", "Connection: close\r\n");
                  }
              }});
        ASSERT_TRUE(make_client());
    }
    bool make_client() {
        auto made = connect();
        return made && exchange(**made).status == 200;
    }
    // With the same client, which remembers.
    bool reconnect() {
        auto made = connect_again();
        return made && exchange(**made).status == 200;
    }
};

TEST_F(session_resumption_test, every_reconnect_resumes_with_tls_1_3) {
    serve_version(TLS1_3_VERSION);
    EXPECT_EQ(server->resumptions(), 0U);
    for (std::size_t i = 1; i <= 5; ++i) {
        ASSERT_TRUE(reconnect());
        EXPECT_EQ(server->resumptions(), i);
    }
}

TEST_F(session_resumption_test, every_reconnect_resumes_with_tls_1_2) {
    serve_version(TLS1_2_VERSION);
    for (std::size_t i = 1; i <= 3; ++i) {
        ASSERT_TRUE(reconnect());
        EXPECT_EQ(server->resumptions(), i);
    }
}

TEST_F(session_resumption_test, connections_at_once_each_use_a_ticket_of_their_own) {
    serve_version(TLS1_3_VERSION);
    auto one = connect_again(), two = connect_again(), three = connect_again();
    ASSERT_TRUE(one && two && three);
    EXPECT_EQ(exchange(**three).status, 200);
    EXPECT_EQ(exchange(**two).status, 200);
    EXPECT_EQ(exchange(**one).status, 200);
    EXPECT_GE(server->resumptions(), 2U); // the server gives two at first
}

TEST_F(session_resumption_test, server_that_forgot_it_gets_a_full_handshake) {
    serve_version(TLS1_3_VERSION);
    const std::uint16_t port = server->port();
    server.reset();
    tls_test_server::options how;
    how.certificate = certificate();
    how.port = port;
    serve(std::move(how), {[](test_peer& peer) {
              peer.read_request();
              peer.answer(200, "{}");
          }});
    EXPECT_TRUE(reconnect());
    EXPECT_EQ(server->resumptions(), 0U);
}

TEST_F(session_resumption_test, new_client_begins_anew) {
    serve_version(TLS1_3_VERSION);
    ASSERT_TRUE(make_client());
    EXPECT_EQ(server->resumptions(), 0U);
}

} // namespace
} // namespace hubspool
