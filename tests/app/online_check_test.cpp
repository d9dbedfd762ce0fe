// What `check --online` makes of HubSpot's answers; each row is one of them.
#include "app/online_check.hpp"
#include "app/scripted_api.hpp"
#include "base/clocks.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>

#include <fstream>

namespace hubspool {

namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

using answers = std::vector<std::pair<int, std::string>>;

const std::pair<int, std::string> unreadable{400, R"({"message":"Unable to read the body"})"};
const std::pair<int, std::string> account_of_111{200,
                                                 R"({"portalId":111,"timeZone":"US/Eastern"})"};
const std::pair<int, std::string> usage_of_7{
    200, R"({"results":[{"usageLimit":1000,"currentUsage":7,"resetsAt":"2026-11-25"}]})"};
const std::pair<int, std::string> two_properties{
    200, R"({"results":[{"name":"hs_object_id"},{"name":"seats","type":"number"}]})"};
const std::pair<int, std::string> old_property{200, R"({"results":[{"name":"old"}]})"};
const std::pair<int, std::string> rules_of_seats{
    200, R"({"results":[{"propertyName":"seats","propertyValidationRules":[)"
         R"({"ruleType":"MIN_NUMBER","ruleArguments":["1"]},{"ruleType":"BRAND_NEW"}]}]})"};
const std::pair<int, std::string> unknown_token{
    401, R"({"category":"INVALID_AUTHENTICATION","message":"Authentication failed"})"};
const std::pair<int, std::string> no_scope{
    403, R"({"category":"MISSING_SCOPES","message":"This app has not the scopes"})"};

class online_check_test : public ::testing::Test {
protected:
    online_check_test() {
        write("token", "one");
        options_.api.token_file = dir_.file("token");
        options_.api.url = "https://localhost:1";
        options_.api.portal_id = "111";
        options_.state.directory = dir_.path().string();
        api_.peer = {"192.0.2.1:443", "TLSv1.3", "CN=an issuer", wall_now() + 24h * 90};
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(dir_.file(name)) << text;
        ASSERT_EQ(::chmod(dir_.file(name).c_str(), 0640), 0);
    }
    void use_oauth() {
        for (const char* name : {"id", "secret", "refresh"}) write(name, name);
        options_.api.oauth.client_id_file = dir_.file("id");
        options_.api.oauth.client_secret_file = dir_.file("secret");
        options_.api.oauth.refresh_token_file = dir_.file("refresh");
    }
    void check(const answers& given) {
        for (const auto& [status, body] : given) api_.answer(status, body);
        found_ = check_online(options_, lend(api_));
    }
    // What was found of it; empty words: nothing.
    finding of(const std::string& subject) const {
        for (const finding& each : found_)
            if (each.subject == subject) return each;
        return {};
    }
    void expect(const std::string& subject, finding::severity level,
                const std::string& words) const {
        const finding found = of(subject);
        EXPECT_EQ(found.level, level) << subject << ": " << found.words;
        EXPECT_THAT(found.words, HasSubstr(words)) << subject;
    }

    temp_dir dir_;
    settings options_;
    scripted_api api_;
    std::vector<finding> found_;
};

} // namespace

TEST_F(online_check_test, all_that_is_well_is_told_as_such) {
    check({unreadable, account_of_111, usage_of_7, two_properties, old_property, rules_of_seats});
    expect("network", finding::good, "192.0.2.1:443");
    expect("server", finding::good, "an issuer");
    expect("credential", finding::good, "accepts the token");
    expect("scope", finding::good, "crm.objects.marketing_events.write");
    expect("portal", finding::good, "111, as api.portal_id says");
    expect("usage", finding::good, "7 of the day's 1000 requests");
    expect("properties", finding::good, "3 are defined: 1 archived, 0 not to be set, 1 with rules");
    EXPECT_THAT(api_.bodies, ElementsAre("{", "", "", "", "", ""))
        << "nothing that could be applied";
}

TEST_F(online_check_test, properties_are_told_as_far_as_hubspot_tells_them) {
    const struct {
        answers given;
        finding::severity level;
        const char* words;
    } table[] = {
        {{no_scope}, finding::warning, "lacks the scope crm.objects.marketing_events.read or"},
        {{{404, "<html>Not found</html>"}}, finding::warning, "404 with"},
        {{{200, R"({"results":[]})"}}, finding::warning, "not what HubSpot documents"},
        {{{200, "{}"}}, finding::warning, "not what HubSpot documents"},
        {{{500, R"({"message":"internal error"})"}}, finding::warning, "500: internal error"},
        {{}, finding::warning, "timed out"},
        {{two_properties, no_scope}, finding::warning, "which are archived"},
        {{two_properties, old_property, {502, "<html>"}}, finding::warning, "the rules for"},
        {{two_properties, old_property, rules_of_seats}, finding::good, "1 with rules"},
    };
    for (const auto& row : table) {
        answers all{unreadable, account_of_111, usage_of_7};
        all.insert(all.end(), row.given.begin(), row.given.end());
        check(all);
        expect("properties", row.level, row.words);
        EXPECT_EQ(of("usage").level, finding::good);
    }
}

TEST_F(online_check_test, token_that_is_of_no_use_ends_the_check) {
    const struct {
        std::pair<int, std::string> answer;
        const char* words;
    } table[] = {{unknown_token, "401"},
                 {{400, "<html>Welcome to the hotel</html>"}, ""}, // no answer of HubSpot's
                 {{502, "<html>Bad gateway</html>"}, "502"}};
    for (const auto& row : table) {
        api_.bodies.clear();
        check({row.answer});
        expect("credential", finding::error, row.words);
        EXPECT_EQ(of("portal").words, "");
        EXPECT_THAT(api_.bodies, SizeIs(1));
    }
}

TEST_F(online_check_test, token_without_the_scope_is_known_and_its_account_still_asked_for) {
    check({no_scope, account_of_111, usage_of_7});
    expect("credential", finding::good, "accepts the token");
    expect("scope", finding::error, "");
    expect("portal", finding::good, "111");
}

TEST_F(online_check_test, account_is_held_against_the_setting) {
    const struct {
        const char* expected;
        std::pair<int, std::string> answer;
        finding::severity level;
        const char* words;
    } table[] = {
        {"111", account_of_111, finding::good, "as api.portal_id says"},
        {"222", account_of_111, finding::error, "the credential opens portal 111"},
        {"", account_of_111, finding::warning, "write it into api.portal_id"},
        {"111", {500, "oops"}, finding::error, "so nothing would be sent"},
        {"", {500, "oops"}, finding::warning, "does not tell whose account it is"},
    };
    for (const auto& row : table) {
        options_.api.portal_id = row.expected;
        check({unreadable, row.answer, usage_of_7});
        expect("portal", row.level, row.words);
    }
}

TEST_F(online_check_test, time_zone_that_the_machine_does_not_know_is_told_where_it_matters) {
    const std::pair<int, std::string> atlantis{200, R"({"portalId":111,"timeZone":"US/Atlantis"})"};
    check({unreadable, atlantis, usage_of_7});
    expect("time zone", finding::warning, "US/Atlantis");
    options_.rate_limit.time_zone = "Europe/Berlin";
    check({unreadable, atlantis, usage_of_7});
    EXPECT_EQ(of("time zone").words, "");
}

TEST_F(online_check_test, usage_of_the_day_is_told_as_far_as_hubspot_tells_it) {
    const auto used = [](const char* limit, const char* current) {
        return std::pair{200, std::string(R"({"results":[{"usageLimit":)") + limit +
                                  R"(,"currentUsage":)" + current + "}]}"};
    };
    const struct {
        std::pair<int, std::string> answer;
        finding::severity level;
        const char* words;
    } table[] = {{used("1000", "999"), finding::good, "999 of the day's 1000"},
                 {used("1000", "1000"), finding::warning, "so sending waits"},
                 {{200, R"({"results":[]})"}, finding::warning, "does not tell the day's usage"},
                 {{403, "{}"}, finding::warning, "does not tell the day's usage"}};
    for (const auto& row : table) {
        check({unreadable, account_of_111, row.answer});
        expect("usage", row.level, row.words);
    }
}

TEST_F(online_check_test, certificate_that_ends_soon_is_a_warning_two_weeks_ahead) {
    const std::pair<std::chrono::hours, finding::severity> table[] = {
        {24h * 15, finding::good}, {24h * 13, finding::warning}, {-24h, finding::warning}};
    for (const auto& [from_now, level] : table) {
        api_.peer.expires = wall_now() + from_now;
        check({unreadable, account_of_111, usage_of_7});
        EXPECT_EQ(of("server").level, level) << from_now.count();
    }
}

TEST_F(online_check_test, network_that_fails_is_all_that_is_told) {
    api_.refuse_connections("no route to host");
    check({});
    EXPECT_THAT(found_, SizeIs(1));
    expect("network", finding::error, "no route to host");
    found_ = check_online(options_, [](const auto&, const api_options&) {
        return result<std::unique_ptr<api_client>>(failure{"api.ca_file: no such file"});
    });
    EXPECT_THAT(found_, SizeIs(1));
    expect("network", finding::error, "api.ca_file");
}

TEST_F(online_check_test, credential_that_cannot_be_read_leaves_the_network_looked_at) {
    options_.api.token_file = dir_.file("absent");
    check({});
    expect("network", finding::good, "connected to");
    expect("credential", finding::error, "not tried: ");
}

TEST_F(online_check_test, grant_is_introspected_and_never_exchanged) {
    const struct {
        std::pair<int, std::string> answer;
        const char* subject;
        finding::severity level;
        const char* words;
    } table[] = {
        {{200, R"({"active":true,"hub_id":111,"scopes":["crm.objects.marketing_events.write"]})"},
         "scope",
         finding::good,
         "it has"},
        {{200, R"({"active":true,"hub_id":111,"scopes":["oauth"]})"},
         "scope",
         finding::error,
         "the app lacks"},
        {{200, R"({"active":true,"hub_id":222})"}, "scope", finding::warning, "does not tell"},
        {{200, R"({"active":true,"hub_id":222})"}, "portal", finding::error, "opens portal 222"},
        {{200, R"({"active":false})"}, "credential", finding::error, "re-install the app"},
        {{400, R"({"status":"BAD_CLIENT_ID","message":"no","error":"invalid_client"})"},
         "credential",
         finding::error,
         "refused the OAuth client"},
        {{502, "<html>"}, "credential", finding::error, "could not be asked"},
    };
    use_oauth();
    for (const auto& row : table) {
        api_.bodies.clear();
        check({row.answer});
        expect(row.subject, row.level, row.words);
        ASSERT_THAT(api_.bodies, SizeIs(1));
        EXPECT_THAT(api_.bodies[0], HasSubstr("token_type_hint=refresh_token"));
    }
}

} // namespace hubspool
