#include "app/recovery.hpp"
#include "core/record_block.hpp"
#include "spool/queue_fixture.hpp"
#include "spool/queue_names.hpp"
#include "state/state_store.hpp"
#include "support/system_calls.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cerrno>

namespace hubspool {

namespace {

using ::testing::HasSubstr;

class recovery_test : public ::hubspool::testing::queue_fixture {
protected:
    // Gone without a word, as after kill -9: what was committed is there.
    recovered recover_anew() {
        auto found = try_to_recover();
        if (!found) throw std::runtime_error(found.error().message);
        return std::move(*found);
    }
    result<recovered> try_to_recover() {
        store_.reset();
        queue_.reset();
        queue_ = open();
        auto opened = state_store::open(dir_.file("state"), state_store::access::read_write);
        if (!opened) throw std::runtime_error(opened.error().message);
        store_ = std::move(*opened);
        return recover(*queue_, *store_, *store_);
    }
    void forget_the_database() const {
        for (const char* const name :
             {"state/state.db", "state/state.db-wal", "state/state.db-shm"})
            std::filesystem::remove(dir_.file(name));
    }
    void commit(const commit_unit& unit) const {
        const auto done = store_->commit(unit);
        ASSERT_TRUE(static_cast<bool>(done)) << done.error().message;
    }
    static file_row row_of(const claimed_file& file, read_point watermark) {
        file_row row;
        row.number = file.number;
        row.name = file.name;
        row.size = file.size;
        row.watermark = watermark;
        row.watermark.format = file_format::sequence;
        return row;
    }
    static frontiers both_at_end_of(std::uint64_t file) {
        return {end_of_file(file), end_of_file(file)};
    }
    claimed_file claim(const std::string& name) {
        return claim_one(*queue_, name, "{\"objectId\":1}\n{\"objectId\":2}\n{\"objectId\":3}\n");
    }

    std::unique_ptr<queue_directory> queue_ = open();
    std::unique_ptr<state_store> store_;
};

} // namespace

TEST_F(recovery_test, scenario_11_database_that_pause_has_made_anew_counts_as_lost) {
    claim("a");
    (void)recover_anew();
    store_.reset();
    forget_the_database();
    std::filesystem::remove(at("cur/.run"));
    ASSERT_TRUE(
        static_cast<bool>(state_store::open(dir_.file("state"), state_store::access::read_write)));
    EXPECT_THAT(recover_anew().database_lost.value_or(""), HasSubstr("is new"));
}

TEST_F(recovery_test, first_start_of_all_begins_with_nothing) {
    const recovered found = recover_anew();
    EXPECT_FALSE(found.run_before);
    EXPECT_FALSE(found.database_lost);
    EXPECT_EQ(found.intake.next_number, 1U);
    EXPECT_EQ(found.intake.read_to, frontiers{});
    EXPECT_EQ(found.mark.run, 1U);
}

TEST_F(recovery_test, file_is_taken_up_at_its_watermark_with_what_is_settled_above_it) {
    recover_anew();
    const claimed_file file = claim("a");
    commit_unit unit;
    unit.files = {row_of(file, {14, 1, 1, 0})};
    unit.files[0].counts = {2, 0, 0};
    batch_outcome& outcome = unit.outcomes.emplace_back();
    outcome.batch = 1;
    outcome.records = {{file.number, 0, fate::delivered}, {file.number, 2, fate::delivered}};
    unit.read_to = {{3, 0}, {7, 0}};
    commit(unit);

    const recovered found = recover_anew();
    EXPECT_FALSE(found.database_lost);
    ASSERT_EQ(found.intake.files.live.files().size(), 1U);
    EXPECT_EQ(found.intake.files.live.files()[0].from,
              (read_point{14, 1, 1, 0, file_format::sequence}));
    EXPECT_EQ(found.intake.read_to, (frontiers{{3, 0}, {7, 0}}));
    EXPECT_EQ(found.intake.next_number, 8U) << "no number that the frontier covers is used again";
    const settled_set& settled = found.files.open.at(file.number).book.settled;
    EXPECT_TRUE(settled.contains(0));
    EXPECT_FALSE(settled.contains(1));
    EXPECT_TRUE(settled.contains(2));
}

TEST_F(recovery_test, settled_file_that_was_not_moved_is_not_read) {
    recover_anew();
    const claimed_file file = claim("a");
    commit_unit unit;
    unit.files = {row_of(file, {})};
    unit.files[0].records_in = 3;
    unit.files[0].settled = wall_now();
    commit(unit);
    const recovered found = recover_anew();
    EXPECT_TRUE(found.intake.files.live.empty());
    EXPECT_TRUE(found.files.open.at(file.number).row.settled);
}

TEST_F(recovery_test, scenario_64_settled_file_in_cur_is_known_whatever_was_trimmed) {
    recover_anew();
    claim("a"); // of which nothing is recorded
    const claimed_file file = claim("b");
    commit_unit unit;
    unit.files = {row_of(file, {})};
    unit.files[0].records_in = 3;
    unit.files[0].settled = wall_now();
    commit(unit);
    const auto trimmed = store_->trim({wall_now() - std::chrono::hours(1), file.number + 1});
    ASSERT_TRUE(static_cast<bool>(trimmed));
    const recovered found = recover_anew();
    EXPECT_EQ(found.intake.files.live.files().size(), 1U) << "the settled one is not read again";
    ASSERT_TRUE(found.files.open.contains(file.number));
    EXPECT_TRUE(found.files.open.at(file.number).row.settled);
}

TEST_F(recovery_test, scenario_37_stamps_go_on_from_the_largest_that_is_known) {
    recover_anew();
    const as_of_ms last = claim("a").order.stamp;
    // By the name alone.
    EXPECT_EQ(recover_anew().intake.last_stamp, last);
    // cur/ is empty, and done/ was swept: the database knows, and when that is lost cur/.run.
    commit({.last_stamp = last});
    std::filesystem::remove_all(at("cur/000000"));
    EXPECT_EQ(recover_anew().intake.last_stamp, last);
    store_.reset();
    forget_the_database();
    const recovered found = recover_anew();
    EXPECT_TRUE(found.database_lost);
    EXPECT_EQ(found.intake.last_stamp, last);
    EXPECT_EQ(found.mark.last_stamp, last);
    // And the new one has learned of it.
    std::filesystem::remove(at("cur/.run"));
    EXPECT_EQ(recover_anew().intake.last_stamp, last);
}

TEST_F(recovery_test, files_of_the_version_before_get_the_stamp_of_the_update_and_their_rows_too) {
    recover_anew();
    const claimed_file begun = claim("begun"), settled = claim("settled"), unread = claim("c");
    commit_unit unit;
    unit.files = {row_of(begun, {14, 1, 1, 0}), row_of(settled, {})};
    unit.files[1].records_in = 3;
    unit.files[1].settled = wall_now();
    commit(unit);
    for (claimed_file file : {begun, settled, unread}) {
        const auto named = at("cur/000000") / format_claimed_name(file);
        file.order.stamp = 0;
        std::filesystem::rename(named, at("cur/000000") / format_claimed_name(file));
    }
    next_.stamp = 0;
    const auto update = static_cast<as_of_ms>(wall_now().time_since_epoch().count());
    const recovered found = recover_anew();
    EXPECT_GE(found.intake.last_stamp, update);
    EXPECT_EQ(found.mark.last_stamp, found.intake.last_stamp);
    ASSERT_EQ(found.intake.files.live.files().size(), 2U) << "the settled one is not read again";
    for (const file_to_read& file : found.intake.files.live.files())
        EXPECT_EQ(file.file.order.stamp, found.intake.last_stamp);
    EXPECT_TRUE(found.files.vanished.empty());
    EXPECT_EQ(found.files.open.at(begun.number).row.stamp, found.intake.last_stamp);
    EXPECT_EQ(found.files.open.at(settled.number).row.stamp, found.intake.last_stamp);
    // For good: so the settled one is found in done/ under its name.
    const auto rows = store_->load_files(0);
    ASSERT_TRUE(static_cast<bool>(rows));
    for (const file_row& row : *rows) EXPECT_EQ(row.stamp, found.intake.last_stamp);
    EXPECT_EQ(recover_anew().intake.last_stamp, found.intake.last_stamp);
}

TEST_F(recovery_test, scenario_11_charges_of_a_database_that_counts_as_lost_are_forgotten) {
    recover_anew();
    claim("a");
    batch_outcome outcome;
    outcome.batch = 1;
    outcome.charges = {{"42", 3, wall_now()}};
    commit({.outcomes = {outcome}});
    EXPECT_EQ(recover_anew().meta.charges.size(), 1U);
    std::filesystem::remove(at("cur/.run"));
    const recovered found = recover_anew();
    ASSERT_TRUE(found.database_lost);
    EXPECT_TRUE(found.meta.charges.empty());
}

TEST_F(recovery_test, charge_is_taken_up_for_two_days) {
    recovered found = recover_anew();
    const wall_time wall = wall_now();
    found.meta.charges = {{"1", 3, wall - std::chrono::hours(47)},
                          {"2", 3, wall - std::chrono::hours(49)}};
    const event::run_before left = left_by_run_before(found, {}, {boot_now(), wall, 0.5});
    ASSERT_EQ(left.charges.size(), 1U);
    EXPECT_EQ(left.charges[0].first.object_id, "1");
}

TEST_F(recovery_test, scenario_11_lost_database_sends_nothing_before_all_of_cur_is_read) {
    recover_anew();
    claim("a");
    const claimed_file newest = claim("b");
    store_.reset();
    forget_the_database();
    const recovered found = recover_anew();
    EXPECT_THAT(found.database_lost.value_or(""), HasSubstr("is new"));
    EXPECT_EQ(found.intake.read_to, both_at_end_of(newest.number));
    EXPECT_EQ(found.intake.files.live.files().size(), 2U);

    // What of these dies now leaves a doubt: the run before may have delivered it.
    EXPECT_EQ(left_by_run_before(found, {}, {boot_now(), wall_now(), 0.5}).read_to,
              both_at_end_of(newest.number));

    const recovered again = recover_anew();
    EXPECT_FALSE(again.database_lost);
    EXPECT_EQ(again.intake.read_to, both_at_end_of(newest.number)) << "a crash does not forget it";
}

// Else a power loss brings back a file below the horizon that follows from cur/, and of what it had
// delivered nothing is known any more.
TEST_F(recovery_test, scenario_47_moves_are_durable_before_a_lost_database_is_begun_anew) {
    recover_anew();
    const claimed_file left = claim("left");
    const claimed_file lowest = claim("lowest");
    ASSERT_TRUE(static_cast<bool>(queue_->moves().to_done(left, wall_now())));
    store_.reset();
    forget_the_database();
    ::hubspool::testing::system_calls calls(root());
    const auto syncs = [&calls] {
        const std::vector<std::string> seen = calls.seen();
        return std::ranges::count(seen, "syncfs cur");
    };
    calls.refuse("syncfs cur", EIO);
    const result<recovered> refused = try_to_recover();
    ASSERT_FALSE(static_cast<bool>(refused));
    EXPECT_EQ(refused.error().code, EIO);
    EXPECT_EQ(store_->load_meta()->commit, 0U) << "the next start must find it lost as well";
    calls.refuse("syncfs cur", 0);
    calls.forget();
    const recovered found = recover_anew();
    EXPECT_THAT(found.database_lost.value_or(""), HasSubstr("is new"));
    EXPECT_EQ(found.meta.horizon, lowest.order.key({}, 0));
    EXPECT_EQ(syncs(), 1);
    calls.forget();
    EXPECT_FALSE(recover_anew().database_lost);
    EXPECT_EQ(syncs(), 0) << "of a database that is there nothing comes back";
}

TEST_F(recovery_test, scenario_11_database_older_than_the_queue_counts_as_lost) {
    recover_anew();
    const claimed_file file = claim("a");
    run_mark mark = **queue_->read_run_mark();
    mark.commit += 5;
    ASSERT_TRUE(static_cast<bool>(queue_->write_run_mark(mark)));
    const std::uint64_t epoch = store_->load_meta()->epoch;
    const recovered found = recover_anew();
    EXPECT_THAT(found.database_lost.value_or(""), HasSubstr("older than the queue"));
    EXPECT_EQ(found.intake.read_to, both_at_end_of(file.number));
    EXPECT_GT(found.mark.run, mark.run);
    // By it the ledger tells that its rows may be of another past.
    EXPECT_NE(store_->load_meta()->epoch, epoch);
}

TEST_F(recovery_test, scenario_46_start_that_finds_its_own_database_goes_on_in_its_epoch) {
    recover_anew();
    const std::uint64_t epoch = store_->load_meta()->epoch;
    EXPECT_NE(epoch, 0U);
    recover_anew();
    EXPECT_EQ(store_->load_meta()->epoch, epoch);
}

TEST_F(recovery_test, scenario_46_second_old_copy_is_told_though_the_first_has_run_since) {
    recover_anew();
    claim("a");
    const auto copy_to = [&](const char* name) {
        store_.reset(); // which writes the log back
        std::filesystem::copy_file(dir_.file("state/state.db"), dir_.file(name));
    };
    const auto restore = [&](const char* name) {
        store_.reset();
        forget_the_database();
        std::filesystem::copy_file(dir_.file(name), dir_.file("state/state.db"));
    };
    const auto run = [&](int commits) {
        recovered found = recover_anew();
        for (int i = 0; i < commits; ++i) commit({});
        found.mark.commit = store_->load_meta()->commit;
        ASSERT_TRUE(static_cast<bool>(queue_->write_run_mark(found.mark)));
    };
    copy_to("monday");
    run(20);
    copy_to("tuesday");
    run(20);
    restore("monday");
    EXPECT_THAT(recover_anew().database_lost.value_or(""), HasSubstr("older than the queue"));
    run(1);
    restore("tuesday");
    EXPECT_THAT(recover_anew().database_lost.value_or(""), HasSubstr("older than the queue"));
}

TEST_F(recovery_test, books_of_a_file_that_vanished_are_closed_with_what_has_a_fate) {
    recover_anew();
    const claimed_file file = claim("a");
    commit_unit unit;
    unit.files = {row_of(file, {})};
    unit.files[0].records_in = 3;
    unit.totals = totals{};
    unit.totals->records_in = 3;
    unit.files[0].counts = {1, 0, 0};
    batch_outcome& outcome = unit.outcomes.emplace_back();
    outcome.batch = 1;
    outcome.records = {{file.number, 0, fate::delivered}};
    commit(unit);
    std::filesystem::remove_all(at("cur/000000"));

    const recovered found = recover_anew();
    EXPECT_EQ(found.files.vanished.size(), 1U);
    EXPECT_EQ(found.meta.totals.records_in, found.meta.totals.delivered);
    const recovered again = recover_anew();
    EXPECT_TRUE(again.files.vanished.empty()) << "told once";
}

} // namespace hubspool
