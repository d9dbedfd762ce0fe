// The edges of what texts of the configuration may be; settings_yaml_test has the usual ones.
#include "config/text_rules.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

std::string path_of(std::size_t bytes) {
    return "/" + std::string(bytes - 1, 'a');
}

TEST(text_rules, path_is_absolute_of_1024_bytes_at_most_and_steers_nothing) {
    EXPECT_FALSE(path_fault("/"));
    EXPECT_FALSE(path_fault(path_of(1024)));
    EXPECT_TRUE(path_fault(path_of(1025)));
    EXPECT_TRUE(path_fault(""));
    EXPECT_TRUE(path_fault("etc/hubspool"));
    for (const char* steering : {"/a\nb", "/a\x1f", "/a\x7f"}) EXPECT_TRUE(path_fault(steering));
    EXPECT_FALSE(path_fault("/a b\xc3\xa9")) << "blanks and letters of all scripts are fine";
    EXPECT_FALSE(optional_path_fault(""));
    EXPECT_TRUE(optional_path_fault("a"));
}

TEST(text_rules, directory_is_not_the_root_however_it_is_written) {
    for (const char* root : {"/", "//", "/var/..", "/./"})
        EXPECT_TRUE(directory_fault(root)) << root;
    EXPECT_FALSE(directory_fault("/var/spool/hubspool"));
}

TEST(text_rules, name_pattern_leaves_something_of_the_queue) {
    for (const char* good : {"*.bak", "a", "?x", "[ab]*x", "[[]x"})
        EXPECT_FALSE(name_pattern_fault(good)) << good;
    for (const char* bad : {"", "*", "?", "**?", "new/*.bak", "a[b", "a\tb"})
        EXPECT_TRUE(name_pattern_fault(bad)) << bad;
    EXPECT_FALSE(name_pattern_fault(std::string(255, 'a')));
    EXPECT_TRUE(name_pattern_fault(std::string(256, 'a')));
}

TEST(text_rules, url_is_https_a_host_and_a_port_that_exists) {
    for (const char* good :
         {"https://api.hubapi.com", "https://api.hubapi.com/", "https://127.0.0.1:1",
          "https://a-b.example:65535", "https://[::1]:8443", "https://[::1]"})
        EXPECT_FALSE(url_fault(good)) << good;
    for (const char* bad : {"",
                            "api.hubapi.com",
                            "https://",
                            "https:///",
                            "https://:443",
                            "https://a:0",
                            "https://a:65536",
                            "https://a:",
                            "https://a:8x",
                            "https://a:+8",
                            "https://a:1:2",
                            "https://a//",
                            "https://a/crm",
                            "https://[::1",
                            "https://[]:1",
                            "https://[::1]8443",
                            "https://::1",
                            "https://a b",
                            "https://a_b",
                            "https://u@a",
                            "HTTPS://a",
                            "ftp://a"})
        EXPECT_TRUE(url_fault(bad)) << bad;
    EXPECT_NE(url_fault("http://api.hubapi.com")->find("plain http"), std::string::npos);
    EXPECT_FALSE(url_fault("https://" + std::string(292, 'a')));
    EXPECT_TRUE(url_fault("https://" + std::string(293, 'a')));
}

TEST(text_rules, proxy_has_a_port_and_no_password) {
    for (const char* good : {"", "http://proxy:3128", "http://proxy:3128/", "http://[::1]:3128"})
        EXPECT_FALSE(proxy_fault(good)) << good;
    for (const char* bad : {"http://proxy", "proxy:3128", "https://proxy:3128", "http://[::1]",
                            "http://proxy:3128/path", "http://:3128"})
        EXPECT_TRUE(proxy_fault(bad)) << bad;
    EXPECT_NE(proxy_fault("http://user:pw@proxy:3128")->find("proxy_credentials_file"),
              std::string::npos);
}

TEST(text_rules, listen_is_on_this_machine_or_off) {
    for (const char* good : {"", "127.0.0.1:9877", "[::1]:1", "/run/hubspool/metrics.sock"})
        EXPECT_FALSE(listen_fault(good)) << good;
    EXPECT_NE(listen_fault("0.0.0.0:9877")->find("is not on loopback"), std::string::npos);
}

TEST(text_rules, executable_is_a_whole_path_without_arguments) {
    for (const char* good : {"", "/etc/hubspool/tell", "/opt/a b"})
        EXPECT_FALSE(executable_fault(good)) << good;
    for (const char* bad : {"tell", "./tell", "/etc/hubspool/", "/"})
        EXPECT_TRUE(executable_fault(bad)) << bad;
}

TEST(text_rules, webhook_is_https_and_fits_a_request_line) {
    for (const char* good :
         {"https://chat.example.com/hooks/abc?x=1", "https://h:8443", "https://[::1]:8443/x"})
        EXPECT_FALSE(webhook_fault(good)) << good;
    for (const char* bad : {"", "http://h/x", "https://", "https:///x", "https://h/a b",
                            "https://h/\r\nHost: x", "https://u:p@h/x", "https://h/x#y", "h/x"})
        EXPECT_TRUE(webhook_fault(bad)) << bad;
    EXPECT_TRUE(webhook_fault("https://h/" + std::string(2000, 'a')));
}

TEST(text_rules, no_proxy_is_names_addresses_and_networks) {
    EXPECT_FALSE(no_proxy_fault("localhost, .example.com,10.0.0.0/8,[::1],*"));
    EXPECT_TRUE(no_proxy_fault("a;b"));
    EXPECT_FALSE(no_proxy_fault(std::string(4096, 'a')));
    EXPECT_TRUE(no_proxy_fault(std::string(4097, 'a')));
}

TEST(text_rules, version_is_v3_or_a_month) {
    for (const char* good : {"v3", "2026-03", "2026-01", "2026-12"})
        EXPECT_FALSE(version_fault(good)) << good;
    for (const char* bad : {"", "v4", "V3", "2026-00", "2026-13", "2026-3", "2026/03", "20263-3",
                            "2026-03-01", "202a-03", "2026-0a"})
        EXPECT_TRUE(version_fault(bad)) << bad;
}

TEST(text_rules, portal_id_is_a_number_as_hubspot_shows_it) {
    EXPECT_FALSE(portal_id_fault("")) << "any account";
    EXPECT_FALSE(portal_id_fault("1"));
    EXPECT_FALSE(portal_id_fault(std::string(19, '9')));
    for (const char* bad : {"0", "01", "-1", "1 ", "1a", "12345678901234567890"})
        EXPECT_TRUE(portal_id_fault(bad)) << bad;
}

TEST(text_rules, time_zone_leads_to_no_file_outside_the_database_of_zones) {
    EXPECT_FALSE(time_zone_fault("auto"));
    EXPECT_FALSE(time_zone_fault("UTC"));
    for (const char* bad : {"", "../../../etc/passwd", "/etc/passwd", "Europe/Nowhere", "Europe",
                            "Europe/Ber lin", "+01:00"})
        EXPECT_TRUE(time_zone_fault(bad)) << bad;
    EXPECT_TRUE(time_zone_fault("A" + std::string(64, 'a')));
}

} // namespace
} // namespace hubspool
