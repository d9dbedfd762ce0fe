// How a running daemon's figures become the pace of an estimate.
#include "cli/status/backlog_estimate.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

constexpr wall_time now{1000h};

TEST(pace_of, run_that_has_told_nothing_yet_goes_by_the_settings) {
    settings options;
    options.rate_limit.share = 0.5;
    options.rate_limit.window = 20s;
    options.api.connections = 3;
    options.batch.max_inputs = 40;
    const send_pace pace = pace_of(options, {}, now);
    EXPECT_EQ(pace.limit, 50U);
    EXPECT_EQ(pace.window, 20s);
    EXPECT_EQ(pace.connections, 3U);
    EXPECT_EQ(pace.inputs_a_request, 40);
    EXPECT_EQ(pace.an_answer, 0ms);
    EXPECT_FALSE(pace.today);
    options.rate_limit.requests = 33;
    EXPECT_EQ(pace_of(options, {}, now).limit, 33U);
}

TEST(pace_of, run_that_has_told_enough_goes_by_its_own_figures) {
    daemon_status told;
    told.rate_limit = 171;
    told.run.connections = 7;
    told.run.requests = 10;
    told.run.sent = {125, 4, 1000, {}, 0};
    const send_pace pace = pace_of(settings(), told, now);
    EXPECT_EQ(pace.limit, 171U);
    EXPECT_EQ(pace.connections, 7U);
    EXPECT_EQ(pace.inputs_a_request, 12.5);
    EXPECT_EQ(pace.an_answer, 250ms);
    told.run.requests = 9; // too few
    EXPECT_EQ(pace_of(settings(), told, now).inputs_a_request, settings().batch.max_inputs);
}

TEST(pace_of, limit_of_nothing_is_one_request) {
    daemon_status told;
    told.rate_limit = 0;
    EXPECT_EQ(pace_of(settings(), told, now).limit, 1U);
}

TEST(pace_of, todays_budget_is_what_is_left_of_it_until_its_end) {
    daemon_status told;
    told.today = {300, {}, {}, now + 2h};
    EXPECT_FALSE(pace_of(settings(), told, now).today) << "no quota is known";
    told.today->allowed = 1000;
    EXPECT_EQ(pace_of(settings(), told, now).today->left, 700U);
    EXPECT_EQ(pace_of(settings(), told, now).today->allowed, 1000U);
    EXPECT_EQ(pace_of(settings(), told, now).today->ends_in, 2h);
    told.today->requests = 1001; // more than may be
    EXPECT_EQ(pace_of(settings(), told, now).today->left, 0U);
    EXPECT_EQ(pace_of(settings(), told, now + 3h).today->ends_in, 0ms);
}

TEST(time_to_send_all, unread_records_merge_as_those_of_this_run_did) {
    daemon_status told;
    told.rate_limit = 100; // a request each 100 ms
    told.pending.objects = 200;
    told.run.delivered = 500;
    told.run.superseded = 499;
    told.run.sent.inputs = 250;
    EXPECT_EQ(time_to_send_all(settings(), told, 800, now), 1s) << "999 records tell nothing";
    told.run.dead_lettered = 1;
    EXPECT_EQ(time_to_send_all(settings(), told, 800, now), 400ms);
    told.run.sent.inputs = 4000; // tried often: a record is no more than one input
    EXPECT_EQ(time_to_send_all(settings(), told, 800, now), 1s);
}

} // namespace
} // namespace hubspool
