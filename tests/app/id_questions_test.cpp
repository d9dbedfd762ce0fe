// What a round of questions for ids makes of HubSpot's answers.
#include "app/online/id_questions.hpp"
#include "app/questions_fixture.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class id_questions_test : public questions_fixture {
protected:
    id_questions_test() { api_.answer(200, R"({"portalId":111})"); }
    asked_ids ask(std::vector<std::string> ids, std::uint64_t questions_max = 100) {
        id_round round;
        round.portal = "111";
        round.object_ids = std::move(ids);
        round.limit = 1000;
        round.questions_max = questions_max;
        round.progress = [this](std::size_t left) { left_.push_back(left); };
        return ask_for_unknown_ids(options_, std::move(round), lend(api_));
    }

    std::vector<std::size_t> left_; // before each question
};

TEST_F(id_questions_test, pages_are_read_while_they_are_fewer_than_the_ids_left) {
    api_.answer(200, R"({"results":[{"objectId":"1"}],"paging":{"next":{"after":"b"}}})");
    api_.answer(200, R"({"results":[{"objectId":"2"}],"paging":{"next":{"after":"c"}}})");
    api_.answer(404, R"({"status":"error"})");
    const asked_ids asked = ask({"1", "2", "3"});
    EXPECT_THAT(asked.unknown, ElementsAre("3"));
    EXPECT_EQ(asked.questions, 3U);
    EXPECT_EQ(asked.left, 0U);
    EXPECT_EQ(asked.stopped, "");
    EXPECT_THAT(left_, ElementsAre(3U, 2U, 1U));
}

TEST_F(id_questions_test, answer_that_is_of_no_use_ends_the_round_and_blames_no_id) {
    for (const auto& [status, body, words] : std::vector<std::tuple<int, std::string, std::string>>{
             {403, R"({"category":"MISSING_SCOPES"})", "crm.objects.marketing_events.read"},
             {404, "<html>", "404"},
             {200, R"({"results":7})", "not what HubSpot documents"},
             {429, R"({"errorType":"RATE_LIMIT"})", "ask again when the limit allows it"}}) {
        api_ = {};
        api_.answer(200, R"({"portalId":111})");
        api_.answer(status, body);
        const asked_ids asked = ask({"1", "2"});
        EXPECT_THAT(asked.stopped, HasSubstr(words));
        EXPECT_THAT(asked.unknown, IsEmpty());
        EXPECT_EQ(asked.left, 2U);
    }
}

TEST_F(id_questions_test, no_more_questions_are_asked_than_allowed) {
    api_.answer(200, R"({"results":[{"objectId":"1"}],"paging":{"next":{"after":"b"}}})");
    const asked_ids asked = ask({"1", "2", "3"}, 2);
    EXPECT_EQ(asked.questions, 1U) << "the next one might take two";
    EXPECT_EQ(asked.left, 2U);
    EXPECT_THAT(asked.stopped, HasSubstr("no more than 2"));
}

TEST_F(id_questions_test, id_that_hubspot_cannot_look_for_holds_up_no_other) {
    api_.answer(200, R"({"results":[{"objectId":"3"}]})");
    api_.answer(400, R"({"status":"error","message":"no id"})");
    api_.answer(404, R"({"status":"error"})");
    const asked_ids asked = ask({"#1", "2", "3"});
    EXPECT_THAT(asked.unknown, ElementsAre("2"));
    EXPECT_EQ(asked.left, 1U);
    EXPECT_THAT(asked.stopped, HasSubstr("objectId #1: "));
}

TEST_F(id_questions_test, events_of_another_account_are_not_asked_for) {
    options_.api.portal_id = "222";
    const asked_ids asked = ask({"1"});
    EXPECT_THAT(asked.stopped, HasSubstr("portal 222's"));
    EXPECT_EQ(asked.questions, 0U);
}

} // namespace
} // namespace hubspool
