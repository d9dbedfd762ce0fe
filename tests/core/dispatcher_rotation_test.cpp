// A credential takes the place of one that was proved before.
#include "portal_story.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::no_scope;
using testing::unknown_token;

class dispatcher_rotation_test : public testing::portal_story {
protected:
    dispatcher_rotation_test() {
        ask();
        tell_portal("111");
    }
};

TEST_F(dispatcher_rotation_test, the_one_before_goes_on_serving_meanwhile) {
    accept_many(10);
    tell(event::credential_offered{false, {}});
    EXPECT_TRUE(send());
    ASSERT_TRUE(ask());
    EXPECT_TRUE(tell_portal("111").proved);
}

TEST_F(dispatcher_rotation_test, refused_new_one_leaves_the_one_before_in_use) {
    accept_many(10);
    for (const auto& [status, body] : {std::pair{401, unknown_token}, std::pair{403, no_scope}}) {
        tell(event::credential_offered{false, {}});
        ask();
        const testing::account_effects effect = tell(status, body);
        EXPECT_TRUE(effect.refused);
        EXPECT_FALSE(effect.proved);
        EXPECT_TRUE(engine->parks().empty());
    }
    EXPECT_TRUE(send());
    EXPECT_FALSE(ask());
}

TEST_F(dispatcher_rotation_test, question_on_a_stale_connection_tells_nothing_of_the_new_one) {
    for (const char* expected : {"111", ""}) {
        expect_portal(expected);
        ask();
        tell_portal("111");
        tell(event::credential_offered{false, {}});
        ASSERT_TRUE(ask());
        const testing::account_effects effect = tell_nothing(exchange_end::stale);
        EXPECT_FALSE(effect.proved || effect.refused);
        now = engine->next(now);
        ASSERT_TRUE(ask());
        EXPECT_TRUE(tell_portal("111").proved);
    }
}

TEST_F(dispatcher_rotation_test, new_one_of_another_portal_leaves_the_one_before_in_use) {
    accept_many(10);
    tell(event::credential_offered{false, {}});
    ask();
    const testing::account_effects effect = tell_portal("222");
    EXPECT_TRUE(effect.refused);
    EXPECT_FALSE(effect.proved);
    EXPECT_THAT(effect.words, AllOf(HasSubstr("222"), HasSubstr("111")));
    EXPECT_TRUE(engine->parks().empty());
    EXPECT_TRUE(send());
    EXPECT_FALSE(ask());
}

TEST_F(dispatcher_rotation_test, answer_for_one_that_was_replaced_meanwhile_counts_no_more) {
    tell(event::credential_offered{false, {}});
    ask();
    tell(event::credential_offered{false, {}});
    const testing::account_effects effect = tell_portal("222");
    EXPECT_FALSE(effect.proved);
    EXPECT_TRUE(engine->parks().empty());
    ASSERT_TRUE(ask());
    EXPECT_TRUE(tell_portal("111").proved);
}

TEST_F(dispatcher_rotation_test, missing_credential_sends_and_asks_nothing) {
    accept_many(10);
    tell(event::credential_missing{});
    EXPECT_EQ(engine->next(now), boot_time::max());
    tell(event::credential_refused{{park_reason::unauthorized, "re-install the app", {}}});
    EXPECT_EQ(engine->next(now + 24h), boot_time::max());
    tell(event::credential_offered{true, {}});
    ask();
    tell_portal("111");
    EXPECT_TRUE(engine->parks().empty());
    EXPECT_EQ(send()->ids.size(), 10U);
}

TEST_F(dispatcher_rotation_test, answer_that_comes_when_the_credential_is_gone_proves_nothing) {
    tell(event::credential_offered{false, {}});
    ask();
    accept_many(10);
    tell(event::credential_missing{});
    EXPECT_FALSE(tell_portal("111").proved);
    EXPECT_FALSE(send());
}

TEST_F(dispatcher_rotation_test, answer_under_way_does_not_end_wrong_portal) {
    accept_many(10);
    send();
    tell(event::credential_offered{true, {}}); // the one before was refused
    ask();
    tell_portal("222");
    deliver();
    EXPECT_TRUE(parked(park_reason::wrong_portal));
}

} // namespace
} // namespace hubspool
