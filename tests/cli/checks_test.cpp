// Checks that look at settings alone, each by itself.
#include "cli/check/check_findings.hpp"
#include "cli/check/checks.hpp"

#include <gmock/gmock.h>

namespace hubspool {

using ::testing::HasSubstr;

namespace {

findings found_by(void (*check)(const settings&, findings&), const settings& options) {
    findings found;
    check(options, found);
    return found;
}

} // namespace

TEST(check_api, url_is_told_with_the_path_of_the_version) {
    settings options;
    options.api.version = "2026-03";
    const findings found = found_by(check_api, options);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].level, finding::good);
    EXPECT_THAT(found[0].words, HasSubstr("https://api.hubapi.com/"));
    EXPECT_THAT(found[0].words, HasSubstr("2026-03"));
}

TEST(check_api, url_that_cannot_be_used_is_an_error) {
    settings options;
    options.api.version = "2026-03";
    options.api.url = "ftp://api.hubapi.com";
    const findings found = found_by(check_api, options);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].level, finding::error);
    EXPECT_EQ(found[0].subject, "api");
}

TEST(check_api, version_that_ends_is_a_warning_and_a_dated_one_is_none) {
    const findings found = found_by(check_api, settings());
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[1].level, finding::warning);
    EXPECT_THAT(found[1].words, HasSubstr("v3 until September 2027"));
}

TEST(check_proxy, without_a_proxy_there_is_nothing_to_say) {
    EXPECT_TRUE(found_by(check_proxy, settings()).empty());
}

TEST(check_proxy, host_that_is_exempt_is_told) {
    settings options;
    options.api.proxy = "http://proxy.example:3128";
    options.api.no_proxy = "api.hubapi.com";
    const findings found = found_by(check_proxy, options);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].level, finding::good);
    EXPECT_THAT(found[0].words, HasSubstr("exempts api.hubapi.com"));
}

TEST(check_proxy, credentials_that_cannot_be_read_are_a_warning) {
    settings options;
    options.api.proxy = "http://proxy.example:3128";
    options.api.proxy_credentials_file = "/absent/proxy";
    const findings found = found_by(check_proxy, options);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].level, finding::warning) << "it takes another file as soon as it is there";
    EXPECT_THAT(found[0].words, HasSubstr("nothing is sent: "));
}

TEST(check_daemon, queue_on_which_nobody_works_has_no_finding) {
    settings options;
    options.queue.directory = "/absent/queue";
    EXPECT_TRUE(found_by(check_daemon, options).empty());
}

TEST(to_string_of_a_severity, words_are_those_that_scripts_know) {
    EXPECT_EQ(to_string(finding::good), "ok");
    EXPECT_EQ(to_string(finding::warning), "warning");
    EXPECT_EQ(to_string(finding::error), "error");
}

} // namespace hubspool
