#include "app/daemon/outcome_recorder.hpp"

#include <gtest/gtest.h>

namespace hubspool {

namespace {

class outcome_recorder_test : public ::testing::Test {
protected:
    outcome_ready handed_over() {
        for (settle_message& message : box_.take_all(milliseconds(0)))
            if (auto* const outcome = std::get_if<outcome_ready>(&message))
                return std::move(*outcome);
        ADD_FAILURE() << "nothing was handed over";
        return {};
    }
    mailbox<settle_message> box_{100};
    outcome_recorder recorder_{box_};
};

batch_outcome delivered(std::uint64_t batch, std::int64_t duration_ms) {
    batch_outcome outcome;
    outcome.batch = batch;
    outcome.inputs = 2;
    outcome.delivered = 1;
    outcome.http_status = 207;
    outcome.duration_ms = duration_ms;
    outcome.records = {{1, 0, fate::delivered}, {1, 1, fate::superseded}, {1, 2, fate::dead}};
    return outcome;
}

} // namespace

TEST_F(outcome_recorder_test, outcome_is_counted_and_handed_over) {
    recorder_.record(delivered(7, 120));
    EXPECT_EQ(recorder_.totals().requests, 1U);
    EXPECT_EQ(recorder_.totals().delivered, 1U);
    EXPECT_EQ(recorder_.totals().superseded, 1U);
    EXPECT_EQ(recorder_.totals().dead_lettered, 1U);
    EXPECT_EQ(recorder_.delivered_inputs(), 1U);
    EXPECT_EQ(handed_over().outcome.batch, 7U);
}

TEST_F(outcome_recorder_test, only_answers_count_in_the_time_that_an_answer_takes) {
    recorder_.record(delivered(1, 120));
    batch_outcome lost;
    lost.inputs = 5;
    lost.duration_ms = 60000;
    recorder_.record(std::move(lost));
    EXPECT_EQ(recorder_.sent().inputs, 7U);
    EXPECT_EQ(recorder_.sent().answered, 1U);
    EXPECT_EQ(recorder_.sent().answered_ms, 120U);
}

TEST_F(outcome_recorder_test, unreadable_records_are_dead_letters_and_no_request) {
    batch_outcome bad;
    bad.records = {{1, 0, fate::dead}};
    recorder_.record_unreadable(std::move(bad));
    EXPECT_EQ(recorder_.totals().dead_lettered, 1U);
    EXPECT_EQ(recorder_.totals().requests, 0U);
    EXPECT_EQ(handed_over().outcome.batch, 0U);
}

TEST_F(outcome_recorder_test, outcome_is_held_until_it_is_durable) {
    recorder_.record(delivered(1, 1));
    const std::size_t bytes = handed_over().bytes;
    EXPECT_GE(bytes, sizeof(batch_outcome));
    EXPECT_EQ(recorder_.undurable_bytes(), bytes);
    recorder_.record(delivered(2, 1));
    recorder_.became_durable(bytes);
    EXPECT_EQ(recorder_.undurable_bytes(), handed_over().bytes);
}

} // namespace hubspool
