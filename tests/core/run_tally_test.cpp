#include "core/engine/run_tally.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

batch_outcome partly_delivered(std::uint64_t batch, std::int64_t duration_ms) {
    batch_outcome outcome;
    outcome.batch = batch;
    outcome.inputs = 2;
    outcome.delivered = 1;
    outcome.http_status = 207;
    outcome.duration_ms = duration_ms;
    outcome.records = {{1, 0, fate::delivered}, {1, 1, fate::superseded}, {1, 2, fate::dead}};
    return outcome;
}

TEST(run_tally_test, outcome_of_a_request_is_counted_with_its_records) {
    run_tally tally;
    tally.add(partly_delivered(7, 120));
    EXPECT_EQ(tally.totals().requests, 1U);
    EXPECT_EQ(tally.totals().delivered, 1U);
    EXPECT_EQ(tally.totals().superseded, 1U);
    EXPECT_EQ(tally.totals().dead_lettered, 1U);
    EXPECT_EQ(tally.delivered_inputs(), 1U);
    EXPECT_EQ(tally.sums().dead_lettered, 1U);
}

TEST(run_tally_test, only_answers_count_in_the_time_that_an_answer_takes) {
    run_tally tally;
    tally.add(partly_delivered(1, 120));
    batch_outcome lost;
    lost.batch = 2;
    lost.inputs = 5;
    lost.duration_ms = 60000;
    tally.add(lost);
    const send_figures sent = tally.figures(1).sent;
    EXPECT_EQ(sent.inputs, 7U);
    EXPECT_EQ(sent.answered, 1U);
    EXPECT_EQ(sent.answered_ms, 120U);
}

TEST(run_tally_test, refused_answers_are_counted_and_the_last_delivery_is_remembered) {
    run_tally tally;
    EXPECT_FALSE(tally.figures(1).last_delivery);
    batch_outcome good = partly_delivered(1, 120);
    good.finished = wall_time(milliseconds(77));
    tally.add(good);
    batch_outcome refused;
    refused.batch = 2;
    refused.http_status = 400;
    refused.duration_ms = 51;
    refused.finished = wall_time(milliseconds(99));
    tally.add(refused);
    const daemon_status::run_figures run = tally.figures(1);
    EXPECT_EQ(run.sent.refused, 1U);
    EXPECT_EQ(run.last_delivery, wall_time(milliseconds(77)));
    EXPECT_EQ(run.sent.times.counts[1], 1U) << "above 50 ms, up to 100";
    EXPECT_EQ(run.sent.times.counts[2], 1U) << "above 100 ms, up to 200";
}

TEST(answer_times_test, bound_belongs_to_the_class_that_it_ends_and_what_lies_above_all_is_last) {
    answer_times times;
    times.add(0);
    times.add(50);
    times.add(51);
    times.add(51200);
    times.add(51201);
    EXPECT_EQ(times.counts.front(), 2U);
    EXPECT_EQ(times.counts[1], 1U);
    EXPECT_EQ(times.counts[10], 1U);
    EXPECT_EQ(times.counts.back(), 1U);
}

TEST(run_tally_test, unreadable_records_are_dead_letters_and_no_request) {
    run_tally tally;
    batch_outcome bad;
    bad.records = {{1, 0, fate::dead}};
    tally.add(bad);
    EXPECT_EQ(tally.totals().dead_lettered, 1U);
    EXPECT_EQ(tally.totals().requests, 0U);
}

TEST(run_tally_test, outcome_is_held_until_it_is_durable) {
    run_tally tally;
    const std::size_t first = tally.add(partly_delivered(1, 1));
    EXPECT_GE(first, sizeof(batch_outcome));
    const std::size_t second = tally.add(partly_delivered(2, 1));
    tally.became_durable(first);
    EXPECT_EQ(tally.undurable_bytes(), second);
}

} // namespace
} // namespace hubspool
