// Whom we take for the host in the URL, by what it shows: each row is accepted, or refused within
// the deadline with words that name the reason and the remedy, and nothing of a request on the
// wire.
#include "api/api_fixture.hpp"
#include "base/clocks.hpp"

#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include <fstream>

namespace hubspool {
namespace {

using ::testing::HasSubstr;
using names = std::vector<std::string>;

struct authorities {
    certificate_authority ours{"our authority"};
    certificate_authority below{"our intermediate", &ours};
    certificate_authority stranger{"a stranger"};
};

struct tls_case {
    const char* situation;
    std::string host; // in the URL
    std::function<test_certificate(const authorities&)> shown;
    names said{}; // nothing: accepted
    int tls_max = 0;
    bool plain = false;
};

constexpr const char* host = "api.portal.example";

certificate_wish named(names dns, names ip = {}) {
    certificate_wish wish;
    wish.names = std::move(dns);
    wish.addresses = std::move(ip);
    return wish;
}

certificate_wish between(std::chrono::hours from, std::chrono::hours to) {
    certificate_wish wish = named({host});
    wish.valid_from = from;
    wish.valid_to = to;
    return wish;
}

std::function<test_certificate(const authorities&)> of_ours(certificate_wish wish) {
    return [wish](const authorities& all) { return all.ours.issue(wish); };
}

std::vector<tls_case> table() {
    const names other_name{"is for other names (DNS:", "check api.url"};
    const names other_address{"is not for this address but for", "write a name it carries"};
    const names unknown{"is signed by an authority we do not trust (issuer CN=", "set api.ca_file"};
    const names old{"offers only TLS below 1.2", "it must be updated"};
    using std::chrono::hours;
    return {
        {"right_name", host, of_ours(named({host}))},
        {"one_of_several_names", host, of_ours(named({"a.example", host}))},
        {"name_in_other_case", host, of_ours(named({"API.Portal.Example"}))},
        {"wrong_name", host, of_ours(named({"other.example"})), other_name},
        {"name_beneath_ours", host, of_ours(named({"x.api.portal.example"})), other_name},
        {"wildcard", host, of_ours(named({"*.portal.example"}))},
        {"wildcard_of_two_labels", host, of_ours(named({"*.example"})), other_name},
        {"wildcard_of_the_name_itself", host, of_ours(named({"*.api.portal.example"})), other_name},
        {"wildcard_in_the_middle", host, of_ours(named({"api.*.example"})), other_name},
        {"partial_wildcard", host, of_ours(named({"a*.portal.example"})), other_name},
        {"bare_wildcard", host, of_ours(named({"*"})), other_name},
        {"address", "192.0.2.7", of_ours(named({}, {"192.0.2.7"}))},
        {"ipv6_address", "[2001:db8::7]", of_ours(named({}, {"2001:db8::7"}))},
        {"other_address", "192.0.2.7", of_ours(named({}, {"192.0.2.8"})), other_address},
        {"address_as_a_name", "192.0.2.7", of_ours(named({"192.0.2.7"})), other_address},
        {"name_with_addresses_only",
         host,
         of_ours(named({}, {"192.0.2.7"})),
         {"is for other names (IP Address:192.0.2.7)", "check api.url"}},
        {"expired",
         host,
         of_ours(between(hours(-48), hours(-24))),
         {"has expired (20", "check this machine's clock, else it must be renewed"}},
        {"not_yet_valid",
         host,
         of_ours(between(hours(24), hours(48))),
         {"is not valid before 20", "check this machine's clock"}},
        {"self_signed",
         host,
         [](const authorities&) { return self_signed_certificate(named({host})); },
         {"is self-signed (CN=test server)", "set api.ca_file to it if it is yours"}},
        {"unknown_authority", host,
         [](const authorities& all) { return all.stranger.issue(named({host})); }, unknown},
        {"intermediate_shown", host,
         [](const authorities& all) {
             test_certificate made = all.below.issue(named({host}));
             made.certificate_pem += all.below.certificate_pem();
             return made;
         }},
        {"intermediate_missing",
         host,
         [](const authorities& all) { return all.below.issue(named({host})); },
         {unknown[0] + "our intermediate)", "the server must send its certificate too"}},
        {"tls_1_2", host, of_ours(named({host})), {}, TLS1_2_VERSION},
        {"tls_1_1", host, of_ours(named({host})), old, TLS1_1_VERSION},
        {"tls_1_0", host, of_ours(named({host})), old, TLS1_VERSION},
        {"cleartext",
         host,
         of_ours(named({host})),
         {"does not speak TLS", "check host and port in api.url"},
         0,
         true},
    };
}

class tls_table_test : public api_fixture, public ::testing::WithParamInterface<tls_case> {
protected:
    static constexpr milliseconds deadline{5000};

    // Whatever the host is called, a proxy leads to the server of the test.
    connected connect_to_server() {
        authorities all;
        std::ofstream(dir.file("ca.pem"), std::ios::trunc) << all.ours.certificate_pem();
        tls_test_server::options how;
        how.certificate = GetParam().shown(all);
        how.tls_max = GetParam().tls_max;
        how.plain = GetParam().plain;
        how.connect_answer = "HTTP/1.1 200 Connected\r\n\r\n";
        serve(std::move(how), {[](test_peer& peer) {
                  if (const std::string text = peer.read_some(); text.starts_with("POST ")) {
                      peer.answer(200, "{}");
                  } else if (!text.empty()) {
                      peer.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
                  }
                  peer.wait_for_end();
              }});
        options.proxy = "http://127.0.0.1:" + std::to_string(server->port());
        options.connect_timeout = deadline;
        return connect(GetParam().host);
    }
};

TEST_P(tls_table_test, is_accepted_or_refused_in_words) {
    const boot_time began = boot_now();
    const connected made = connect_to_server();
    EXPECT_LT(boot_now() - began, deadline);
    if (GetParam().said.empty()) {
        ASSERT_TRUE(made) << made.error().message;
        EXPECT_EQ(exchange(**made).status, 200);
        return;
    }
    ASSERT_FALSE(made);
    for (const std::string& words : GetParam().said) {
        EXPECT_THAT(made.error().message, HasSubstr(words));
    }
    EXPECT_TRUE(server->wait_for_ended(1));
    if (!GetParam().plain) {
        EXPECT_EQ(server->application_bytes(), 0U);
    }
    EXPECT_EQ(server->requests().size(), 1U); // the CONNECT
}

INSTANTIATE_TEST_SUITE_P(peers, tls_table_test, ::testing::ValuesIn(table()),
                         [](const auto& row) { return std::string(row.param.situation); });

} // namespace
} // namespace hubspool
