// Connections through a proxy: what is asked of it, and each way in which it can refuse.
#include "api/api_fixture.hpp"
#include "api/silent_port.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>

#include <fstream>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class proxy_tunnel_test : public api_fixture {
protected:
    proxy_tunnel_test() { options.connect_timeout = milliseconds(2000); }

    void be_proxy(std::string connect_answer) {
        tls_test_server::options how;
        certificate_wish wish;
        wish.names = {"portal.example"};
        how.certificate = authority.issue(wish);
        how.connect_answer = std::move(connect_answer);
        serve(std::move(how), {[](test_peer& peer) {
                  while (!peer.read_request().empty()) {
                      peer.answer(200, "{}");
                  }
              }});
        options.proxy = "http://127.0.0.1:" + std::to_string(server->port());
    }
    std::string proxy() const { return "the proxy 127.0.0.1:" + std::to_string(server->port()); }
    void write_credentials(const std::string& text, mode_t mode = 0640) {
        std::ofstream(dir.file("proxy"), std::ios::trunc) << text;
        ::chmod(dir.file("proxy").c_str(), mode);
        options.proxy_credentials_file = dir.file("proxy");
    }
    // What is said of a proxy that answers so; nothing of a request went out.
    std::string refusal(std::string connect_answer) {
        be_proxy(std::move(connect_answer));
        const connected made = connect("portal.example");
        EXPECT_TRUE(server->wait_for_ended(1));
        EXPECT_EQ(server->application_bytes(), 0U);
        return made ? "connected" : made.error().message;
    }
};

constexpr const char* open_way = "HTTP/1.1 200 Connection established\r\n\r\n";

TEST_F(proxy_tunnel_test, name_is_left_to_the_proxy_and_verified_end_to_end) {
    be_proxy(open_way);
    const connected made = connect("portal.example"); // nobody here knows that name
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(exchange(**made).status, 200);
    const std::string place = "portal.example:" + std::to_string(server->port());
    ASSERT_EQ(server->requests().size(), 2U);
    EXPECT_EQ(server->requests()[0], "CONNECT " + place + " HTTP/1.1\r\nHost: " + place +
                                         "\r\nUser-Agent: hubspool/" HUBSPOOL_VERSION "\r\n\r\n");
    EXPECT_THAT(server->requests()[1], StartsWith("POST /marketing/"));
    EXPECT_THAT(server->requests()[1], HasSubstr("\r\nHost: " + place + "\r\n"));
    EXPECT_THAT(server->server_names(), ElementsAre("portal.example"));
}

TEST_F(proxy_tunnel_test, certificate_must_be_the_targets_and_not_the_proxys) {
    be_proxy(open_way);
    const connected made = connect("other.example");
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().message,
                HasSubstr("the certificate of other.example is for other names"));
}

TEST_F(proxy_tunnel_test, ipv6_target_is_asked_for_in_brackets) {
    be_proxy(open_way);
    EXPECT_FALSE(connect("[2001:db8::1]")); // its certificate has no address
    EXPECT_THAT(server->requests().front(), StartsWith("CONNECT [2001:db8::1]:"));
}

TEST_F(proxy_tunnel_test, credentials_are_read_anew_for_each_connection) {
    be_proxy(open_way);
    write_credentials("Aladdin:open sesame\n");
    ASSERT_TRUE(connect("portal.example"));
    write_credentials("user:caf\xc3\xa9:x\n");
    ASSERT_TRUE(connect("portal.example"));
    EXPECT_THAT(server->requests()[0],
                HasSubstr("\r\nProxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"));
    EXPECT_THAT(server->requests()[1],
                HasSubstr("\r\nProxy-Authorization: Basic dXNlcjpjYWbDqTp4\r\n"));
}

TEST_F(proxy_tunnel_test, exempt_target_is_reached_without_it) {
    serve({[](test_peer& peer) {
        peer.read_request();
        peer.answer(200, "{}");
    }});
    options.proxy = "http://192.0.2.1:3128";
    options.no_proxy = "127.0.0.0/8";
    const auto over = connection();
    EXPECT_EQ(exchange(*over).status, 200);
}

TEST_F(proxy_tunnel_test, demand_for_credentials_names_the_setting) {
    const std::string said = refusal("HTTP/1.1 407 Proxy Authentication Required\r\n"
                                     "Proxy-Authenticate: Basic realm=\"x\"\r\n\r\n");
    EXPECT_EQ(said, proxy() + " demands a user and a password (407 Proxy Authentication Required); "
                              "write USER:PASSWORD into a file and name it in "
                              "api.proxy_credentials_file");
}

TEST_F(proxy_tunnel_test, refused_credentials_name_their_file_and_are_not_repeated) {
    write_credentials("user:geheim");
    const std::string said = refusal("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(said, proxy() + " refuses the user or the password in " + dir.file("proxy") +
                        " (407 No); correct that file, it is read again at the next try");
}

TEST_F(proxy_tunnel_test, other_ways_to_log_in_are_said_not_to_be_offered) {
    EXPECT_THAT(refusal("HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\n\r\n"),
                HasSubstr("demands another way to log in than Basic (Negotiate)"));
}

TEST_F(proxy_tunnel_test, refusals_have_the_proxys_words) {
    EXPECT_THAT(refusal("HTTP/1.1 403 Forbidden\r\nX-Squid-Error: ERR_ACCESS_DENIED 0\r\n\r\n"),
                HasSubstr("does not allow a tunnel to portal.example:"));
    EXPECT_THAT(refusal("HTTP/1.1 403 Forbidden\r\nX-Squid-Error: ERR_ACCESS_DENIED 0\r\n\r\n"),
                HasSubstr("(403 Forbidden (ERR_ACCESS_DENIED 0)); have it allow CONNECT"));
    EXPECT_THAT(refusal("HTTP/1.1 502 Bad Gateway\r\n\r\n"),
                HasSubstr("cannot reach portal.example:"));
    EXPECT_THAT(refusal("HTTP/1.1 404 Not Found\r\n\r\n"), HasSubstr("this may be a web server"));
}

// Proxies of large networks offer several, the strongest first.
TEST_F(proxy_tunnel_test, basic_among_other_ways_to_log_in_is_a_way) {
    for (const char* const ways :
         {"Proxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n"
          "Proxy-Authenticate: Basic realm=\"x\"\r\n",
          "Proxy-Authenticate: Negotiate, basic realm=\"x\"\r\n",
          "Proxy-Authenticate: Digest realm=\"x\", nonce=\"y\",Basic realm=\"x\"\r\n"}) {
        EXPECT_THAT(refusal(std::string("HTTP/1.1 407 No\r\n") + ways + "\r\n"),
                    HasSubstr("demands a user and a password (407 No)"))
            << ways;
    }
}

TEST_F(proxy_tunnel_test, other_ways_alone_are_no_basic_however_they_are_told) {
    for (const char* const ways :
         {"Proxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n",
          "Proxy-Authenticate: Digest realm=\"Basic\"\r\n", "Proxy-Authenticate: NTLM,\r\n"}) {
        EXPECT_THAT(refusal(std::string("HTTP/1.1 407 No\r\n") + ways + "\r\n"),
                    HasSubstr("demands another way to log in than Basic"))
            << ways;
    }
}

TEST_F(proxy_tunnel_test, each_refusal_has_the_remedy_for_its_status) {
    struct {
        const char* status;
        const char* remedy;
    } const cases[] = {
        {"403 F", "does not allow a tunnel to"},
        {"405 F", "does not allow a tunnel to"},
        {"502 F", "check the proxy's own network and name service"},
        {"503 F", "check the proxy's own network and name service"},
        {"504 F", "check the proxy's own network and name service"},
        {"400 F", "check host and port in api.proxy"},
        {"301 F", "check host and port in api.proxy"},
        {"500 F", "check host and port in api.proxy"},
    };
    for (const auto& each : cases) {
        const std::string said = refusal(std::string("HTTP/1.1 ") + each.status + "\r\n\r\n");
        EXPECT_THAT(said, HasSubstr(each.remedy)) << each.status;
        EXPECT_THAT(said, Not(HasSubstr("web server"))) << each.status;
    }
}

TEST_F(proxy_tunnel_test, words_of_a_page_are_cut) {
    const std::string said = refusal("HTTP/1.1 500 " + std::string(1000, 'x') + "\r\n\r\n");
    EXPECT_THAT(said, HasSubstr("answered 500 " + std::string(116, 'x') + " to CONNECT"));
}

TEST_F(proxy_tunnel_test, any_success_opens_the_way) {
    be_proxy("HTTP/1.0 299 So be it\r\nVia: x\r\n\r\n");
    const connected made = connect("portal.example");
    EXPECT_TRUE(made) << made.error().message;
}

TEST_F(proxy_tunnel_test, credentials_that_would_add_a_header_are_refused) {
    be_proxy(open_way);
    for (const char* const text :
         {"user:pw\r\nX-Other: 1", "user:p\tw", "user:p\x7fw", "\n", "user"}) {
        write_credentials(text);
        EXPECT_THAT(connect("portal.example").error().message,
                    HasSubstr("must hold USER:PASSWORD, on one line"))
            << text;
    }
    EXPECT_TRUE(server->requests().empty());
}

TEST_F(proxy_tunnel_test, garbage_is_said_not_to_be_http) {
    EXPECT_THAT(refusal("SSH-2.0-OpenSSH_9.2\r\n"), HasSubstr("does not speak HTTP ("));
    EXPECT_THAT(refusal("HTTP/1.1 200 OK\r\nX: " + std::string(20000, 'x') + "\r\n\r\n"),
                HasSubstr("does not speak HTTP ("));
}

TEST_F(proxy_tunnel_test, bytes_of_its_own_in_the_tunnel_are_refused) {
    EXPECT_THAT(refusal(std::string(open_way) + "<html>"),
                HasSubstr("sent bytes of its own into the tunnel"));
}

TEST_F(proxy_tunnel_test, silence_ends_at_the_deadline) {
    options.connect_timeout = milliseconds(200);
    tls_test_server::options how;
    how.plain = true;
    serve(std::move(how), {[](test_peer& peer) { peer.wait_for_end(); }});
    options.proxy = "http://127.0.0.1:" + std::to_string(server->port());
    const connected made = connect("portal.example");
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().message, HasSubstr("within 200 ms; it may not reach there"));
    EXPECT_TRUE(server->wait_for_ended(1));
}

TEST_F(proxy_tunnel_test, close_instead_of_an_answer_is_said) {
    tls_test_server::options how;
    how.plain = true;
    serve(std::move(how), {[](test_peer& peer) { peer.read_header(); }});
    options.proxy = "http://127.0.0.1:" + std::to_string(server->port());
    const connected made = connect("portal.example");
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().message, HasSubstr("closed the connection instead of opening"));
}

TEST_F(proxy_tunnel_test, proxy_that_is_not_there_is_named) {
    const silent_port nobody;
    options.url = "https://portal.example";
    options.proxy = "http://127.0.0.1:" + nobody.number();
    EXPECT_EQ(connect().error().message,
              "no way to the proxy: connect to 127.0.0.1:" + nobody.number() + ": refused");
}

TEST_F(proxy_tunnel_test, unknown_proxy_name_points_at_its_setting) {
    const std::string name(70, 'x'); // too long for a label: no name service is asked
    options.url = "https://portal.example";
    options.proxy = "http://" + name + ":3128";
    EXPECT_THAT(connect().error().message, HasSubstr("no way to the proxy: resolve " + name));
}

TEST_F(proxy_tunnel_test, unfit_credentials_send_nothing_to_the_proxy) {
    be_proxy(open_way);
    write_credentials("no colon");
    EXPECT_THAT(connect("portal.example").error().message, HasSubstr("must hold USER:PASSWORD"));
    write_credentials("user:geheim", 0644);
    const std::string said = connect("portal.example").error().message;
    EXPECT_THAT(said, HasSubstr("has mode 0644"));
    EXPECT_THAT(said, HasSubstr("chmod 0640 " + dir.file("proxy")));
    EXPECT_THAT(said, Not(HasSubstr("geheim")));
    options.proxy_credentials_file = dir.file("absent");
    EXPECT_THAT(connect("portal.example").error().message,
                HasSubstr("absent cannot be opened: No such file"));
    EXPECT_TRUE(server->requests().empty());
}

} // namespace
} // namespace hubspool
