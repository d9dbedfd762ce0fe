#include "app/credential_fixture.hpp"
#include "app/delivery/token_renewal.hpp"
#include "app/moment_now.hpp"
#include "base/clocks.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <gmock/gmock.h>

namespace hubspool {

namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class token_renewal_test : public credential_fixture {
protected:
    token_renewal& start() {
        renewal_events told;
        told.granted = [this](const token_answer&) { ++granted_; };
        told.changed = [this] { ++changes_; };
        told.parked = [this] { ++parks_; };
        use_oauth();
        engine_.handle(event::credential_missing{}, moment_now());
        renewal_.emplace(loop_.get_executor(), running_, engine_, api_, told);
        renewal_->tend();
        return *renewal_;
    }
    bool parked(park_reason reason) const {
        for (const park& p : engine_.parks())
            if (p.reason == reason) return true;
        return false;
    }
    std::string kept() const {
        std::ifstream file(dir_.file("refresh-token"));
        return {std::istreambuf_iterator<char>(file), {}};
    }

    std::optional<token_renewal> renewal_;
    int granted_ = 0, changes_ = 0, parks_ = 0;
};

} // namespace

TEST_F(token_renewal_test, token_is_asked_for_at_once_and_offered) {
    api_.answer(200, token_one);
    start();
    run_ready();
    EXPECT_EQ(granted_, 1);
    EXPECT_EQ(running_.token->offered(), "one");
    ASSERT_THAT(api_.bodies, SizeIs(1));
    EXPECT_THAT(api_.bodies[0], HasSubstr("na1-first"));
}

TEST_F(token_renewal_test, no_second_request_goes_while_one_is_under_way) {
    api_.meanwhile = [this] { renewal_->tend(); };
    start();
    run_ready();
    EXPECT_THAT(api_.bodies, SizeIs(1));
}

TEST_F(token_renewal_test, dead_grant_parks_without_a_token) {
    api_.answer(400, R"({"status":"BAD_REFRESH_TOKEN","message":"no","error":"invalid_grant"})");
    start();
    run_ready();
    EXPECT_EQ(parks_, 1);
    EXPECT_TRUE(parked(park_reason::unauthorized));
    EXPECT_EQ(running_.token->offered(), "");
}

TEST_F(token_renewal_test, connection_that_cannot_be_made_is_told_as_an_outage) {
    api_.refuse_connections("no route to host");
    start();
    run_ready();
    EXPECT_EQ(changes_, 1);
    EXPECT_EQ(parks_, 0);
    EXPECT_EQ(engine_.status(boot_now()).failures, 1U);
}

TEST_F(token_renewal_test, replaced_refresh_token_is_on_the_disk_before_the_token_is_offered) {
    api_.answer(200, R"({"access_token":"one","refresh_token":"na1-next","expires_in":1800})");
    start();
    run_ready();
    run_until([this] { return granted_ > 0; });
    EXPECT_THAT(kept(), HasSubstr("na1-next"));
    EXPECT_EQ(running_.token->oauth().refresh_token(), "na1-next");
}

TEST_F(token_renewal_test, end_waits_until_a_refresh_token_that_may_come_is_kept) {
    api_.answer(200, R"({"access_token":"one","refresh_token":"na1-next","expires_in":1800})");
    bool at_rest = false;
    api_.meanwhile = [this, &at_rest] {
        renewal_->stop();
        boost::asio::co_spawn(
            loop_,
            [](token_renewal& renewal, bool& ended) -> boost::asio::awaitable<void> {
                co_await renewal.at_rest();
                ended = true;
            }(*renewal_, at_rest),
            boost::asio::detached);
    };
    start();
    run_until([&] { return at_rest; });
    EXPECT_THAT(kept(), HasSubstr("na1-next"));
    EXPECT_EQ(granted_, 0) << "it is stopped";
}

TEST_F(token_renewal_test, refresh_token_that_was_given_and_is_dead_makes_room_for_the_set_one) {
    api_.answer(200, R"({"access_token":"one","refresh_token":"na1-next","expires_in":1800})");
    start();
    run_until([this] { return granted_ > 0; });
    api_.answer(400, R"({"status":"BAD_REFRESH_TOKEN","message":"no","error":"invalid_grant"})");
    api_.answer(200, R"({"access_token":"two","expires_in":1800})");
    ASSERT_TRUE(renewal_->refused());
    renewal_->tend();
    run_ready();
    ASSERT_THAT(api_.bodies, SizeIs(3));
    EXPECT_THAT(api_.bodies[1], HasSubstr("na1-next"));
    EXPECT_THAT(api_.bodies[2], HasSubstr("na1-first"));
    EXPECT_EQ(running_.token->offered(), "two");
    EXPECT_EQ(parks_, 0);
}

} // namespace hubspool
