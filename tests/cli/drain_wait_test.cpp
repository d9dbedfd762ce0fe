#include "app/settle/status_file.hpp"
#include "base/status_json.hpp"
#include "cli/cli_fixture.hpp"
#include "cli/drain/drain_wait.hpp"
#include "spool/queue_names.hpp"

#include <gmock/gmock.h>

#include <unistd.h>

namespace hubspool {

using ::testing::HasSubstr;

// A daemon is whoever holds the queue: here the test itself.
class drain_wait_test : public cli_fixture {
protected:
    void SetUp() override {
        make_queue();
        store_ = open_state();
        held_ = std::move(*queue_directory::open({queue(), milliseconds(0)}));
        options_.queue.directory = queue();
        options_.queue.quiet_period = milliseconds(0);
        options_.queue.scan_interval = milliseconds(1);
        options_.state.directory = state();
    }
    std::string in_cur(std::uint64_t number) const {
        return queue() + "/cur/000000/" + format_claimed_name({number, 0, lane::live, "a.ndjson"});
    }
    void put_into_cur(std::uint64_t number) const {
        std::filesystem::create_directories(queue() + "/cur/000000");
        std::ofstream(in_cur(number)) << "{}";
    }
    void tell_status(const daemon_status& status) const {
        write_status_file(options_.state.directory, status_json(status));
    }
    void commit(const commit_unit& unit) const {
        ASSERT_TRUE(static_cast<bool>(store_->commit(unit)));
    }

    settings options_;
    const stop_signals signals_{{SIGTERM}, 4};
    std::unique_ptr<state_store> store_;
    std::unique_ptr<queue_directory> held_;
};

TEST_F(drain_wait_test, scenario_32_drain_beside_a_daemon_with_nothing_queued_is_done) {
    const ended got = over({"drain"});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.err, HasSubstr("works on this queue: waiting"));
    EXPECT_THAT(got.out, HasSubstr("delivered 0 records"));
}

TEST_F(drain_wait_test, scenario_32_park_that_a_person_must_end_ends_the_drain) {
    put_into_cur(1);
    ASSERT_EQ(over({"pause"}).exit_code, 0);
    const ended got = over({"drain", "--json"});
    EXPECT_EQ(got.exit_code, 4);
    EXPECT_THAT(got.err, HasSubstr("sending is parked (paused)"));
    EXPECT_THAT(got.out, HasSubstr("{\"exit_code\":4,\"why\":\"sending is parked (paused)"));
}

TEST_F(drain_wait_test, deadline_ends_the_drain_and_the_report_is_written) {
    put_into_cur(1);
    const ended got = over({"drain", "--deadline", "0", "--report", dir_.file("report.json")});
    EXPECT_EQ(got.exit_code, 4);
    EXPECT_THAT(got.err, HasSubstr("the deadline has passed before the queue was empty; the other "
                                   "process goes on"));
    std::ifstream report(dir_.file("report.json"));
    const std::string text{std::istreambuf_iterator<char>(report), {}};
    EXPECT_THAT(text, HasSubstr("{\"exit_code\":4,"));
}

// The daemon goes on with live changes alone, until the next drain.
TEST_F(drain_wait_test, deadline_beside_a_service_holds_bulk_and_the_next_drain_releases_it) {
    put_into_cur(1);
    daemon_status service;
    service.pid = ::getpid();
    service.command = "run";
    tell_status(service);
    const ended got = over({"drain", "--deadline", "0"});
    EXPECT_EQ(got.exit_code, 4);
    EXPECT_THAT(got.err, HasSubstr("bulk files wait for the next `hubspool drain`"));
    EXPECT_TRUE(store_->read_request()->bulk_held);
    service.command = "drain";
    tell_status(service);
    EXPECT_THAT(over({"drain", "--deadline", "0"}).err, HasSubstr("the other process goes on"));
    EXPECT_FALSE(store_->read_request()->bulk_held) << "released at its begin, and not held again";
}

TEST_F(drain_wait_test, what_only_a_drain_of_its_own_can_do_is_refused_beside_a_daemon) {
    for (const std::vector<std::string>& how :
         {std::vector<std::string>{"--lane", "bulk"}, {"--max-requests", "9"}}) {
        const ended got = over({"drain", how[0], how[1]});
        EXPECT_EQ(got.exit_code, 1);
        EXPECT_THAT(got.err, HasSubstr("--max-requests and --lane are for a drain that sends"));
    }
}

TEST_F(drain_wait_test, report_that_cannot_be_written_is_told_before_anything_is_done) {
    const ended got = over({"drain", "--report", dir_.file("absent/report.json")});
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.err, HasSubstr("--report"));
}

TEST_F(drain_wait_test, scenario_32_what_came_after_the_call_is_not_waited_for) {
    commit(some_history());
    put_into_cur(2);
    auto wait = drain_wait::begin(options_, std::nullopt);
    ASSERT_TRUE(static_cast<bool>(wait)) << wait.error().message;

    commit_unit unit;
    file_row row = some_history().files[1];
    row.counts = {3, 1, 1};
    row.settled = wall_time(std::chrono::hours(1));
    unit.files = {row};
    commit(unit);
    std::filesystem::remove(in_cur(2));
    std::ofstream(queue() + "/new/later.ndjson") << "{}";

    const auto waited = wait->wait(signals_);
    ASSERT_TRUE(static_cast<bool>(waited)) << waited.error().message;
    ASSERT_TRUE(waited->has_value());
    EXPECT_EQ((*waited)->exit_code, 3);
    EXPECT_EQ((*waited)->totals.delivered, 1U);
    EXPECT_EQ((*waited)->totals.superseded, 1U);
    EXPECT_EQ((*waited)->totals.dead_lettered, 1U);
}

TEST_F(drain_wait_test, file_that_is_rejected_meanwhile_is_told_and_one_before_the_call_is_not) {
    commit_unit unit = some_history();
    unit.files[0].keep_because = "it has 2 links";
    unit.files[0].number = 3; // it left before its turn, since nothing of it was read
    unit.outcomes.clear();
    commit(unit);
    put_into_cur(2);
    auto wait = drain_wait::begin(options_, std::nullopt);
    ASSERT_TRUE(static_cast<bool>(wait)) << wait.error().message;
    file_row row = unit.files[1];
    row.keep_because = "it is empty";
    row.settled = wall_time(std::chrono::hours(1));
    commit_unit later;
    later.files = {row};
    commit(later);
    std::filesystem::remove(in_cur(2));

    const auto waited = wait->wait(signals_);
    ASSERT_TRUE(static_cast<bool>(waited)) << waited.error().message;
    ASSERT_TRUE(waited->has_value());
    EXPECT_EQ((*waited)->rejected_files, 1U);
    EXPECT_EQ((*waited)->exit_code, 3);
}

TEST_F(drain_wait_test, signal_ends_it_with_4_and_the_summary) {
    put_into_cur(1);
    auto wait = drain_wait::begin(options_, std::nullopt);
    ASSERT_TRUE(static_cast<bool>(wait)) << wait.error().message;
    ASSERT_EQ(std::raise(SIGTERM), 0);
    const auto waited = wait->wait(signals_);
    ASSERT_TRUE(static_cast<bool>(waited)) << waited.error().message;
    ASSERT_TRUE(waited->has_value());
    EXPECT_EQ((*waited)->exit_code, 4);
    EXPECT_THAT((*waited)->why, HasSubstr("stopped by a signal"));
}

TEST_F(drain_wait_test, daemon_that_goes_leaves_the_queue_to_the_drain) {
    put_into_cur(1);
    auto wait = drain_wait::begin(options_, std::nullopt);
    ASSERT_TRUE(static_cast<bool>(wait)) << wait.error().message;
    held_.reset();
    const auto waited = wait->wait(signals_);
    ASSERT_TRUE(static_cast<bool>(waited)) << waited.error().message;
    EXPECT_FALSE(waited->has_value());
}

} // namespace hubspool
