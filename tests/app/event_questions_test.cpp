// What a round of questions for events makes of HubSpot's answers.
#include "app/online/event_questions.hpp"
#include "app/questions_fixture.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>

#include <fstream>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using status_and_body = std::pair<int, std::string>;

status_and_body event_of(const std::string& id) {
    return {200, R"({"objectId":")" + id + R"(","eventName":"a","customProperties":[]})"};
}
const status_and_body no_event{404, R"({"status":"error","category":"OBJECT_NOT_FOUND"})"};

class event_questions_test : public questions_fixture {
protected:
    event_questions_test() {
        round_.portal = "111";
        round_.object_ids = {"1", "2", "3"};
        round_.limit = 1000;
        round_.take = [this](std::size_t place, const auto& event, const auto* known) {
            heard_.push_back(round_.object_ids.at(place) + (event ? "" : " is gone"));
            knows_properties_ = known != nullptr;
        };
    }
    // Behind the answers for account and properties.
    asked_events ask(const std::vector<status_and_body>& answers,
                     const std::string& account = R"({"portalId":111})") {
        api_.answer(200, account);
        api_.answer(200, R"({"results":[{"name":"seats","type":"number"}]})");
        api_.answer(200, R"({"results":[]})");
        api_.answer(200, R"({"results":[]})");
        for (const auto& [status, body] : answers) api_.answer(status, body);
        return ask_for_events(options_, round_, lend(api_));
    }

    event_round round_;
    std::vector<std::string> heard_;
    bool knows_properties_ = false;
};

TEST_F(event_questions_test, each_event_is_heard_of_in_turn) {
    const asked_events asked = ask({event_of("1"), no_event, event_of("3")});
    EXPECT_THAT(heard_, ElementsAre("1", "2 is gone", "3"));
    EXPECT_TRUE(knows_properties_);
    EXPECT_EQ(asked.asked, 3U);
    EXPECT_EQ(asked.stopped, "");
}

TEST_F(event_questions_test, answer_that_may_pass_is_asked_for_once_more) {
    EXPECT_EQ(ask({{503, "{}"}, event_of("1"), no_event, event_of("3")}).stopped, "");
    EXPECT_THAT(heard_, ElementsAre("1", "2 is gone", "3"));
}

TEST_F(event_questions_test, answer_that_is_of_no_use_ends_the_round) {
    const std::vector<std::pair<status_and_body, std::string>> useless{
        {{403, R"({"category":"MISSING_SCOPES"})"}, "the scope crm.objects.marketing_events.read"},
        {{429, R"({"errorType":"RATE_LIMIT"})"}, "ask again when the limit allows it"},
        {{404, "<html>"}, "404"},
        {{200, "{}"}, "not what HubSpot documents"},
        {event_of("7"), "another event than the one asked for"}};
    for (const auto& [answer, words] : useless) {
        api_ = {};
        heard_.clear();
        const asked_events asked = ask({event_of("1"), answer});
        EXPECT_THAT(asked.stopped, HasSubstr(words));
        EXPECT_THAT(heard_, ElementsAre("1"));
        EXPECT_EQ(asked.asked, 1U);
    }
}

TEST_F(event_questions_test, events_of_another_account_are_not_asked_for) {
    EXPECT_THAT(ask({}, R"({"portalId":7})").stopped, HasSubstr("opens portal 7"));
    options_.api.portal_id = "222";
    api_ = {};
    EXPECT_THAT(ask({}).stopped, HasSubstr("portal 222's"));
    EXPECT_THAT(heard_, IsEmpty());
}

TEST_F(event_questions_test, token_of_an_oauth_app_is_not_asked_for) {
    for (const char* name : {"id", "secret", "refresh"}) {
        std::ofstream(dir_.file(name)) << name;
        ::chmod(dir_.file(name).c_str(), 0640);
    }
    options_.api.oauth.client_id_file = dir_.file("id");
    options_.api.oauth.client_secret_file = dir_.file("secret");
    options_.api.oauth.refresh_token_file = dir_.file("refresh");
    EXPECT_THAT(ask({}).stopped, HasSubstr("OAuth"));
    EXPECT_THAT(api_.bodies, IsEmpty());
}

} // namespace
} // namespace hubspool
