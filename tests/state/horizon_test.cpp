// What the state keeps for the order of values: horizon, epoch, portal, stamps.
#include "state/state_builders.hpp"
#include "support/temp_dir.hpp"

namespace hubspool {
namespace {

struct horizon_test : testing::Test {
    temp_dir directory;
    std::unique_ptr<state_store> store = opened(directory.path().string());
    std::uint64_t batches = 0;

    // One object of one field.
    batch_outcome acknowledged(const order_key& key, fate of = fate::delivered) {
        batch_outcome outcome = make_outcome(++batches, key.number, key.ordinal, key.ordinal + 1);
        outcome.changes = {{"42", of, false, {{field_kind::property, "city", key}}}};
        return outcome;
    }
    void commit(commit_unit unit) { ASSERT_TRUE(works(store->commit(unit))); }
    void commit(const order_key& key) { commit({.outcomes = {acknowledged(key)}}); }
    // Of all that is old enough, as everything is.
    order_key trim(std::optional<order_key> keep_from = {}) {
        return value_of(store->trim({at_ms(1'000'000), 1000, keep_from}));
    }
    meta known() { return value_of(store->load_meta()); }
    std::size_t rows() { return value_of(store->load_batches({})).size(); }
    void reopen() {
        store.reset();
        store = opened(directory.path().string());
    }
};

TEST_F(horizon_test, new_history_forgets_nothing_and_has_an_epoch) {
    EXPECT_EQ(known().horizon, order_key{});
    EXPECT_EQ(known().last_stamp, 0U);
    EXPECT_NE(known().epoch, 0U);
    const temp_dir other;
    EXPECT_NE(value_of(opened(other.path().string())->load_meta()).epoch, known().epoch);
}

TEST_F(horizon_test, scenario_48_trimming_raises_it_above_all_keys_of_the_rows_it_drops) {
    commit({500, 7, 3});
    commit({400, 9, 0});
    commit({900, 8, 0}); // stays, as the newest
    const std::uint64_t before = known().commit;
    EXPECT_EQ(trim(), (order_key{500, 8, 0}));
    EXPECT_EQ(rows(), 1U);
    reopen();
    EXPECT_EQ(known().horizon, (order_key{500, 8, 0}));
    EXPECT_GT(known().commit, before);
}

TEST_F(horizon_test, rows_that_acknowledged_nothing_do_not_raise_it) {
    commit({.outcomes = {acknowledged({500, 7, 3}, fate::dead), make_outcome(9, 1, 0, 1)}});
    commit({900, 8, 0});
    EXPECT_EQ(trim(), order_key{});
    EXPECT_EQ(rows(), 1U);
}

TEST_F(horizon_test, doubt_raises_it_as_an_acknowledgement_does) {
    batch_outcome outcome = acknowledged({500, 7, 3});
    outcome.changes = {{"42", fate::dead, true, {{field_kind::property, "city", {500, 7, 3}}}}};
    commit({.outcomes = {outcome}});
    commit({900, 8, 0});
    EXPECT_EQ(trim(), (order_key{500, 8, 0}));
}

TEST_F(horizon_test, scenario_48_trimming_stops_below_what_is_pending) {
    commit({500, 7, 3});
    commit({600, 2, 0});
    commit({700, 1, 0});
    commit({900, 8, 0});
    // Its number's other records may be pending, too.
    EXPECT_EQ(trim(order_key{600, 2, 50}), (order_key{500, 8, 0}));
    EXPECT_EQ(rows(), 3U);
    EXPECT_EQ(trim(order_key{500, 1, 0}), (order_key{500, 8, 0}));
    EXPECT_EQ(trim(order_key{700, 0, 0}), (order_key{600, 3, 0}));
    EXPECT_EQ(rows(), 2U);
}

TEST_F(horizon_test, newest_row_stays_so_that_no_number_comes_twice) {
    commit({500, 7, 3});
    trim();
    EXPECT_EQ(rows(), 1U);
}

TEST_F(horizon_test, only_rises) {
    commit({.horizon = {500, 7, 3}});
    EXPECT_EQ(known().horizon, (order_key{500, 7, 0}));
    commit({.horizon = {400, 9, 3}});
    commit(commit_unit{});
    EXPECT_EQ(known().horizon, (order_key{500, 7, 0}));
    commit({.horizon = {500, 8, 0}});
    EXPECT_EQ(known().horizon, (order_key{500, 8, 0}));
}

TEST_F(horizon_test, epoch_changes_when_it_is_told_and_is_kept) {
    const std::uint64_t first = known().epoch;
    commit({500, 7, 3});
    EXPECT_EQ(known().epoch, first);
    commit({.new_epoch = true});
    const std::uint64_t second = known().epoch;
    EXPECT_NE(second, first);
    reopen();
    EXPECT_EQ(known().epoch, second);
}

TEST_F(horizon_test, stamp_is_the_largest_of_all_that_speak_of_one) {
    commit({.last_stamp = 300});
    commit({.last_stamp = 200});
    EXPECT_EQ(known().last_stamp, 300U);
    commit({400, 1, 0});
    EXPECT_EQ(known().last_stamp, 400U);
    commit({.horizon = {500, 0, 0}});
    EXPECT_EQ(known().last_stamp, 500U);
}

TEST_F(horizon_test, scenario_54_rows_before_another_portal_are_not_its) {
    commit({500, 7, 3});
    commit({.portal = {{{"111", false}}}});
    EXPECT_EQ(known().portal, "111");
    EXPECT_EQ(known().portal_from, 0U); // that nobody's was is taken to be its
    commit({.outcomes = {acknowledged({600, 8, 3}), acknowledged({600, 8, 4})},
            .portal = {{{"222", true}, 1}}});
    EXPECT_EQ(known().portal, "222");
    EXPECT_EQ(known().portal_from, 2U);
    reopen();
    commit({700, 9, 0});
    EXPECT_EQ(known().portal_from, 2U);
}

TEST_F(horizon_test, scenario_34_rows_of_another_queue_are_not_believed) {
    ASSERT_TRUE(works(store->begin_run(1, "queue-a")));
    commit({500, 7, 3});
    ASSERT_TRUE(works(store->begin_run(2, "queue-a")));
    EXPECT_EQ(known().portal_from, 0U);
    ASSERT_TRUE(works(store->begin_run(3, "queue-b")));
    EXPECT_EQ(known().portal_from, 1U);
}

TEST_F(horizon_test, overtaken_records_are_counted_in_totals_and_rows) {
    commit_unit unit;
    unit.outcomes = {make_outcome(1, 7, 0, 3, fate::overtaken),
                     make_outcome(2, 7, 3, 4, fate::superseded)};
    unit.files = {make_file(7)};
    unit.files[0].counts = {0, 4, 0, 3};
    commit(unit);
    reopen();
    EXPECT_EQ(known().totals.superseded, 4U);
    EXPECT_EQ(known().totals.overtaken, 3U);
    EXPECT_EQ(value_of(store->load_files(0)).at(0).counts, (fate_counts{0, 4, 0, 3}));
    EXPECT_EQ(settled_from(*store, 0).at(0).fate, fate::overtaken);
}

} // namespace
} // namespace hubspool
