#include "api/route/api_url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubspool {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(api_url_test, host_alone_has_port_443_and_a_plain_host_header) {
    const auto url = parse_api_url("https://api.hubapi.com");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->host, "api.hubapi.com");
    EXPECT_EQ(url->port, "443");
    EXPECT_EQ(url->host_header, "api.hubapi.com");
    EXPECT_FALSE(url->is_address);
    EXPECT_EQ(url->place(), "api.hubapi.com:443");
}

TEST(api_url_test, other_port_is_in_the_host_header) {
    const auto url = parse_api_url("https://localhost:8443/");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->port, "8443");
    EXPECT_EQ(url->host_header, "localhost:8443");
}

TEST(api_url_test, ipv6_address_keeps_its_brackets_in_the_header_only) {
    const auto url = parse_api_url("https://[::1]:8443");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->host, "::1");
    EXPECT_TRUE(url->is_address);
    EXPECT_EQ(url->host_header, "[::1]:8443");
    EXPECT_EQ(url->place(), "[::1]:8443");
}

TEST(api_url_test, ipv4_address_is_an_address) {
    const auto url = parse_api_url("https://127.0.0.1");
    ASSERT_TRUE(url);
    EXPECT_TRUE(url->is_address);
}

TEST(api_url_test, http_is_refused_with_the_reason) {
    const auto url = parse_api_url("http://api.hubapi.com");
    ASSERT_FALSE(url);
    EXPECT_THAT(url.error().message, HasSubstr("unencrypted; use https://"));
}

TEST(api_url_test, password_is_refused_and_not_repeated) {
    const auto url = parse_api_url("https://me:sesame@api.hubapi.com");
    ASSERT_FALSE(url);
    EXPECT_THAT(url.error().message, HasSubstr("api.token_file"));
    EXPECT_THAT(url.error().message, Not(HasSubstr("sesame")));
}

TEST(api_url_test, unusable_urls_are_refused_by_the_key_s_name) {
    for (const char* text :
         {"", "api.hubapi.com", "https://", "https://:443", "https://host:0", "https://host:65536",
          "https://host/path", "https://host?q", "https://host#f", "ftp://host", "https://h%20st",
          "https://ho st", "https://[v1.x]"}) {
        const auto url = parse_api_url(text);
        ASSERT_FALSE(url) << text;
        EXPECT_THAT(url.error().message, HasSubstr("api.url")) << text;
    }
}

} // namespace
} // namespace hubspool
