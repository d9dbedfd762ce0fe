#include "simulator/token_desk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubspool::simulator {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class token_desk_test : public ::testing::Test {
protected:
    token_desk_test() {
        settings.token = "static";
        settings.client_id = "id";
        settings.client_secret = "s+cret";
        settings.refresh_token = "first";
    }
    reply_text ask(const std::string& refresh_token, const std::string& secret = "s%2Bcret") {
        return desk.exchange_refresh_token("grant_type=refresh_token&client_id=id&client_secret=" +
                                               secret + "&refresh_token=" + refresh_token,
                                           now);
    }

    behaviour settings;
    token_desk desk{settings};
    arrival_time now = arrival_time(1000h);
};

TEST_F(token_desk_test, grant_is_good_for_its_life) {
    settings.token_life_ms = 2000;
    const auto reply = ask("first");
    EXPECT_EQ(reply.status, 200);
    EXPECT_THAT(reply.body, HasSubstr(R"("expires_in":2,)"));
    const std::string access = "CN000001-access-token-of-the-app";
    EXPECT_THAT(reply.body, HasSubstr(access));
    EXPECT_EQ(desk.holder_of(access, now).portal, settings.portal_id);
    EXPECT_FALSE(desk.holder_of(access, now + 1999ms).expired);
    EXPECT_TRUE(desk.holder_of(access, now + 2s).expired);
}

TEST_F(token_desk_test, replaced_refresh_token_voids_the_one_before) {
    settings.rotate_refresh_token = true;
    EXPECT_THAT(ask("first").body, HasSubstr("first-replaced-000001"));
    EXPECT_THAT(ask("first").body, HasSubstr("BAD_REFRESH_TOKEN"));
    EXPECT_EQ(ask("first-replaced-000001").status, 200);
    settings.refresh_token = "second"; // the app was installed again
    EXPECT_EQ(ask("second").status, 200);
}

TEST_F(token_desk_test, wrong_words_are_refused_as_hubspot_does) {
    EXPECT_THAT(ask("first", "wrong").body, HasSubstr("BAD_CLIENT_SECRET"));
    EXPECT_THAT(ask("other").body, HasSubstr("invalid_grant"));
    settings.token_error = "BAD_HUB";
    EXPECT_THAT(ask("first").body, HasSubstr("BAD_HUB"));
    settings.token_error = "503";
    EXPECT_EQ(ask("first").status, 503);
    EXPECT_EQ(desk.grants(), 0U);
    EXPECT_EQ(desk.requests(), 4U);
}

TEST_F(token_desk_test, tokens_open_their_accounts) {
    settings.other_portals = {"foreign=222"};
    EXPECT_EQ(desk.holder_of("static", now).portal, settings.portal_id);
    EXPECT_EQ(desk.holder_of("foreign", now).portal, 222U);
    EXPECT_EQ(desk.holder_of("unknown", now).portal, 0U);
}

} // namespace
} // namespace hubspool::simulator
