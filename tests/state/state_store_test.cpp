#include "core/books/file_books.hpp"
#include "state/state_builders.hpp"
#include "state/state_store.hpp"
#include "support/temp_dir.hpp"

#include <limits>

namespace hubspool {
namespace {

struct state_store_test : ::testing::Test {
    temp_dir directory;
    std::string where = directory.path().string();
    std::unique_ptr<state_store> store = opened(where);

    void reopen() {
        store.reset();
        store = opened(where);
    }
    meta meta_now() { return value_of(store->load_meta()); }
    void commit(const commit_unit& unit) { ASSERT_TRUE(works(store->commit(unit))); }
};

TEST_F(state_store_test, fresh_is_told_until_a_run_has_begun) {
    EXPECT_TRUE(value_of(store->load_meta()).fresh());
    reopen();
    EXPECT_TRUE(value_of(store->load_meta()).fresh());
    ASSERT_TRUE(works(store->begin_run(1, "a")));
    reopen();
    EXPECT_FALSE(value_of(store->load_meta()).fresh());
}

TEST_F(state_store_test, run_and_state_id_are_kept) {
    ASSERT_TRUE(works(store->begin_run(7, "state-a")));
    reopen();
    EXPECT_EQ(meta_now().run, 7U);
    EXPECT_EQ(meta_now().state_id, "state-a");
}

TEST_F(state_store_test, commit_number_is_raised_by_each_transaction_and_kept) {
    ASSERT_TRUE(works(store->begin_run(1, "a")));
    commit({});
    commit({});
    EXPECT_EQ(commit_number_of(*store), 3U);
    EXPECT_EQ(meta_now().commit, 3U);
    ASSERT_TRUE(works(store->trim({at_ms(0), 1})));
    EXPECT_EQ(commit_number_of(*store), 4U);
    reopen();
    EXPECT_EQ(commit_number_of(*store), 4U);
}

TEST_F(state_store_test, totals_count_every_fate_of_every_outcome) {
    commit_unit unit;
    unit.outcomes = {make_outcome(1, 1, 0, 10), make_outcome(2, 1, 10, 13, fate::superseded),
                     make_outcome(3, 1, 13, 15, fate::dead)};
    unit.totals = totals{};
    unit.totals->records_in = 20;
    unit.totals->requests = 4;
    unit.totals->delivered = 999; // the caller's sums of fates are not taken
    commit(unit);
    unit = {};
    unit.outcomes = {make_outcome(4, 1, 15, 16)};
    commit(unit);
    reopen();
    const totals sums = meta_now().totals;
    EXPECT_EQ(sums.records_in, 20U);
    EXPECT_EQ(sums.requests, 4U);
    EXPECT_EQ(sums.delivered, 11U);
    EXPECT_EQ(sums.superseded, 3U);
    EXPECT_EQ(sums.dead_lettered, 2U);
    EXPECT_EQ(sums.batches, 4U);
    EXPECT_EQ(meta_now().last_batch, 4U);
}

TEST_F(state_store_test, requests_of_the_day_are_replaced_and_kept_by_other_commits) {
    EXPECT_EQ(meta_now().today.used, 0U);
    const wall_time midnight{milliseconds(1'800'000'000'000)};
    for (const std::uint64_t used : {64U, 30U}) {
        commit_unit unit;
        unit.today = day_count{midnight, used};
        ASSERT_TRUE(works(store->commit(unit)));
        ASSERT_TRUE(works(store->commit({})));
        EXPECT_EQ(meta_now().today.ends, midnight);
        EXPECT_EQ(meta_now().today.used, used);
    }
}

TEST_F(state_store_test, frontier_of_each_lane_is_raised_and_never_lowered) {
    for (const lane of : both_lanes) {
        commit_unit unit;
        unit.read_to[of] = {3, 100};
        commit(unit);
        for (const arrival older : {arrival{2, 500}, arrival{3, 99}}) {
            unit.read_to[of] = older;
            commit(unit);
            EXPECT_EQ(meta_now().read_to[of], (arrival{3, 100}));
        }
        unit.read_to[of] = end_of_file(3);
        commit(unit);
        unit.read_to[of] = arrival{3, std::uint64_t{1} << 40};
        commit(unit);
        const arrival of_bulk = of == lane::bulk ? end_of_file(3) : arrival{};
        EXPECT_EQ(meta_now().read_to.bulk, of_bulk) << "each lane has its own";
    }
    reopen();
    EXPECT_EQ(meta_now().read_to, (frontiers{end_of_file(3), end_of_file(3)}));
}

TEST_F(state_store_test, scenario_14_last_number_is_the_largest_that_anything_mentions) {
    commit_unit unit;
    unit.last_number = 5;
    commit(unit);
    unit.last_number = 4;
    commit(unit);
    EXPECT_EQ(meta_now().last_number, 5U);
    unit = {};
    unit.files = {make_file(8)};
    commit(unit);
    EXPECT_EQ(meta_now().last_number, 8U);
    commit(unit_of_letters({make_letter(11, 0, 0)}));
    EXPECT_EQ(meta_now().last_number, 11U);
    unit = {};
    unit.outcomes = {make_outcome(1, 12, 0, 1)};
    commit(unit);
    reopen();
    EXPECT_EQ(meta_now().last_number, 12U);
}

TEST_F(state_store_test, parks_are_replaced_as_a_whole) {
    commit_unit unit;
    unit.parks = {{park_reason::quota, at_ms(5), "daily limit", at_ms(99)},
                  {park_reason::unauthorized, at_ms(6), "401", std::nullopt}};
    commit(unit);
    commit({}); // says nothing of parks
    reopen();
    const auto parks = meta_now().parks;
    ASSERT_EQ(parks.size(), 2U);
    EXPECT_EQ(parks[0].reason, park_reason::quota);
    EXPECT_EQ(parks[0].since, at_ms(5));
    EXPECT_EQ(parks[0].words, "daily limit");
    EXPECT_EQ(parks[0].probe_at, at_ms(99));
    EXPECT_EQ(parks[1].probe_at, std::nullopt);
    unit.parks->clear();
    commit(unit);
    EXPECT_TRUE(meta_now().parks.empty());
}

TEST_F(state_store_test, scenario_19_file_row_keeps_every_count_over_a_restart) {
    file_row file = make_file(42);
    file.lane = lane::bulk;
    file.name = "dump \xff\n'; DROP TABLE file; --.json"; // any bytes are a name
    file.mtime_ns = 1700000000123456789;
    file.watermark = {1000, 10, 11, 0, file_format::inputs};
    file.counts = {70, 20, 10};
    file.records_in = 120;
    file.keep_because = "damaged tail";
    file.settled = at_ms(2000);
    file.mismatches = 1;
    commit_unit unit;
    unit.files = {file};
    commit(unit);
    reopen();
    const auto files = value_of(store->load_files(0));
    ASSERT_EQ(files.size(), 1U);
    EXPECT_EQ(files[0].number, 42U);
    EXPECT_EQ(files[0].lane, lane::bulk);
    EXPECT_EQ(files[0].name, file.name);
    EXPECT_EQ(files[0].watermark.format, file_format::inputs);
    EXPECT_EQ(files[0].size, 1000U);
    EXPECT_EQ(files[0].mtime_ns, file.mtime_ns);
    EXPECT_EQ(files[0].watermark, file.watermark);
    EXPECT_EQ(files[0].counts, file.counts);
    EXPECT_EQ(files[0].records_in, 120U);
    EXPECT_EQ(files[0].keep_because, "damaged tail");
    EXPECT_EQ(files[0].claimed, at_ms(1000));
    EXPECT_EQ(files[0].settled, at_ms(2000));
    EXPECT_EQ(files[0].mismatches, 1U);
}

TEST_F(state_store_test, file_row_is_replaced_by_a_newer_one) {
    commit_unit unit;
    unit.files = {make_file(1)};
    unit.files[0].keep_because = "grew";
    commit(unit);
    unit.files[0].keep_because.reset();
    unit.files[0].counts.delivered = 5;
    commit(unit);
    const auto files = value_of(store->load_files(0));
    ASSERT_EQ(files.size(), 1U);
    EXPECT_EQ(files[0].keep_because, std::nullopt);
    EXPECT_EQ(files[0].counts.delivered, 5U);
}

TEST_F(state_store_test, rows_of_a_number_and_above_come_whatever_a_trim_was_told) {
    commit_unit unit;
    unit.files = {make_file(1), make_file(2), make_file(3)};
    for (auto& file : unit.files) file.settled = at_ms(2000);
    unit.files[0]
        .settled.reset(); // below the lowest in cur/ and not settled: somebody took it away
    commit(unit);
    ASSERT_TRUE(works(store->trim({at_ms(2000) - milliseconds(10000), 4})));
    EXPECT_EQ(value_of(store->load_files(2)).size(), 3U);
    const auto files = value_of(store->load_files(3));
    ASSERT_EQ(files.size(), 2U);
    EXPECT_EQ(files[0].number, 1U);
    EXPECT_EQ(files[1].number, 3U);
    EXPECT_EQ(value_of(store->load_files(no_file)).size(), 1U);
}

TEST_F(state_store_test, scenario_46_commit_number_starts_above_the_one_it_is_given) {
    commit({.commit_above = 500});
    EXPECT_EQ(commit_number_of(*store), 501U);
    commit({});
    EXPECT_EQ(commit_number_of(*store), 502U);
    EXPECT_EQ(value_of(store->load_meta()).commit, 502U);
}

TEST_F(state_store_test, newest_file_of_a_name_is_found) {
    commit_unit unit;
    unit.files = {make_file(1), make_file(2), make_file(3)};
    unit.files[1].name = unit.files[0].name;
    commit(unit);
    const auto found = value_of(store->find_file(unit.files[0].name));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->number, 2U);
    EXPECT_FALSE(value_of(store->find_file("no such")).has_value());
}

TEST_F(state_store_test, books_hold_meta_and_the_files_of_cur_and_leave_no_transaction_open) {
    commit_unit unit;
    unit.files = {make_file(1)};
    commit(unit);
    const auto books = value_of(store->load_books(no_file));
    EXPECT_EQ(books.meta.commit, 1U);
    EXPECT_EQ(books.files.size(), 1U);
    commit(unit);
    EXPECT_EQ(value_of(store->load_books(no_file)).meta.commit, 2U);
}

TEST_F(state_store_test, scenario_34_another_state_id_disowns_the_rows_of_the_other_queues_files) {
    ASSERT_TRUE(works(store->begin_run(1, "queue-a")));
    commit_unit unit;
    unit.files = {make_file(5)};
    unit.outcomes = {make_outcome(1, 5, 0, 3)};
    unit.last_number = 500;
    commit(unit);
    ASSERT_TRUE(works(store->trim({at_ms(0), 400})));
    ASSERT_TRUE(works(store->begin_run(2, "queue-a")));
    EXPECT_EQ(settled_from(*store, 0).size(), 3U);

    ASSERT_TRUE(works(store->begin_run(3, "queue-b")));
    EXPECT_TRUE(value_of(store->load_files(0)).empty());
    EXPECT_TRUE(settled_from(*store, 1).empty());
    EXPECT_EQ(value_of(store->load_batches({})).size(), 1U); // history stays
    // A settled file of this queue that is still in cur/, though its number is lower.
    unit = {};
    unit.files = {make_file(5)};
    unit.files[0].settled = at_ms(9);
    commit(unit);
    EXPECT_EQ(value_of(store->load_files(5)).size(), 1U);
}

TEST_F(state_store_test, settled_records_come_from_every_batch_that_touches_the_files_asked_for) {
    commit_unit unit;
    unit.outcomes = {make_outcome(1, 1, 0, 2), make_outcome(2, 5, 0, 1, fate::superseded)};
    unit.outcomes[1].records.add({4, 9, fate::delivered});
    commit(unit);
    commit(unit_of_letters({make_letter(6, 10, 3)}));
    reopen();
    const auto records = settled_from(*store, 5);
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].file, 5U);
    EXPECT_EQ(records[0].fate, fate::superseded);
    EXPECT_EQ(records[1].file, 6U);
    EXPECT_EQ(records[1].ordinal, 3U);
    EXPECT_EQ(records[1].fate, fate::dead);
    EXPECT_EQ(settled_from(*store, 1).size(), 5U);
    EXPECT_TRUE(settled_from(*store, 7).empty());
}

TEST_F(state_store_test, scenario_16_a_million_settled_records_load_in_order_and_little_space) {
    constexpr std::uint64_t batches = 1000;
    commit_unit unit;
    for (std::uint64_t i = 0; i < batches; ++i) {
        unit.outcomes.push_back(make_outcome(i + 1, 1, i * 1000, (i + 1) * 1000));
    }
    commit(unit);
    reopen();
    settled_set settled;
    std::uint64_t count = 0;
    ASSERT_TRUE(works(store->load_settled(1, [&](const settled_record& record) {
        if (settled.insert(record.ordinal)) ++count;
    })));
    EXPECT_EQ(count, batches * 1000);
    EXPECT_EQ(settled.first_open(), batches * 1000);
    store.reset();
    EXPECT_LT(std::filesystem::file_size(directory.file("state.db")), 1U << 20);
}

} // namespace
} // namespace hubspool
