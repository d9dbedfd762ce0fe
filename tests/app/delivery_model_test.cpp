// The delivery loop over random answers, cuts and waits, by hand-driven time: what goes out is
// noted first, each object is on one wire at most, and in the end all is delivered once.
#include "app/credential_fixture.hpp"
#include "app/delivery/delivery_loop.hpp"
#include "app/hand_clock.hpp"
#include "app/hand_driven_api.hpp"
#include "core/record_block.hpp"
#include "support/random_rounds.hpp"

#include <boost/asio/co_spawn.hpp>

#include <gmock/gmock.h>

#include <map>
#include <random>
#include <set>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

// Notes as `sending` does, and knows what is open.
class counted_requests_log final : public request_log {
public:
    result<std::size_t> sent(boot_time, const std::vector<std::uint64_t>&) override {
        open.insert(++noted);
        return noted;
    }
    result<void> answered(std::size_t slot, boot_time, bool) override {
        EXPECT_EQ(open.erase(slot), 1U) << "an answer to what is not on the wire";
        return {};
    }
    std::size_t noted = 0;
    std::set<std::size_t> open;
};

engine_options few_at_a_time() {
    engine_options options;
    options.planner.linger = 0ms;
    options.planner.inputs_max = 3;
    options.mapper.look_at_echo = false;
    options.breaker.connections = 3;
    options.limiter.requests = 50;
    return options;
}

class delivery_model : public credential_fixture {
protected:
    delivery_model() : credential_fixture(few_at_a_time()) {
        engine_.handle(event::frontiers_stored{{end_of_file(1000), end_of_file(1000)}},
                       clock_->now());
    }
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

    void begin() {
        use_token_file("one");
        net_.at_request = [this] {
            ++written_;
            EXPECT_LE(written_, log_.noted) << "it was written before it was noted";
        };
        keeper_events seen;
        seen.changed = seen.parked = [this] { delivery_->wake(); };
        seen.account = [](const account_details&) {};
        seen.fatal = [](const std::string& why) { ADD_FAILURE() << why; };
        keeper_.emplace(loop_.get_executor(), running_, engine_, net_, seen);
        delivery_.emplace(loop_.get_executor(), std::unique_ptr<alarm_clock>(clock_),
                          delivery_links{engine_, net_, *keeper_, log_}, "v3",
                          [this](action::any& wanted) { carry_out(wanted); });
        boost::asio::co_spawn(loop_, delivery_->run(), [](const std::exception_ptr&) {});
        keeper_->start();
        run_ready();
        net_.busy()->answer(200, R"({"portalId":111})");
        run_ready();
    }
    void carry_out(action::any& wanted) {
        const auto* const done = std::get_if<action::persist_outcome>(&wanted);
        if (done == nullptr) return;
        delivered_ += done->outcome.records.counts().delivered;
        superseded_ += done->outcome.records.counts().superseded;
        dead_ += done->outcome.records.counts().dead;
        stored_.push_back(ticket_of(done->outcome));
        bytes_ += done->bytes;
    }
    // As the state thread tells it, a while later.
    void store_all() {
        for (const std::uint64_t ticket : std::exchange(stored_, {}))
            if (ticket != 0) engine_.handle(event::outcome_stored{ticket}, clock_->now());
        engine_.handle(event::commit_done{std::exchange(bytes_, 0)}, clock_->now());
        delivery_->wake();
    }
    void accept_one() {
        testing::record_block block(1, lane::live, accepted_++);
        block.record(std::to_string(below(12)), {{"eventName", std::to_string(accepted_)}});
        engine_.handle(event::records_read{block.block()}, clock_->now());
        delivery_->wake();
    }
    static std::vector<std::string> ids_of(const std::string& body) {
        constexpr std::string_view sign = R"("objectId":")";
        std::vector<std::string> ids;
        for (std::size_t at = body.find(sign); at != std::string::npos; at = body.find(sign, at)) {
            at += sign.size();
            ids.push_back(body.substr(at, body.find('"', at) - at));
        }
        return ids;
    }
    static std::string results_of(const std::vector<std::string>& ids) {
        std::string results;
        for (const std::string& id : ids)
            results += (results.empty() ? "" : ",") + std::string(R"({"objectId":")") + id + "\"}";
        return R"({"status":"COMPLETE","results":[)" + results + "]}";
    }
    // Of any wire, in any order.
    wire* any_busy() {
        std::vector<wire*> busy;
        for (const auto& each : net_.wires)
            if (each->is_busy()) busy.push_back(each.get());
        return busy.empty() ? nullptr : busy[below(busy.size())];
    }
    void answer_one(bool well) {
        wire* const on = any_busy();
        if (on == nullptr) return;
        if (on->target().find("batch/update") == std::string::npos)
            return on->answer(200, R"({"portalId":111})");
        const auto ids = ids_of(on->body());
        switch (well ? 9 : below(10)) {
        case 0: on->cut(); break;
        case 1: on->answer(503, R"({"status":"error","category":"SERVICE_UNAVAILABLE"})"); break;
        case 2: on->answer_and_close(200, results_of(ids)); break;
        default: on->answer(200, results_of(ids));
        }
    }
    void expect_each_object_on_one_wire() {
        std::set<std::string> on_wires;
        for (const auto& each : net_.wires) {
            if (!each->is_busy()) continue;
            for (const std::string& id : ids_of(each->body()))
                EXPECT_TRUE(on_wires.insert(id).second) << "object " << id << " is on two wires";
        }
    }

    std::mt19937_64 random_{20261130};
    hand_clock* clock_ = new hand_clock(loop_.get_executor()); // of the loop, once that runs
    hand_driven_api net_{loop_.get_executor()};
    counted_requests_log log_;
    std::optional<credential_keeper> keeper_;
    std::optional<delivery_loop> delivery_;
    std::vector<std::uint64_t> stored_;
    std::size_t bytes_ = 0;
    std::size_t written_ = 0;
    std::uint64_t accepted_ = 0, delivered_ = 0, superseded_ = 0, dead_ = 0;
};

TEST_F(delivery_model, whatever_the_network_does_each_record_has_one_fate_in_the_end) {
    begin();
    for (int round = 0; round < testing::random_rounds(3000); ++round) {
        switch (below(6)) {
        case 0: accept_one(); break;
        case 1: store_all(); break;
        case 2: clock_->pass(milliseconds(below(500))); break;
        default: answer_one(false);
        }
        run_ready();
        expect_each_object_on_one_wire();
        if (HasFailure()) FAIL() << "in round " << round;
    }
    // From now on all goes well.
    for (int turn = 0; turn < 5000 && delivered_ + superseded_ + dead_ < accepted_; ++turn) {
        answer_one(true);
        store_all();
        run_ready();
        if (any_busy() == nullptr) clock_->pass(1s);
        run_ready();
    }
    EXPECT_EQ(delivered_ + superseded_, accepted_);
    EXPECT_EQ(dead_, 0U) << "an outage kills nobody";
    EXPECT_TRUE(log_.open.empty()) << "each request that was noted has ended";
}

} // namespace
} // namespace hubspool
