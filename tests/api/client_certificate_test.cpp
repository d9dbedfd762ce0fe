// Servers that demand a certificate of us.
#include "api/api_fixture.hpp"

#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace hubspool {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

class client_certificate_test : public api_fixture {
protected:
    void demand(int tls_max = 0) {
        tls_test_server::options how;
        how.certificate = certificate();
        how.client_authority = clients.certificate_pem();
        how.tls_max = tls_max;
        serve(std::move(how), {[](test_peer& peer) {
                  while (!peer.read_request().empty()) {
                      peer.answer(200, "{}");
                  }
              }});
    }
    test_certificate issue(std::chrono::hours to = std::chrono::hours(24)) {
        certificate_wish wish;
        wish.common_name = "hubspool";
        wish.valid_from = std::chrono::hours(-48);
        wish.valid_to = to;
        return clients.issue(wish);
    }
    void write(const std::string& name, const std::string& text, mode_t mode = 0640) {
        std::ofstream(dir.file(name + ".new"), std::ios::trunc) << text;
        ::chmod(dir.file(name + ".new").c_str(), mode);
        std::filesystem::rename(dir.file(name + ".new"), dir.file(name));
    }
    void show(const test_certificate& ours) {
        write("ours.pem", ours.certificate_pem, 0644);
        write("ours.key", ours.key_pem);
        options.client_certificate_file = dir.file("ours.pem");
        options.client_key_file = dir.file("ours.key");
    }
    std::string why_not() {
        const connected made = connect();
        return made ? "connected" : made.error().message;
    }
    // What an exchange on a new connection of this client comes to.
    api_response exchange_anew() {
        auto made = connect_again();
        if (made) {
            return exchange(**made);
        }
        api_response failed;
        failed.end = exchange_end::not_sent;
        failed.error = made.error().message;
        return failed;
    }

    certificate_authority clients{"authority of clients"};
};

TEST_F(client_certificate_test, is_shown_and_resumed_with) {
    demand();
    show(issue());
    ASSERT_EQ(exchange(*connection()).status, 200);
    EXPECT_EQ(exchange_anew().status, 200);
    EXPECT_EQ(server->resumptions(), 1U);
}

TEST_F(client_certificate_test, of_an_intermediate_is_shown_with_it) {
    demand();
    const certificate_authority below("below", &clients);
    certificate_wish wish;
    wish.common_name = "hubspool";
    test_certificate ours = below.issue(wish);
    ours.certificate_pem += below.certificate_pem();
    show(ours);
    EXPECT_EQ(exchange(*connection()).status, 200);
}

TEST_F(client_certificate_test, that_is_missing_is_asked_for_and_nothing_counts_as_sent) {
    demand();
    // TLS 1.3: the refusal comes after our end of the handshake.
    const api_response got = exchange(*connection());
    EXPECT_EQ(got.end, exchange_end::not_sent);
    EXPECT_EQ(got.error, "127.0.0.1:" + std::to_string(server->port()) +
                             ": TLS: 127.0.0.1 demands a client certificate; set "
                             "api.client_cert_file and api.client_key_file, or check api.url");
    EXPECT_TRUE(server->wait_for_ended(1));
    EXPECT_EQ(server->application_bytes(), 0U);
}

TEST_F(client_certificate_test, that_is_missing_fails_the_handshake_of_tls_1_2) {
    demand(TLS1_2_VERSION);
    EXPECT_THAT(why_not(), AnyOf(HasSubstr("demands a client certificate"),
                                 HasSubstr("the handshake with 127.0.0.1")));
}

TEST_F(client_certificate_test, of_a_stranger_is_said_to_be_refused) {
    demand();
    const certificate_authority stranger("a stranger");
    show(stranger.issue(certificate_wish{}));
    const api_response got = exchange(*connection());
    EXPECT_EQ(got.end, exchange_end::not_sent);
    EXPECT_THAT(got.error, HasSubstr("127.0.0.1 refuses our client certificate ("));
    EXPECT_THAT(got.error, HasSubstr("ours.pem"));
}

TEST_F(client_certificate_test, is_taken_anew_when_both_files_have_changed) {
    demand();
    const certificate_authority stranger("a stranger");
    show(stranger.issue(certificate_wish{}));
    EXPECT_EQ(exchange(*connection()).end, exchange_end::not_sent);
    show(issue());
    EXPECT_EQ(exchange_anew().status, 200);
    EXPECT_EQ(server->resumptions(), 0U);
}

TEST_F(client_certificate_test, before_a_half_done_change_still_serves) {
    demand();
    show(issue());
    ASSERT_EQ(exchange(*connection()).status, 200);
    const test_certificate next = issue();
    write("ours.pem", next.certificate_pem);
    EXPECT_EQ(exchange_anew().status, 200);
    write("ours.key", next.key_pem);
    EXPECT_EQ(exchange_anew().status, 200);
    std::filesystem::remove(dir.file("ours.key"));
    EXPECT_EQ(exchange_anew().status, 200);
}

TEST_F(client_certificate_test, that_has_expired_is_dated_until_it_is_renewed) {
    demand();
    show(issue(std::chrono::hours(-24)));
    EXPECT_THAT(why_not(),
                ::testing::ContainsRegex("api.client_cert_file: the certificate in .*pem has "
                                         "expired \\([0-9-]+\\); renew it"));
    show(issue());
    EXPECT_EQ(exchange_anew().status, 200);
}

TEST_F(client_certificate_test, files_that_cannot_be_used_make_no_client) {
    options.url = "https://localhost";
    const test_certificate good = issue();
    show(good);
    write("ours.key", issue().key_pem);
    EXPECT_THAT(why_not(), HasSubstr("ours.key does not belong to the certificate in"));
    write("ours.key", good.key_pem, 0644);
    EXPECT_THAT(why_not(), HasSubstr("ours.key has mode 0644"));
    write("ours.key", "no key");
    EXPECT_THAT(why_not(), HasSubstr("ours.key holds no private key"));
    write("ours.key", "");
    EXPECT_THAT(why_not(), HasSubstr("ours.key is empty"));
    std::filesystem::remove(dir.file("ours.key"));
    EXPECT_THAT(why_not(), HasSubstr("ours.key cannot be opened: No such file"));
    write("ours.pem", good.key_pem);
    EXPECT_THAT(why_not(), HasSubstr("ours.pem holds no certificate"));
    options.client_key_file.clear();
    EXPECT_EQ(why_not(), "api.client_cert_file is set without api.client_key_file: write that too, "
                         "or remove this");
}

TEST_F(client_certificate_test, key_with_a_passphrase_is_refused_without_asking) {
    options.url = "https://localhost";
    show(issue());
    write("ours.key", encrypted(issue().key_pem, "geheim"));
    EXPECT_THAT(why_not(), HasSubstr("without a passphrase"));
}

} // namespace
} // namespace hubspool
