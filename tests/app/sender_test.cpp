// All that goes over the network, and how it ends.
#include "app/credential_fixture.hpp"
#include "app/daemon/sender.hpp"
#include "app/hand_driven_api.hpp"
#include "app/moment_now.hpp"
#include "base/clocks.hpp"
#include "core/record_block.hpp"

#include <boost/asio/co_spawn.hpp>

#include <gmock/gmock.h>

#include <optional>

namespace hubspool {

namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::SizeIs;

engine_options without_waiting() {
    engine_options options;
    options.planner.linger = 0ms;
    return options;
}

class sender_test : public credential_fixture {
protected:
    sender_test() : credential_fixture(without_waiting()) {
        engine_.handle(event::frontiers_stored{{end_of_file(1000), end_of_file(1000)}},
                       moment_now());
    }
    result<std::unique_ptr<sender>> open(const api_maker& make_api) {
        return sender::open(loop_, running_, false, boot_now(), left_, make_api);
    }
    // Runs, with one request on the wire.
    void send_one(milliseconds request_timeout) {
        use_token_file("one");
        running_.options.api.request_timeout = request_timeout;
        auto opened = open([this](const auto& loop, const api_options&) {
            auto made = std::make_unique<hand_driven_api>(loop);
            net_ = made.get();
            return result<std::unique_ptr<api_client>>(std::move(made));
        });
        ASSERT_TRUE(static_cast<bool>(opened)) << opened.error().message;
        sender_ = std::move(*opened);
        keeper_events seen;
        seen.changed = seen.parked = [this] { sender_->delivery().wake(); };
        sender_->set_up(engine_, seen, [this](action::any& wanted) {
            if (std::holds_alternative<action::persist_outcome>(wanted)) ++outcomes_;
        });
        testing::record_block block;
        block.record("1", {{"eventName", "1"}});
        engine_.handle(event::records_read{block.block()}, moment_now());
        boost::asio::co_spawn(loop_, sender_->run(),
                              [this](const std::exception_ptr&) { ended_ = true; });
        run_ready();
        ASSERT_NE(net_->busy(), nullptr);
    }

    void stop() {
        engine_.handle(event::stop_wanted{}, moment_now());
        sender_->delivery().wake();
        sender_->finish();
    }

    sending_leftovers left_;
    hand_driven_api* net_ = nullptr; // of the sender
    std::unique_ptr<sender> sender_;
    int outcomes_ = 0;
    bool ended_ = false;
};

} // namespace

TEST_F(sender_test, api_that_cannot_be_set_up_keeps_it_from_opening) {
    use_token_file("one");
    const auto opened = open([](const auto&, const api_options& options) {
        return result<std::unique_ptr<api_client>>(failure{"no such CA file for " + options.url});
    });
    ASSERT_FALSE(static_cast<bool>(opened));
    EXPECT_THAT(opened.error().message, HasSubstr("no such CA file for https://"));
}

TEST_F(sender_test, state_directory_that_cannot_be_written_keeps_it_from_opening) {
    use_token_file("one");
    running_.options.state.directory = dir_.file("absent");
    const auto opened = open(make_api_client);
    ASSERT_FALSE(static_cast<bool>(opened));
    EXPECT_THAT(opened.error().message, HasSubstr("absent/sending"));
}

TEST_F(sender_test, end_waits_for_the_answer_on_the_wire_and_for_nothing_else) {
    send_one(1h);
    stop();
    run_ready();
    EXPECT_FALSE(ended_);
    net_->busy()->answer(200, R"({"status":"COMPLETE","results":[{"objectId":"1"}]})");
    run_ready();
    EXPECT_TRUE(ended_);
    EXPECT_EQ(outcomes_, 1);
    EXPECT_TRUE(loop_.stopped()) << "patience that is left keeps nobody waiting";
}

TEST_F(sender_test, end_waits_no_longer_than_a_request_may_take) {
    send_one(0ms);
    stop();
    run_until([this] { return ended_; });
    EXPECT_EQ(net_->busy(), nullptr);
    EXPECT_EQ(outcomes_, 1) << "what was cut is noted as well";
}

TEST_F(sender_test, abort_waits_for_no_answer) {
    send_one(1h);
    stop();
    sender_->delivery().abort();
    run_ready();
    EXPECT_TRUE(ended_);
}

TEST_F(sender_test, request_on_the_wire_is_known_to_the_next_run_after_a_kill) {
    send_one(1h);
    sender_.reset();
    sending_leftovers found;
    const auto opened = sender::open(loop_, running_, true, boot_now(), found, make_api_client);
    ASSERT_TRUE(static_cast<bool>(opened)) << opened.error().message;
    ASSERT_THAT(found.requests, SizeIs(1));
    EXPECT_THAT(found.requests[0].id_hashes, SizeIs(1));
}

} // namespace hubspool
