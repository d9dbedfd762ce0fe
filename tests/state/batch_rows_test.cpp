#include "base/clocks.hpp"
#include "state/batch_rows.hpp"
#include "state/ledger/history_rows.hpp"
#include "state/state_rows_fixture.hpp"

#include <cerrno>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class batch_rows_test : public state_rows_fixture {
protected:
    void insert(const std::vector<batch_outcome>& outcomes) {
        ASSERT_TRUE(works(insert_batches(db, outcomes)));
    }
    // Finished at the second of its number.
    static batch_outcome keyed(std::uint64_t batch, const order_key& key, fate of = fate::delivered,
                               bool doubt = false) {
        batch_outcome outcome = make_outcome(batch, 1, batch, batch + 1, of);
        outcome.changes = {{"7", of, doubt, {{field_kind::property, "a", key}}}};
        return outcome;
    }
    std::vector<std::uint64_t> batches(const history_filter& filter = {}) {
        std::vector<std::uint64_t> numbers;
        for (const batch_outcome& outcome : value_of(load_batch_rows(db, filter)))
            numbers.push_back(outcome.batch);
        return numbers;
    }
    dropped_batches trimmed(const history_bounds& bounds, int rows_max = 100) {
        return value_of(trim_batches(db, bounds, rows_max));
    }
    static history_bounds bounds_of(std::int64_t before_ms, std::uint64_t lowest_cur = 100,
                                    std::optional<order_key> keep_from = {}) {
        return {at_ms(before_ms), lowest_cur, keep_from};
    }
};

TEST_F(batch_rows_test, every_column_comes_back) {
    batch_outcome given = keyed(9, {500, 7, 3});
    given.attempt = 4;
    given.lane = lane::bulk;
    given.probe = true;
    given.inputs = 100;
    given.delivered = 97;
    given.retried = 2;
    given.dead_lettered = 1;
    given.http_status = 207;
    given.status = "COMPLETE";
    given.reason = "VALIDATION_ERROR";
    given.words = "what it said";
    given.correlation_id = "abc";
    given.duration_ms = 123;
    given.queue_wait_ms = 4567;
    insert({given});
    const auto found = value_of(find_batch_row(db, 9));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->attempt, 4U);
    EXPECT_EQ(found->lane, lane::bulk);
    EXPECT_TRUE(found->probe);
    EXPECT_EQ(found->inputs, 100U);
    EXPECT_EQ(found->delivered, 97U);
    EXPECT_EQ(found->retried, 2U);
    EXPECT_EQ(found->dead_lettered, 1U);
    EXPECT_EQ(found->http_status, 207);
    EXPECT_EQ(found->status, "COMPLETE");
    EXPECT_EQ(found->reason, "VALIDATION_ERROR");
    EXPECT_EQ(found->words, "what it said");
    EXPECT_EQ(found->correlation_id, "abc");
    EXPECT_EQ(found->duration_ms, 123);
    EXPECT_EQ(found->queue_wait_ms, 4567);
    EXPECT_EQ(found->finished, given.finished);
    EXPECT_EQ(found->changes.all(), given.changes.all());
}

TEST_F(batch_rows_test, outcome_without_a_time_is_of_now) {
    const wall_time before = wall_now();
    batch_outcome outcome = make_outcome(1, 1, 0, 1);
    outcome.finished = {};
    insert({outcome});
    EXPECT_GE(value_of(find_batch_row(db, 1))->finished, before);
    EXPECT_LE(value_of(find_batch_row(db, 1))->finished, wall_now());
    EXPECT_EQ(finished_or_now(make_outcome(3, 1, 0, 1)), at_ms(3001));
}

TEST_F(batch_rows_test, of_a_number_that_came_twice_the_newest_is_found) {
    batch_outcome first = make_outcome(5, 1, 0, 1);
    batch_outcome second = make_outcome(5, 1, 1, 2);
    second.words = "the second";
    insert({first, second});
    EXPECT_EQ(value_of(find_batch_row(db, 5))->words, "the second");
    EXPECT_EQ(value_of(find_batch_row(db, 6)), std::nullopt);
}

TEST_F(batch_rows_test, filters_are_all_of_one_mind) {
    std::vector<batch_outcome> outcomes;
    for (std::uint64_t batch = 1; batch <= 6; ++batch)
        outcomes.push_back(make_outcome(batch, 1, batch, batch + 1,
                                        batch % 2 == 0 ? fate::dead : fate::delivered));
    outcomes.push_back(make_outcome(0, 1, 90, 91, fate::dead)); // found while reading
    insert(outcomes);
    EXPECT_THAT(batches(), ElementsAre(1, 2, 3, 4, 5, 6));
    history_filter filter;
    filter.failed_only = true;
    EXPECT_THAT(batches(filter), ElementsAre(2, 4, 6));
    filter.since = at_ms(4001);
    EXPECT_THAT(batches(filter), ElementsAre(4, 6));
    filter.rows_max = 1;
    EXPECT_THAT(batches(filter), ElementsAre(6)) << "the newest";
    filter.after_batch = 2;
    EXPECT_THAT(batches(filter), ElementsAre(4)) << "the next one";
    filter.after_batch = 6;
    EXPECT_THAT(batches(filter), IsEmpty());
}

TEST_F(batch_rows_test, those_of_an_object_are_those_that_name_it_and_not_a_longer_one) {
    batch_outcome other = keyed(2, {1, 1, 1});
    other.changes = {{"77", fate::delivered, false, {{field_kind::property, "7", {1, 1, 1}}}}};
    insert({keyed(1, {1, 1, 1}), other, keyed(3, {1, 1, 1})});
    std::vector<std::uint64_t> found;
    const auto note = [&](const batch_outcome& outcome) { found.push_back(outcome.batch); };
    ASSERT_TRUE(works(visit_batches_of(db, "7", 1, 3, note)));
    EXPECT_THAT(found, ElementsAre(1, 3));
    found.clear();
    ASSERT_TRUE(works(visit_batches_of(db, "7", 2, 2, note)));
    EXPECT_THAT(found, IsEmpty());
}

TEST_F(batch_rows_test, settled_records_below_the_file_asked_for_are_left_out) {
    batch_outcome both = make_outcome(1, 4, 0, 2);
    both.records.add({6, 9, fate::dead});
    insert({both, make_outcome(2, 3, 0, 5)});
    std::vector<settled_record> found;
    ASSERT_TRUE(works(
        visit_settled(db, 5, [&](const settled_record& record) { found.push_back(record); })));
    EXPECT_THAT(found, ElementsAre(settled_record{6, 9, fate::dead}));
}

TEST_F(batch_rows_test, trimmed_are_old_ones_whose_files_have_left) {
    insert({make_outcome(1, 4, 0, 1), make_outcome(2, 9, 0, 1), make_outcome(3, 4, 1, 2),
            make_outcome(4, 4, 2, 3)});
    // 2: its file is in cur/. 3: not old enough. 4: the newest row.
    EXPECT_EQ(trimmed(bounds_of(3001, 9)).rows, 1U);
    EXPECT_THAT(batches(), ElementsAre(2, 3, 4));
    EXPECT_EQ(trimmed(bounds_of(9000, 10)).rows, 2U);
    EXPECT_THAT(batches(), ElementsAre(4));
    EXPECT_EQ(trimmed(bounds_of(9000, 10)).rows, 0U);
}

TEST_F(batch_rows_test, trim_stops_after_as_many_rows_as_it_may) {
    std::vector<batch_outcome> outcomes;
    for (std::uint64_t batch = 1; batch <= 10; ++batch)
        outcomes.push_back(make_outcome(batch, 1, batch, batch + 1));
    insert(outcomes);
    EXPECT_EQ(trimmed(bounds_of(1'000'000), 4).rows, 4U);
    EXPECT_EQ(trimmed(bounds_of(1'000'000), 4).rows, 4U);
    EXPECT_EQ(trimmed(bounds_of(1'000'000), 4).rows, 1U);
}

TEST_F(batch_rows_test, horizon_is_just_above_the_largest_key_that_goes) {
    insert({keyed(1, {500, 7, 3}), keyed(2, {400, 9, 1}), keyed(3, {900, 2, 2})});
    const dropped_batches gone = trimmed(bounds_of(2002));
    EXPECT_EQ(gone.rows, 2U);
    EXPECT_EQ(gone.horizon, (order_key{500, 8, 0}));
}

TEST_F(batch_rows_test, rows_that_the_ledger_learnt_nothing_of_go_without_a_horizon) {
    insert({keyed(1, {500, 7, 3}, fate::superseded), keyed(2, {600, 7, 3}, fate::dead),
            make_outcome(3, 1, 0, 1)});
    const dropped_batches gone = trimmed(bounds_of(1'000'000));
    EXPECT_EQ(gone.rows, 2U);
    EXPECT_EQ(gone.horizon, order_key{});
}

TEST_F(batch_rows_test, what_is_not_below_the_pending_stays) {
    insert({keyed(1, {500, 7, 3}), keyed(2, {500, 6, 9}), keyed(3, {500, 7, 9}, fate::dead, true),
            make_outcome(4, 1, 50, 51), make_outcome(5, 1, 51, 52)});
    // All keys of (500, 7) may be at or above what is pending.
    EXPECT_EQ(trimmed(bounds_of(1'000'000, 100, order_key{500, 7, 5})).rows, 2U);
    EXPECT_THAT(batches(), ElementsAre(1, 3, 5));
}

TEST_F(batch_rows_test, settlement_or_lane_that_cannot_be_read_names_its_row) {
    insert({make_outcome(1, 1, 0, 1), make_outcome(2, 1, 1, 2)});
    spoil("UPDATE batch SET settlement = x'ff' WHERE seq = 2");
    for (const failure& why : {load_batch_rows(db, {}).error(), find_batch_row(db, 2).error(),
                               visit_settled(db, 0, [](const settled_record&) {}).error()}) {
        EXPECT_EQ(why.code, EBADMSG);
        EXPECT_THAT(why.message, HasSubstr("row 2 of the table batch cannot be read"));
    }
    spoil("UPDATE batch SET lane = 2 WHERE seq = 1");
    EXPECT_THAT(find_batch_row(db, 1).error().message, HasSubstr("row 1 of the table batch"));
}

class history_rows_test : public batch_rows_test {
protected:
    history_rows rows() { return std::move(*history_rows::open(directory.path().string())); }
};

TEST_F(history_rows_test, look_tells_whose_history_it_is_and_how_far_it_goes) {
    insert({keyed(1, {500, 7, 3}), keyed(2, {500, 7, 4})});
    spoil("UPDATE meta SET state_id = 'queue-a', epoch = 5, portal = '111', portal_from = 1,"
          " horizon_as_of = 40, horizon_number = 2");
    const auto facts = value_of(rows().look());
    EXPECT_EQ(facts.mark, (ledger_mark{"queue-a", 5, "111", 1, 2}));
    EXPECT_EQ(facts.horizon, (order_key{40, 2, 0}));
}

TEST_F(history_rows_test, rows_are_visited_in_steps_between_two_numbers) {
    for (std::uint64_t batch = 1; batch <= 7; ++batch) insert({make_outcome(batch, 1, 0, 1)});
    auto history = rows();
    int visits = 0;
    const auto count = [&](std::string_view) { return ++visits > 0; };
    EXPECT_EQ(value_of(history.visit(0, 100, 3, count)), 3U);
    EXPECT_EQ(value_of(history.visit(3, 100, 3, count)), 6U);
    EXPECT_EQ(value_of(history.visit(6, 100, 3, count)), 7U);
    EXPECT_EQ(value_of(history.visit(7, 100, 3, count)), 7U) << "no more";
    EXPECT_EQ(visits, 7);
    EXPECT_EQ(value_of(history.visit(0, 2, 100, count)), 2U) << "not above the upper one";
    EXPECT_EQ(value_of(history.count(0)), 7U);
    EXPECT_EQ(value_of(history.count(5)), 2U);
}

TEST_F(history_rows_test, blob_that_cannot_be_read_names_its_row) {
    insert({make_outcome(1, 1, 0, 1), make_outcome(2, 1, 0, 1)});
    auto history = rows();
    const auto stopped =
        history.visit(0, 100, 100, [n = 0](std::string_view) mutable { return ++n < 2; });
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, EBADMSG);
    EXPECT_THAT(stopped.error().message, HasSubstr("row 2 of the table batch"));
}

TEST_F(history_rows_test, where_no_daemon_ever_ran_there_is_no_history) {
    const temp_dir other;
    const auto none = history_rows::open(other.path().string());
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, ENOENT);
    EXPECT_THAT(none.error().message, HasSubstr("hubspool has not run"));
}

} // namespace
} // namespace hubspool
