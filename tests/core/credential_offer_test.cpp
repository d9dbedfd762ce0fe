#include "core/sending/credential_offer.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::HasSubstr;
using refusal = credential_offer::refusal;

account_effect proved_by(std::uint64_t portal) {
    account_effect effect;
    effect.proved = true;
    effect.account = account_details{portal, "US/Eastern"};
    return effect;
}
account_effect refused_with(const std::string& words) {
    account_effect effect;
    effect.refused = true;
    effect.words = words;
    return effect;
}
account_effect not_asked(const std::string& words) {
    account_effect effect;
    effect.words = words;
    return effect;
}

class credential_offer_test : public ::testing::Test {
protected:
    void prove(std::uint64_t portal = 111) {
        EXPECT_TRUE(offer.answered(proved_by(portal)).use);
        offer.used();
    }
    credential_offer offer;
};

TEST_F(credential_offer_test, first_one_that_is_proved_takes_the_place_of_none) {
    EXPECT_TRUE(offer.answered(proved_by(111)).use);
    EXPECT_FALSE(offer.used());
}

TEST_F(credential_offer_test, changed_files_offer_another_one_that_takes_the_place_once) {
    prove();
    offer.files_changed();
    EXPECT_TRUE(offer.used());
    EXPECT_FALSE(offer.used());
}

TEST_F(credential_offer_test, forced_renewal_makes_another_one_of_it) {
    prove();
    offer.renewal_forced();
    EXPECT_TRUE(offer.used());
}

TEST_F(credential_offer_test, refused_one_waits_and_is_told_once) {
    prove();
    offer.files_changed();
    EXPECT_EQ(offer.waits(), "");
    EXPECT_THAT(offer.answered(refused_with("expired")).error,
                HasSubstr("does not accept the new credential: expired"));
    EXPECT_EQ(offer.answered(refused_with("revoked")).error, "");
    EXPECT_THAT(offer.waits(), HasSubstr("revoked"));
}

TEST_F(credential_offer_test, one_of_another_account_waits_with_these_words) {
    account_effect other = refused_with("222, not 111");
    other.account = account_details{222, ""};
    EXPECT_THAT(offer.answered(other).error, HasSubstr("it is another account's: 222, not 111"));
}

TEST_F(credential_offer_test, one_that_waited_waits_no_more_once_files_change_or_it_is_used) {
    offer.answered(refused_with("expired"));
    offer.files_changed();
    EXPECT_EQ(offer.waits(), "");
    offer.answered(refused_with("expired"));
    offer.used();
    EXPECT_EQ(offer.waits(), "");
}

TEST_F(credential_offer_test, question_without_an_answer_is_told_once_and_anew_after_an_answer) {
    EXPECT_THAT(offer.answered(not_asked("timed out")).warning, HasSubstr("could not be asked"));
    EXPECT_EQ(offer.answered(not_asked("timed out")).warning, "");
    EXPECT_NE(offer.answered(not_asked("no route")).warning, "");
    prove();
    EXPECT_NE(offer.answered(not_asked("no route")).warning, "");
}

TEST_F(credential_offer_test, question_that_made_a_park_is_told_by_the_park) {
    account_effect parked = not_asked("401");
    parked.parked = true;
    EXPECT_EQ(offer.answered(parked).warning, "");
}

TEST_F(credential_offer_test, account_that_is_not_told_is_warned_of_and_the_credential_used) {
    account_effect effect = not_asked("404");
    effect.proved = true;
    const credential_offer::answer told = offer.answered(effect);
    EXPECT_TRUE(told.use);
    EXPECT_THAT(told.warning, HasSubstr("does not tell whose account"));
}

TEST_F(credential_offer_test, refused_token_that_was_replaced_means_nothing) {
    EXPECT_EQ(offer.refused("old", "mine", "mine"), refusal::replaced);
}

TEST_F(credential_offer_test, refused_token_that_is_the_newest_stands) {
    EXPECT_EQ(offer.refused("mine", "mine", "mine"), refusal::stands);
    EXPECT_EQ(offer.refused("new", "mine", "new"), refusal::stands);
}

TEST_F(credential_offer_test, refused_token_makes_room_for_a_newer_one_that_was_not_refused) {
    EXPECT_EQ(offer.refused("mine", "mine", "new"), refusal::prove_newest);
    offer.answered(refused_with("expired"));
    EXPECT_EQ(offer.refused("mine", "mine", "new"), refusal::ask_again);
}

TEST_F(credential_offer_test, further_tokens_of_a_proved_grant_are_good_as_they_are) {
    EXPECT_FALSE(offer.is_good(111, true)) << "nothing is proved yet";
    prove(111);
    EXPECT_TRUE(offer.is_good(111, true));
    EXPECT_TRUE(offer.is_good(std::nullopt, true));
    EXPECT_FALSE(offer.is_good(111, false));
    EXPECT_FALSE(offer.is_good(222, true));
    offer.files_changed();
    EXPECT_FALSE(offer.is_good(111, true)) << "another grant";
}

} // namespace
} // namespace hubspool
