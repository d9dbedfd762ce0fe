// Servers that do not come as far as a certificate, or whose authority is in question. (What a
// certificate may say: tls_table_test.)
#include "api/api_fixture.hpp"

#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include <fstream>

namespace hubspool {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class tls_refusal_test : public api_fixture {
protected:
    // What the client says of a server with this certificate.
    std::string refusal(test_certificate shown, const std::string& host = "127.0.0.1") {
        tls_test_server::options how;
        how.certificate = std::move(shown);
        return refusal(std::move(how), host);
    }
    std::string refusal(tls_test_server::options how, const std::string& host = "127.0.0.1") {
        serve(std::move(how), {[](test_peer& peer) { peer.wait_for_end(); }});
        const connected made = connect(host);
        EXPECT_TRUE(server->wait_for_ended(1));
        EXPECT_EQ(server->application_bytes(), 0U);
        return made ? "connected" : made.error().message;
    }
    static certificate_wish wish_for_loopback() {
        certificate_wish wish;
        wish.addresses = {"127.0.0.1"};
        return wish;
    }
};

TEST_F(tls_refusal_test, system_store_does_not_know_our_authority) {
    options.ca_file.clear();
    EXPECT_THAT(refusal(certificate()), HasSubstr("an authority we do not trust"));
}

TEST_F(tls_refusal_test, other_authority_of_the_same_name_is_refused) {
    const certificate_authority twin("hubspool test authority");
    EXPECT_THAT(refusal(twin.issue(wish_for_loopback())), StartsWith("TLS: "));
}

TEST_F(tls_refusal_test, tls_1_2_is_too_old_when_1_3_is_demanded) {
    tls_test_server::options how;
    how.certificate = certificate();
    how.tls_max = TLS1_2_VERSION;
    options.tls_min = "1.3";
    EXPECT_THAT(refusal(how), StartsWith("TLS: 127.0.0.1 offers only TLS below 1.3"));
}

TEST_F(tls_refusal_test, plain_http_server_does_not_speak_tls_and_sees_no_token) {
    tls_test_server::options how;
    how.plain = true;
    std::string seen; // read after the connection's end only
    serve(how, {[&seen](test_peer& peer) {
              seen = peer.read_some();
              peer.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
              peer.wait_for_end();
          }});
    const connected made = connect();
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().message, "TLS: 127.0.0.1:" + std::to_string(server->port()) +
                                        " does not speak TLS; check host and port in api.url");
    ASSERT_TRUE(server->wait_for_ended(1));
    EXPECT_THAT(seen, Not(HasSubstr("secret-token")));
    EXPECT_THAT(seen, Not(HasSubstr("POST")));
}

TEST_F(tls_refusal_test, close_in_the_handshake_is_said) {
    tls_test_server::options how;
    how.plain = true;
    serve(how, {[](test_peer& peer) { peer.read_some(); }});
    const connected made = connect();
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().message, HasSubstr("closed the connection during the handshake"));
}

TEST_F(tls_refusal_test, silence_in_the_handshake_ends_at_the_deadline) {
    tls_test_server::options how;
    how.plain = true;
    serve(how, {[](test_peer& peer) { peer.wait_for_end(); }});
    options.connect_timeout = milliseconds(100);
    const connected made = connect();
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().message, HasSubstr("did not finish the handshake within 100 ms"));
    EXPECT_TRUE(server->wait_for_ended(1));
}

TEST_F(tls_refusal_test, unusable_settings_make_no_client) {
    options.url = "https://localhost";
    const api_options good = options;
    options.ca_file = dir.file("absent.pem");
    EXPECT_THAT(connect().error().message, HasSubstr("absent.pem cannot be read: No such file"));
    options.ca_file = dir.file("text");
    std::ofstream(options.ca_file) << "no certificate\n";
    EXPECT_THAT(connect().error().message, HasSubstr("text holds no usable certificate"));
    options = good;
    options.tls_min = "1.1";
    EXPECT_THAT(connect().error().message, HasSubstr("api.tls_min: \"1.1\" is not offered"));
    options = good;
    options.url = "http://localhost";
    EXPECT_THAT(connect().error().message, HasSubstr("http:// is refused"));
}

} // namespace
} // namespace hubspool
