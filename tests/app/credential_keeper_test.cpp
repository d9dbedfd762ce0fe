#include "app/credential_fixture.hpp"
#include "app/moment_now.hpp"
#include "base/clocks.hpp"

#include <gmock/gmock.h>

namespace hubspool {

namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

account_effect proved_by(std::uint64_t portal) {
    account_effect effect;
    effect.proved = true;
    effect.account = account_details{portal, "US/Eastern"};
    return effect;
}

class credential_keeper_test : public credential_fixture {
protected:
    credential_keeper& start() {
        keeper_events told;
        told.changed = [this] { ++changes_; };
        told.parked = [this] { ++parks_; };
        told.account = [this](const account_details& account) { account_ = account.portal_id; };
        told.fatal = [this](const std::string& why) { fatal_ = why; };
        keeper_.emplace(loop_.get_executor(), running_, engine_, api_, told);
        keeper_->start();
        return *keeper_;
    }
    void replace_token(const std::string& token) {
        write("token", token);
        keeper_->look();
    }
    // The account is asked for now, on a connection that is ready.
    bool question_is_due() {
        return std::holds_alternative<action::ask_account>(engine_.next(moment_now(), true));
    }

    std::optional<credential_keeper> keeper_;
    int changes_ = 0, parks_ = 0;
    std::uint64_t account_ = 0;
    std::string fatal_;
};

} // namespace

TEST_F(credential_keeper_test, token_of_the_file_is_proved_before_it_is_used) {
    use_token_file("one");
    credential_keeper& keeper = start();
    EXPECT_EQ(keeper.token(), "");
    EXPECT_EQ(keeper.offered(), "one");
    EXPECT_TRUE(question_is_due());
    keeper.answered("one", proved_by(111));
    EXPECT_EQ(keeper.token(), "one");
    EXPECT_EQ(account_, 111U);
    EXPECT_GT(changes_, 0);
}

TEST_F(credential_keeper_test, answer_for_another_token_than_the_newest_means_nothing) {
    use_token_file("one");
    credential_keeper& keeper = start();
    replace_token("two");
    keeper.answered("one", proved_by(111));
    EXPECT_EQ(keeper.token(), "");
}

TEST_F(credential_keeper_test, replaced_token_waits_for_its_proof_while_the_one_before_serves) {
    use_token_file("one");
    credential_keeper& keeper = start();
    keeper.answered("one", proved_by(111));
    replace_token("two");
    EXPECT_EQ(keeper.token(), "one");
    EXPECT_EQ(keeper.waits(), "");
    account_effect refused;
    refused.refused = true;
    refused.words = "expired";
    keeper.answered("two", refused);
    EXPECT_THAT(keeper.waits(), HasSubstr("expired"));
    EXPECT_EQ(keeper.token(), "one");
    replace_token("three");
    keeper.answered("three", proved_by(111));
    EXPECT_EQ(keeper.token(), "three");
    EXPECT_THAT(running_.locks, SizeIs(1)) << "the lock of the one before is given back";
}

TEST_F(credential_keeper_test, file_that_cannot_be_used_waits_and_the_token_before_stays) {
    use_token_file("one");
    credential_keeper& keeper = start();
    keeper.answered("one", proved_by(111));
    replace_token("two words");
    EXPECT_THAT(keeper.waits(), HasSubstr("the credential read before stays in use"));
    EXPECT_EQ(keeper.token(), "one");
}

TEST_F(credential_keeper_test, refused_token_is_dropped_for_the_one_that_lies_in_the_file) {
    use_token_file("one");
    credential_keeper& keeper = start();
    keeper.answered("one", proved_by(111));
    write("token", "two");
    EXPECT_TRUE(keeper.refused("one"));
    EXPECT_EQ(keeper.token(), "");
    EXPECT_EQ(keeper.offered(), "two");
    EXPECT_TRUE(question_is_due());
}

TEST_F(credential_keeper_test, refused_token_that_is_the_only_one_stays_until_a_person_acts) {
    use_token_file("one");
    credential_keeper& keeper = start();
    keeper.answered("one", proved_by(111));
    EXPECT_FALSE(keeper.refused("one"));
    EXPECT_TRUE(keeper.refused("zero")) << "it was replaced before";
}

TEST_F(credential_keeper_test, credential_that_another_process_uses_is_fatal) {
    use_token_file("one");
    start();
    write("token", "two");
    const auto taken = credential_lock::take(running_.options.api.url + ' ' + [this] {
        credential other(make_credential_files(running_.options));
        (void)other.refresh();
        return other.identity();
    }());
    ASSERT_TRUE(static_cast<bool>(taken));
    keeper_->look();
    EXPECT_NE(fatal_, "");
}

TEST_F(credential_keeper_test, nothing_is_looked_at_after_a_stop) {
    use_token_file("one");
    credential_keeper& keeper = start();
    keeper.stop();
    replace_token("two");
    EXPECT_EQ(keeper.offered(), "one");
}

TEST_F(credential_keeper_test, first_access_token_of_a_grant_is_proved_and_further_ones_are_good) {
    use_oauth();
    api_.answer(200, token_one);
    credential_keeper& keeper = start();
    run_ready();
    EXPECT_EQ(keeper.offered(), "one");
    EXPECT_EQ(keeper.token(), "");
    ASSERT_TRUE(question_is_due());
    const api_response details = testing::account_answer(111);
    engine_.handle(event::account_answered{details}, moment_now());
    action::any next = engine_.next(moment_now(), true);
    while (!std::holds_alternative<action::judge_credential>(next))
        next = engine_.next(moment_now(), true);
    keeper.answered("one", std::get<action::judge_credential>(next).effect);
    EXPECT_EQ(keeper.token(), "one");

    api_.answer(200, R"({"access_token":"two","expires_in":1800})");
    EXPECT_TRUE(keeper.refused("one")) << "another one is asked for";
    run_ready();
    EXPECT_EQ(keeper.token(), "");
    EXPECT_EQ(keeper.offered(), "two");
    EXPECT_FALSE(keeper.refused("two")) << "once a minute at most";
}

TEST_F(credential_keeper_test, grant_that_changes_while_its_token_is_asked_for_is_asked_with_anew) {
    use_oauth();
    api_.answer(200, token_one);
    api_.answer(200, R"({"access_token":"two","expires_in":1800})");
    credential_keeper& keeper = start();
    api_.meanwhile = [this] {
        if (api_.bodies.size() > 1) return;
        write("refresh", "na1-other");
        keeper_->look();
    };
    run_ready();
    ASSERT_THAT(api_.bodies, SizeIs(2));
    EXPECT_THAT(api_.bodies[1], HasSubstr("na1-other"));
    EXPECT_EQ(keeper.offered(), "two");
}

} // namespace hubspool
