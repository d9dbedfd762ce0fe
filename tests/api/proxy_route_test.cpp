#include "api/route/proxy_route.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubspool {
namespace {

using ::testing::HasSubstr;

constexpr const char* proxy = "http://proxy.example:3128";

// "proxy", "straight", or what is wrong.
std::string way_to(const std::string& target, const std::string& no_proxy) {
    const auto url = parse_api_url("https://" + target);
    EXPECT_TRUE(url) << target;
    const auto route = route_to(*url, proxy, no_proxy);
    if (!route) {
        return route.error().message;
    }
    return *route ? "proxy" : "straight";
}

TEST(proxy_route, without_a_proxy_is_straight) {
    EXPECT_FALSE(route_to(*parse_api_url("https://api.hubapi.com"), "", "")->has_value());
}

TEST(proxy_route, is_by_the_proxy_unless_the_target_is_exempt) {
    struct {
        const char* target;
        const char* no_proxy;
        const char* way;
    } const cases[] = {
        {"api.hubapi.com", "", "proxy"},
        {"api.hubapi.com", " , ,", "proxy"},
        {"api.hubapi.com", "*", "straight"},
        {"api.hubapi.com", "localhost, HubAPI.com", "straight"},
        {"api.hubapi.com", ".hubapi.com", "straight"},
        {"hubapi.com", ".hubapi.com", "straight"},
        {"nothubapi.com", "hubapi.com", "proxy"},
        {"api.hubapi.com", "api.hubapi.co", "proxy"},
        {"API.hubapi.com", "api.hubapi.com.", "straight"},
        {"10.1.2.3:8443", "10.1.2.3", "straight"},
        {"10.1.2.3", "10.0.0.0/8", "straight"},
        {"11.1.2.3", "10.0.0.0/8", "proxy"},
        {"10.1.2.3", "fd00::/8", "proxy"},
        {"10.1.2.3", "0.0.0.0/0", "straight"},
        {"10.1.2.3", "2.3", "proxy"},
        {"[::1]", "::1", "straight"},
        {"[::1]", "[::1]", "straight"},
        {"[fd12::1]", "10.0.0.0/8,fd00::/8", "straight"},
        {"[fd12::1]", "fe00::/8", "proxy"},
        {"api.hubapi.com", "10.0.0.0/8", "proxy"},
    };
    for (const auto& each : cases) {
        EXPECT_EQ(way_to(each.target, each.no_proxy), each.way)
            << each.target << " with no_proxy " << each.no_proxy;
    }
}

TEST(proxy_route, is_straight_up_to_the_last_bit_of_a_network) {
    struct {
        const char* target;
        const char* no_proxy;
        const char* way;
    } const cases[] = {
        {"10.1.2.3", "10.1.2.3/32", "straight"},
        {"10.1.2.4", "10.1.2.3/32", "proxy"},
        {"10.1.2.127", "10.1.2.0/25", "straight"},
        {"10.1.2.128", "10.1.2.0/25", "proxy"},
        {"10.1.2.3", "10.1.2.99/24", "straight"}, // bits of the host are no part of it
        {"[fd12::1]", "fd12::1/128", "straight"},
        {"[fd12::2]", "fd12::1/128", "proxy"},
        {"[fd12::1]", "::/0", "straight"},
        {"[fd12::1]", "0.0.0.0/0", "proxy"},
        {"10.1.2.3", "::/0", "proxy"},
        {"[2001:db8::ff]", "2001:db8::/120", "straight"},
        {"[2001:db8::1ff]", "2001:db8::/120", "proxy"},
    };
    for (const auto& each : cases) {
        EXPECT_EQ(way_to(each.target, each.no_proxy), each.way)
            << each.target << " with no_proxy " << each.no_proxy;
    }
}

TEST(proxy_route, address_is_the_same_in_each_of_its_forms) {
    EXPECT_EQ(way_to("[fd12:0:0:0:0:0:0:1]", "fd12::1"), "straight");
    EXPECT_EQ(way_to("[FD12::1]", "fd12::1"), "straight");
    EXPECT_EQ(way_to("[fd12::1]", "fd12::2"), "proxy");
}

TEST(proxy_route, last_entry_counts_as_the_first_does) {
    EXPECT_EQ(way_to("api.hubapi.com", "a.example,b.example,hubapi.com"), "straight");
    EXPECT_EQ(way_to("api.hubapi.com", "hubapi.com,a.example"), "straight");
}

// A typing error must not wait until it matters.
TEST(proxy_route, entry_that_is_nothing_is_named_behind_one_that_matches) {
    EXPECT_THAT(way_to("api.hubapi.com", "*, a;b"), HasSubstr("\"a;b\" is no name"));
}

TEST(proxy_route, entry_that_is_nothing_is_named_where_no_proxy_is_set) {
    EXPECT_FALSE(route_to(*parse_api_url("https://api.hubapi.com"), "", "a;b"));
}

TEST(proxy_route, proxy_that_cannot_be_used_is_told_unless_the_target_is_exempt) {
    const auto url = *parse_api_url("https://api.hubapi.com");
    EXPECT_FALSE(route_to(url, "https://proxy", ""));
    EXPECT_TRUE(route_to(url, "https://proxy", "*"));
}

TEST(proxy_route, entry_that_is_nothing_is_named) {
    for (const char* const entry :
         {"10.0.0.0/33", "10.0.0/8", "https://x", "a b", "fd00::/129", "/8"}) {
        EXPECT_THAT(way_to("api.hubapi.com", std::string("localhost,") + entry),
                    HasSubstr(std::string("api.no_proxy: \"") + entry + "\" is no name"));
    }
}

TEST(proxy_route, url_is_taken_with_names_and_addresses) {
    const auto name = parse_proxy_url("http://proxy.example:3128/");
    ASSERT_TRUE(name) << name.error().message;
    EXPECT_EQ(name->place(), "proxy.example:3128");
    EXPECT_FALSE(name->is_address);
    const auto address = parse_proxy_url("http://[::1]:8080");
    ASSERT_TRUE(address) << address.error().message;
    EXPECT_EQ(address->host, "::1");
    EXPECT_EQ(address->place(), "[::1]:8080");
    EXPECT_TRUE(address->is_address);
}

TEST(proxy_route, other_urls_are_refused_with_what_to_write) {
    struct {
        const char* text;
        const char* words;
    } const cases[] = {
        {"proxy.example:3128", "not an http:// URL"},
        {"", "is not a URL"},
        {"https://proxy.example:3128", "TLS to the proxy itself is not offered"},
        {"socks5://proxy.example:1080", "only those with CONNECT"},
        {"http://proxy.example", "names no port"},
        {"http://proxy.example:0", "names no port"},
        {"http://:3128", "names no usable host"},
        {"http://proxy.example:3128/path", "more than a host and a port"},
    };
    for (const auto& each : cases) {
        const auto made = parse_proxy_url(each.text);
        ASSERT_FALSE(made) << each.text;
        EXPECT_THAT(made.error().message, HasSubstr(each.words));
        EXPECT_THAT(made.error().message, HasSubstr("write http://HOST:PORT"));
    }
}

TEST(proxy_route, user_in_the_url_is_refused_without_being_repeated) {
    const auto made = parse_proxy_url("http://user:geheim@proxy.example:3128");
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().message, HasSubstr("api.proxy_credentials_file"));
    EXPECT_THAT(made.error().message, ::testing::Not(HasSubstr("geheim")));
}

} // namespace
} // namespace hubspool
