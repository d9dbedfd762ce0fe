// The delivery loop with the real engine and credential, an API that answers when the test says so,
// and time that passes by hand.
#include "app/credential_fixture.hpp"
#include "app/delivery/delivery_loop.hpp"
#include "app/hand_clock.hpp"
#include "app/hand_driven_api.hpp"
#include "config/hubspot_paths.hpp"
#include "core/record_block.hpp"

#include <boost/asio/co_spawn.hpp>

#include <gmock/gmock.h>

#include <deque>

namespace hubspool {

namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

class fake_requests_log final : public request_log {
public:
    result<std::size_t> sent(boot_time, const std::vector<std::uint64_t>& hashes) override {
        if (!failures.empty()) {
            const failure why = failures.front();
            failures.pop_front();
            return why;
        }
        noted.push_back(hashes.size());
        return noted.size() - 1;
    }
    result<void> answered(std::size_t slot, boot_time, bool conclusive) override {
        ended.emplace_back(slot, conclusive);
        return {};
    }
    std::deque<failure> failures;                    // of the next requests
    std::vector<std::size_t> noted;                  // how many objects each names; by slot
    std::vector<std::pair<std::size_t, bool>> ended; // slot, and whether nothing of it can land
};

engine_options one_by_one() {
    engine_options options;
    options.planner.linger = 0ms;
    options.planner.inputs_max = 1;
    options.mapper.look_at_echo = false;
    options.breaker.connections = 2;
    return options;
}

const std::string ours = R"({"portalId":111})";
const std::string invalid_authentication =
    R"({"status":"error","category":"INVALID_AUTHENTICATION","message":"Authentication failed"})";

std::string results_with(const std::string& id) {
    return R"({"status":"COMPLETE","results":[{"objectId":")" + id + "\"}]}";
}

class delivery_loop_test : public credential_fixture {
protected:
    delivery_loop_test() : credential_fixture(one_by_one()) {
        engine_.handle(event::frontiers_stored{{end_of_file(1000), end_of_file(1000)}},
                       clock_->now());
    }
    // Runs, and the account check has gone.
    void begin() {
        use_token_file("one");
        keeper_events seen;
        seen.changed = seen.parked = [this] { delivery_->wake(); };
        seen.account = [](const account_details&) {};
        seen.fatal = [](const std::string& why) { ADD_FAILURE() << why; };
        keeper_.emplace(loop_.get_executor(), running_, engine_, net_, seen);
        const auto others = [this](action::any& wanted) {
            if (auto* const done = std::get_if<action::persist_outcome>(&wanted)) {
                outcomes_.push_back(std::move(done->outcome));
                at_outcome_();
            } else if (const auto* const changed = std::get_if<action::persist_parks>(&wanted)) {
                parks_ = changed->now;
            }
        };
        delivery_.emplace(loop_.get_executor(), std::unique_ptr<alarm_clock>(clock_),
                          delivery_links{engine_, net_, *keeper_, log_}, "v3", others);
        boost::asio::co_spawn(loop_, delivery_->run(),
                              [this](const std::exception_ptr&) { ended_ = true; });
        keeper_->start();
        run_ready();
    }
    // The same, and the credential is proved: batches may go.
    void begin_proved() {
        begin();
        answer(200, ours);
    }
    void accept(const std::string& id) {
        testing::record_block block(1, lane::live, ordinal_++);
        block.record(id, {{"eventName", "1"}});
        engine_.handle(event::records_read{block.block()}, clock_->now());
        delivery_->wake();
    }
    void stop() {
        engine_.handle(event::stop_wanted{}, clock_->now());
        delivery_->wake();
    }
    // The first request that is on a wire.
    wire& busy() {
        wire* const found = net_.busy();
        if (found == nullptr) throw std::runtime_error("nothing is on the wire");
        return *found;
    }
    wire& wire_with(const std::string& id) {
        for (const auto& each : net_.wires)
            if (each->is_busy() && each->body().find(R"("objectId":")" + id) != std::string::npos)
                return *each;
        throw std::runtime_error("no request names " + id);
    }
    void answer(int status, const std::string& body) {
        busy().answer(status, body);
        run_ready();
    }
    // Until the loop wakes by itself, as often as it takes; false: it never sends.
    bool sends_in_time() {
        for (int turn = 0; turn < 1000 && net_.busy() == nullptr; ++turn) {
            if (!clock_->sleeps() || clock_->left() == milliseconds::max()) return false;
            clock_->pass(clock_->left());
            run_ready();
        }
        return net_.busy() != nullptr;
    }
    std::size_t on_the_wire() const {
        std::size_t count = 0;
        for (const auto& each : net_.wires) count += each->is_busy() ? 1 : 0;
        return count;
    }

    hand_clock* clock_ = new hand_clock(loop_.get_executor()); // of the loop, once that runs
    hand_driven_api net_{loop_.get_executor()};
    fake_requests_log log_;
    std::optional<credential_keeper> keeper_;
    std::optional<delivery_loop> delivery_;
    std::function<void()> at_outcome_ = [] {};
    std::vector<batch_outcome> outcomes_;
    std::vector<park> parks_;
    std::uint64_t ordinal_ = 0;
    bool ended_ = false;
};

} // namespace

TEST_F(delivery_loop_test, account_check_goes_first_and_carries_the_credential_that_is_offered) {
    begin();
    accept("1");
    run_ready();
    ASSERT_EQ(on_the_wire(), 1U);
    EXPECT_EQ(busy().target(), account_details_path("v3"));
    EXPECT_EQ(busy().token(), "one");
    answer(200, ours);
    ASSERT_EQ(on_the_wire(), 1U);
    EXPECT_EQ(busy().target(), batch_update_path("v3"));
    EXPECT_EQ(busy().token(), "one");
    EXPECT_THAT(busy().body(), HasSubstr(R"("objectId":"1")"));
}

TEST_F(delivery_loop_test, request_is_noted_before_it_is_written_and_its_end_before_its_outcome) {
    std::size_t written = 0;
    net_.at_request = [&] { EXPECT_EQ(log_.noted.size(), ++written); };
    at_outcome_ = [&] { EXPECT_THAT(log_.ended, SizeIs(2)); };
    begin_proved();
    accept("1");
    run_ready();
    EXPECT_THAT(log_.noted, ElementsAre(0, 1)) << "the account check names no object";
    EXPECT_THAT(outcomes_, IsEmpty());
    answer(200, results_with("1"));
    ASSERT_THAT(outcomes_, SizeIs(1));
    EXPECT_EQ(outcomes_[0].delivered, 1U);
    EXPECT_THAT(log_.ended, ElementsAre(Pair(0, true), Pair(1, true)));
}

TEST_F(delivery_loop_test, request_that_cannot_be_noted_is_not_written_before_it_can) {
    begin_proved();
    log_.failures = {{"no space left on device", ENOSPC}, {"no space left on device", ENOSPC}};
    accept("1");
    run_ready();
    EXPECT_EQ(on_the_wire(), 0U);
    EXPECT_TRUE(sends_in_time());
    EXPECT_THAT(log_.failures, IsEmpty());
    EXPECT_THAT(outcomes_, IsEmpty()) << "nobody is blamed";
}

TEST_F(delivery_loop_test, answers_in_any_order_reach_the_batches_that_they_are_to) {
    begin_proved();
    accept("1");
    accept("2");
    run_ready();
    ASSERT_EQ(on_the_wire(), 2U);
    for (const char* id : {"2", "1"}) {
        wire_with(id).answer(200, results_with(id));
        run_ready();
    }
    ASSERT_THAT(outcomes_, SizeIs(2));
    EXPECT_EQ(outcomes_[0].delivered + outcomes_[1].delivered, 2U);
    EXPECT_EQ(outcomes_[0].batch, outcomes_[1].batch + 1);
}

TEST_F(delivery_loop_test, next_request_follows_on_the_connection_that_was_answered) {
    begin_proved();
    for (const char* id : {"1", "2", "3", "4"}) accept(id);
    run_ready();
    ASSERT_THAT(net_.wires, SizeIs(2));
    while (net_.busy() != nullptr) {
        const std::string body = busy().body();
        const std::size_t id = body.find(R"("objectId":")") + 12;
        answer(200, results_with(body.substr(id, 1)));
    }
    EXPECT_THAT(outcomes_, SizeIs(4));
    EXPECT_THAT(net_.wires, SizeIs(2));
}

TEST_F(delivery_loop_test, connection_that_closed_with_its_answer_carries_nothing_more) {
    begin_proved();
    accept("1");
    run_ready();
    accept("2");
    busy().answer_and_close(200, results_with("1"));
    run_ready();
    EXPECT_FALSE(net_.wires[0]->is_busy());
    EXPECT_THAT(busy().body(), HasSubstr(R"("2")"));
}

TEST_F(delivery_loop_test, idle_connection_that_the_server_closed_is_not_used_again) {
    begin_proved();
    net_.wires[0]->close_idle();
    accept("1");
    run_ready();
    ASSERT_THAT(net_.wires, SizeIs(2));
    EXPECT_TRUE(net_.wires[1]->is_busy());
}

TEST_F(delivery_loop_test, cut_request_may_still_land_and_goes_again_with_the_same_values) {
    begin_proved();
    accept("1");
    run_ready();
    const std::string body = busy().body();
    busy().cut();
    run_ready();
    EXPECT_EQ(on_the_wire(), 0U) << "it waits first";
    EXPECT_FALSE(log_.ended.back().second);
    ASSERT_TRUE(sends_in_time());
    EXPECT_EQ(busy().body(), body);
    EXPECT_FALSE(net_.wires[0]->is_busy());
    answer(200, results_with("1"));
    EXPECT_EQ(outcomes_.back().delivered, 1U);
}

TEST_F(delivery_loop_test, connection_that_cannot_be_made_is_tried_again_after_a_while) {
    begin_proved();
    net_.wires[0]->close_idle();
    net_.no_connection = "no route to host";
    accept("1");
    run_ready();
    ASSERT_TRUE(clock_->sleeps());
    EXPECT_GT(clock_->left(), 0ms);
    EXPECT_LE(clock_->left(), 1s);
    clock_->pass(clock_->left() - 1ms);
    net_.no_connection.clear();
    run_ready();
    EXPECT_EQ(net_.busy(), nullptr) << "not before its time";
    EXPECT_TRUE(sends_in_time());
}

TEST_F(delivery_loop_test, refused_credential_parks_and_the_next_one_is_proved_before_it_sends) {
    begin_proved();
    accept("1");
    run_ready();
    answer(401, invalid_authentication);
    ASSERT_THAT(parks_, SizeIs(1));
    EXPECT_EQ(parks_[0].reason, park_reason::unauthorized);
    EXPECT_EQ(on_the_wire(), 0U);
    write("token", "two");
    keeper_->look();
    run_ready();
    ASSERT_EQ(on_the_wire(), 1U);
    EXPECT_EQ(busy().target(), account_details_path("v3"));
    EXPECT_EQ(busy().token(), "two");
    answer(200, ours);
    EXPECT_THAT(parks_, IsEmpty());
    ASSERT_TRUE(sends_in_time());
    EXPECT_EQ(busy().token(), "two");
    EXPECT_THAT(busy().body(), HasSubstr(R"("1")"));
}

TEST_F(delivery_loop_test, credential_that_was_replaced_while_its_request_was_out_parks_nothing) {
    begin_proved();
    accept("1");
    run_ready();
    write("token", "two");
    answer(401, invalid_authentication);
    EXPECT_THAT(parks_, IsEmpty());
    ASSERT_TRUE(sends_in_time());
    EXPECT_EQ(busy().target(), account_details_path("v3"));
    EXPECT_EQ(busy().token(), "two");
}

TEST_F(delivery_loop_test, parked_credential_is_put_to_the_test_when_its_time_has_come) {
    begin_proved();
    accept("1");
    run_ready();
    answer(401, invalid_authentication);
    const boot_time parked_at = clock_->now().boot;
    ASSERT_TRUE(sends_in_time());
    EXPECT_GE(clock_->now().boot, parked_at + 10s);
    answer(200, results_with("1"));
    EXPECT_THAT(parks_, IsEmpty());
}

TEST_F(delivery_loop_test, stop_waits_for_the_answer_on_the_wire_and_sends_nothing_more) {
    begin_proved();
    accept("1");
    run_ready();
    stop();
    accept("2");
    run_ready();
    EXPECT_FALSE(ended_);
    ASSERT_EQ(on_the_wire(), 1U);
    answer(200, results_with("1"));
    EXPECT_TRUE(ended_);
    EXPECT_EQ(on_the_wire(), 0U);
    EXPECT_THAT(outcomes_, SizeIs(1)) << "what came is handed on first";
}

TEST_F(delivery_loop_test, stop_with_nothing_under_way_ends_at_once) {
    begin_proved();
    stop();
    run_ready();
    EXPECT_TRUE(ended_);
}

TEST_F(delivery_loop_test, abort_cuts_what_is_on_the_wire_and_notes_that_it_may_land) {
    begin_proved();
    accept("1");
    run_ready();
    stop();
    delivery_->abort();
    run_ready();
    EXPECT_TRUE(ended_);
    EXPECT_THAT(log_.ended, ElementsAre(Pair(0, true), Pair(1, false)));
    EXPECT_THAT(outcomes_, SizeIs(1));
}

TEST_F(delivery_loop_test, what_comes_while_the_loop_is_at_work_is_not_slept_through) {
    begin_proved();
    at_outcome_ = [this] {
        if (outcomes_.size() == 1) accept("2");
    };
    accept("1");
    run_ready();
    answer(200, results_with("1"));
    ASSERT_EQ(on_the_wire(), 1U);
    EXPECT_THAT(busy().body(), HasSubstr(R"("2")"));
}

TEST_F(delivery_loop_test, wake_before_the_loop_sleeps_makes_it_look_once_more) {
    begin_proved();
    const int before = clock_->times();
    accept("1");
    delivery_->wake();
    delivery_->wake();
    run_ready();
    answer(200, results_with("1"));
    EXPECT_TRUE(clock_->sleeps());
    EXPECT_GT(clock_->times(), before);
}

TEST_F(delivery_loop_test, loop_with_nothing_to_do_sleeps_until_it_is_woken) {
    begin_proved();
    ASSERT_TRUE(clock_->sleeps());
    EXPECT_EQ(clock_->left(), milliseconds::max());
}

} // namespace hubspool
