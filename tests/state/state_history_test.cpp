#include "state/state_builders.hpp"
#include "support/settled_fields.hpp"
#include "support/temp_dir.hpp"

namespace hubspool {
namespace {

struct state_history_test : ::testing::Test {
    temp_dir directory;
    std::unique_ptr<state_store> store = opened(directory.path().string());

    void commit_batches(std::uint64_t first, std::uint64_t last) {
        commit_unit unit;
        for (std::uint64_t i = first; i <= last; ++i) {
            unit.outcomes.push_back(make_outcome(i, i, 0, 1));
        }
        ASSERT_TRUE(works(store->commit(unit)));
    }
    std::vector<std::uint64_t> batches(const history_filter& filter = {}) {
        std::vector<std::uint64_t> numbers;
        for (const auto& outcome : value_of(store->load_batches(filter))) {
            numbers.push_back(outcome.batch);
        }
        return numbers;
    }
};

using numbers = std::vector<std::uint64_t>;

TEST_F(state_history_test, batch_comes_back_with_all_its_fields) {
    batch_outcome outcome = make_outcome(9, 3, 5, 7);
    outcome.attempt = 4;
    outcome.lane = lane::bulk;
    outcome.probe = true;
    outcome.inputs = 100;
    outcome.delivered = 97;
    outcome.retried = 2;
    outcome.dead_lettered = 1;
    outcome.http_status = 207;
    outcome.status = "COMPLETE";
    outcome.reason = "VALIDATION_ERROR";
    outcome.words = "one is wrong";
    outcome.correlation_id = "c-1";
    outcome.duration_ms = 350;
    outcome.queue_wait_ms = 1200;
    outcome.changes = {{"123", fate::delivered, false, fields_named({"city"})}};
    ASSERT_TRUE(works(store->commit({.outcomes = {outcome}})));

    const auto loaded = value_of(store->load_batches({}));
    ASSERT_EQ(loaded.size(), 1U);
    const batch_outcome& back = loaded[0];
    EXPECT_EQ(back.batch, 9U);
    EXPECT_EQ(back.attempt, 4U);
    EXPECT_EQ(back.lane, lane::bulk);
    EXPECT_TRUE(back.probe);
    EXPECT_EQ(back.inputs, 100U);
    EXPECT_EQ(back.delivered, 97U);
    EXPECT_EQ(back.retried, 2U);
    EXPECT_EQ(back.dead_lettered, 1U);
    EXPECT_EQ(back.http_status, 207);
    EXPECT_EQ(back.status, "COMPLETE");
    EXPECT_EQ(back.reason, "VALIDATION_ERROR");
    EXPECT_EQ(back.words, "one is wrong");
    EXPECT_EQ(back.correlation_id, "c-1");
    EXPECT_EQ(back.duration_ms, 350);
    EXPECT_EQ(back.queue_wait_ms, 1200);
    EXPECT_EQ(back.finished, outcome.finished);
    ASSERT_EQ(back.changes.size(), 1U);
    EXPECT_EQ(back.changes.all()[0].object_id, "123");
    EXPECT_EQ(back.records.size(), 2U);
}

TEST_F(state_history_test, newest_rows_are_given_from_old_to_new) {
    commit_batches(1, 5);
    EXPECT_EQ(batches({.rows_max = 3}), (numbers{3, 4, 5}));
    EXPECT_EQ(batches(), (numbers{1, 2, 3, 4, 5}));
}

TEST_F(state_history_test, following_goes_on_behind_the_last_row_seen) {
    commit_batches(1, 5);
    EXPECT_EQ(batches({.after_batch = 2, .rows_max = 2}), (numbers{3, 4}));
    EXPECT_EQ(batches({.after_batch = 5}), numbers{});
}

TEST_F(state_history_test, since_leaves_out_what_finished_before) {
    commit_batches(1, 3);
    EXPECT_EQ(batches({.since = at_ms(2001)}), (numbers{2, 3}));
}

TEST_F(state_history_test, failed_are_those_that_delivered_not_all) {
    commit_unit unit;
    unit.outcomes = {make_outcome(1, 1, 0, 1), make_outcome(2, 1, 1, 2, fate::dead)};
    ASSERT_TRUE(works(store->commit(unit)));
    EXPECT_EQ(batches({.failed_only = true}), numbers{2});
}

TEST_F(state_history_test, bad_records_found_while_reading_are_no_batch) {
    ASSERT_TRUE(works(store->commit(unit_of_letters({make_letter(1, 0, 0)}))));
    EXPECT_EQ(batches(), numbers{});
    EXPECT_EQ(value_of(store->load_meta()).totals.batches, 0U);
}

TEST_F(state_history_test, trim_drops_what_is_older_and_has_left_cur) {
    commit_batches(
        1, 5); // finished at 1001, 2001, ...; each settled a record of the file of its number
    commit_unit unit;
    for (std::uint64_t i = 1; i <= 5; ++i) {
        unit.files.push_back(make_file(i));
        unit.files.back().settled = at_ms(static_cast<std::int64_t>(i) * 1000);
    }
    ASSERT_TRUE(works(store->commit(unit)));

    // Old enough are 1 to 3, but file 3 is still in cur/.
    ASSERT_TRUE(works(store->trim({at_ms(13500) - milliseconds(10000), 3})));
    EXPECT_EQ(batches(), (numbers{3, 4, 5}));
    const auto files = value_of(store->load_files(0));
    ASSERT_EQ(files.size(), 3U);
    EXPECT_EQ(files[0].number, 3U);
}

TEST_F(state_history_test, trim_never_drops_a_batch_that_also_settled_in_a_file_of_cur) {
    batch_outcome outcome = make_outcome(1, 1, 0, 1);
    outcome.records.add({8, 0, fate::delivered});
    ASSERT_TRUE(works(store->commit({.outcomes = {outcome, make_outcome(2, 9, 0, 1)}})));
    ASSERT_TRUE(works(store->trim({at_ms(1000000), 8})));
    EXPECT_EQ(batches(), (numbers{1, 2}));
    ASSERT_TRUE(works(store->trim({at_ms(1000000), 9})));
    EXPECT_EQ(batches(), numbers{2});
}

TEST_F(state_history_test, trim_never_drops_an_unsettled_file_or_a_dead_letter) {
    commit_unit unit = unit_of_letters({make_letter(1, 0, 0)});
    unit.files = {make_file(1)};
    ASSERT_TRUE(works(store->commit(unit)));
    ASSERT_TRUE(works(store->trim({at_ms(1000000), 100})));
    EXPECT_EQ(value_of(store->load_files(0)).size(), 1U);
    EXPECT_EQ(letters_in(directory.path().string()).size(), 1U);
}

TEST_F(state_history_test, trim_of_very_much_goes_in_bounded_steps_until_it_is_done) {
    commit_batches(1, 12000);
    const auto before = commit_number_of(*store);
    ASSERT_TRUE(works(store->trim({at_ms(1000000000), 20000})));
    EXPECT_EQ(commit_number_of(*store), before + 20);
    EXPECT_EQ(batches({.rows_max = 20000}).size(), 2000U);
    ASSERT_TRUE(works(store->trim({at_ms(1000000000), 20000})));
    EXPECT_EQ(batches(), numbers{12000});
}

} // namespace
} // namespace hubspool
