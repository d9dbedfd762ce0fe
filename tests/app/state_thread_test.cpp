// The state thread, started and stopped, with a real store; what it tells comes on the loop.
#include "app/daemon/state_thread.hpp"
#include "spool/queue_fixture.hpp"

#include <boost/asio/post.hpp>

#include <gmock/gmock.h>

#include <thread>

namespace hubspool {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class state_thread_test : public ::hubspool::testing::queue_fixture {
protected:
    state_thread& make(state_store::access access = state_store::access::read_write) {
        running_.options.queue.directory = root().string();
        running_.options.state.directory = dir_.file("state");
        state_.reset();
        running_.store.reset();
        running_.queue.reset();
        running_.queue = open();
        auto store = state_store::open(dir_.file("state"), access);
        if (!store) throw std::runtime_error(store.error().message);
        running_.store = std::move(*store);
        state_events told;
        told.committed = [this](std::uint64_t batch) {
            on_loop_ = on_loop_ && std::this_thread::get_id() == loops_;
            committed_.push_back(batch);
        };
        told.all_committed = [this](std::size_t bytes) { durable_.push_back(bytes); };
        told.frontiers_durable = [this](const frontiers& upto) { read_to_ = upto; };
        told.budget_durable = [this](day_count count) { used_ = count.used; };
        told.history_trimmed = [this](const order_key& horizon) { horizon_ = horizon; };
        told.files_held = [this](std::size_t bytes, std::size_t settled) {
            held_.push_back(bytes + settled);
        };
        told.request = [this](const std::optional<operator_request>& found) {
            paused_.push_back(found ? std::optional(found->paused) : std::nullopt);
        };
        told.fatal = [this](const std::string& why) { fatal_ = why; };
        state_.emplace(loop_, running_, totals{}, run_mark{"test", 1, 0, 0}, told);
        return *state_;
    }
    void record(std::uint64_t batch, std::size_t bytes) {
        batch_outcome outcome;
        outcome.batch = batch;
        state_->box().post_now(outcome_ready{std::move(outcome), bytes});
    }
    // What was told before is done, and the loop has had its turns.
    void run_to_the_end() {
        state_->start();
        state_->finish();
        loop_.poll();
    }

    instance running_;
    boost::asio::io_context loop_{1};
    std::thread::id loops_ = std::this_thread::get_id();
    std::optional<state_thread> state_;
    bool on_loop_ = true;
    std::vector<std::uint64_t> committed_;
    std::vector<std::size_t> durable_, held_;
    frontiers read_to_;
    std::optional<std::uint64_t> used_;
    std::optional<order_key> horizon_;
    std::vector<std::optional<bool>> paused_;
    std::string fatal_;
};

} // namespace

TEST_F(state_thread_test, all_that_was_told_before_its_end_is_durable_and_told_on_the_loop) {
    make();
    record(1, 100);
    record(2, 20);
    state_->box().post_now(frontier_wanted{lane::bulk, {7, 0}});
    state_->box().post_now(day_counted{day_count{wall_time{std::chrono::hours(1)}, 42}});
    run_to_the_end();
    EXPECT_THAT(committed_, ElementsAre(1U, 2U));
    EXPECT_EQ(durable_.back(), durable_.size() == 1 ? 120U : 20U);
    EXPECT_EQ(read_to_, (frontiers{{}, {7, 0}}));
    EXPECT_EQ(used_, 42U);
    EXPECT_EQ(horizon_, order_key{}); // its first look trims, and nothing was there
    EXPECT_TRUE(on_loop_);
    EXPECT_EQ(fatal_, "");
    const auto meta = running_.store->load_meta();
    ASSERT_TRUE(static_cast<bool>(meta));
    EXPECT_EQ(meta->last_batch, 2U);
}

TEST_F(state_thread_test, batches_are_told_one_a_turn_with_what_the_network_brings_between) {
    make();
    for (const std::uint64_t batch : {1U, 2U, 3U}) record(batch, 10);
    state_->start();
    state_->finish();
    std::vector<std::size_t> seen; // how many were told at each turn of another
    std::function<void()> other = [&] {
        seen.push_back(committed_.size());
        if (committed_.size() < 3) boost::asio::post(loop_, other);
    };
    boost::asio::post(loop_, other);
    loop_.poll();
    EXPECT_THAT(committed_, ElementsAre(1U, 2U, 3U));
    EXPECT_THAT(seen, ElementsAre(1U, 2U, 3U));
}

TEST_F(state_thread_test, request_of_an_operator_is_answered) {
    make();
    ASSERT_TRUE(static_cast<bool>(running_.store->ask_for(operator_command::pause)));
    state_->box().post_now(request_wanted{});
    run_to_the_end();
    EXPECT_THAT(paused_, ElementsAre(true));
}

TEST_F(state_thread_test, file_that_is_open_is_told_with_what_it_holds) {
    make();
    const claimed_file file = claim_one(*running_.queue, "a", "{\"objectId\":1}");
    file_row row;
    row.number = file.number;
    row.name = file.name;
    row.stamp = file.order.stamp;
    row.size = file.size;
    state_->box().post_now(file_started{row});
    run_to_the_end();
    EXPECT_THAT(held_, ElementsAre(settle_loop::open_file_bytes));
    EXPECT_EQ(state_->files_left(), 1U);
}

TEST_F(state_thread_test, store_that_takes_nothing_ends_the_daemon_and_nothing_counts_as_durable) {
    make();
    make(state_store::access::read_only);
    record(1, 100);
    run_to_the_end();
    EXPECT_NE(fatal_, "");
    EXPECT_THAT(committed_, IsEmpty());
}

TEST_F(state_thread_test, last_status_is_written_when_the_thread_has_ended) {
    make();
    run_to_the_end();
    state_->write_last_status("{\"stopping\":true}");
    EXPECT_THAT(::hubspool::testing::content_of(dir_.file("state/status.json")),
                HasSubstr("stopping"));
}

} // namespace hubspool
