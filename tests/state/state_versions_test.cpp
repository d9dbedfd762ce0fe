#include "state/database.hpp"
#include "state/state_builders.hpp"
#include "state/state_open_fixture.hpp"
#include "state/version_4_sql.hpp"

#include <cerrno>
#include <chrono>

namespace hubspool {
namespace {

using ::testing::HasSubstr;

const std::string as_of_version_5 = [] {
    std::string sql =
        "DROP TABLE letter_line; DROP TABLE replay; DROP TABLE replay_file; DROP INDEX "
        "file_of_replay; DROP INDEX dead_letter_struck; DROP INDEX dead_letter_held;"
        "DROP INDEX dead_letter_retried; ALTER TABLE wish DROP COLUMN bulk_held;"
        "ALTER TABLE park DROP COLUMN ended;"
        "ALTER TABLE meta DROP COLUMN unchanged;";
    for (const char* name : {"delimiter", "quote", "unchanged", "remark"})
        sql += std::string("ALTER TABLE file DROP COLUMN ") + name + ";";
    for (const char* name : {"value_keys", "held", "retried", "retry_name", "struck",
                             "struck_batch", "again_file", "again_place"})
        sql += std::string("ALTER TABLE dead_letter DROP COLUMN ") + name + ";";
    return sql + "ALTER TABLE meta DROP COLUMN bulk_file; ALTER TABLE meta DROP COLUMN bulk_place;"
                 "ALTER TABLE meta RENAME live_file TO frontier_file;"
                 "ALTER TABLE meta RENAME live_place TO frontier_place;";
}();
const std::string without_keys = [] {
    std::string sql = as_of_version_5;
    for (const char* name : {"overtaken", "epoch", "portal", "portal_from", "horizon_as_of",
                             "horizon_number", "last_stamp"})
        sql += std::string("ALTER TABLE meta DROP COLUMN ") + name + ";";
    return sql +
           "ALTER TABLE file DROP COLUMN overtaken; ALTER TABLE file DROP COLUMN stamp;"
           "ALTER TABLE batch DROP COLUMN top_as_of; ALTER TABLE batch DROP COLUMN top_number;";
}();

using state_versions_test = state_open_fixture;

TEST_F(state_versions_test, database_of_a_newer_version_is_refused) {
    make_state();
    run_sql(db, "PRAGMA user_version = 99");
    EXPECT_THAT(refusal(where).message, HasSubstr("newer hubspool"));
    EXPECT_THAT(refusal(where, access::read_only).message, HasSubstr("newer hubspool"));
}

TEST_F(state_versions_test, database_of_version_1_is_brought_up_to_date_by_the_daemon_alone) {
    make_state();
    ASSERT_TRUE(works(opened(where)->commit({.outcomes = {make_outcome(1, 1, 0, 5)}})));
    run_sql(db,
            without_keys +
                "ALTER TABLE meta DROP COLUMN day_ends; ALTER TABLE meta DROP COLUMN day_requests;"
                "DROP TABLE charge; DROP INDEX dead_letter_dropped;"
                "ALTER TABLE dead_letter DROP COLUMN dropped; PRAGMA user_version = 1");
    EXPECT_THAT(refusal(where, access::read_only).message, HasSubstr("older hubspool"));
    EXPECT_EQ(refusal(where, access::read_only).code, ESTALE); // `check` does not mind
    EXPECT_THAT(refusal(where, access::operator_).message, HasSubstr("older hubspool"));
    const auto meta = opened(where)->load_meta();
    ASSERT_TRUE(meta);
    EXPECT_EQ(meta->totals.batches, 1U);
    EXPECT_EQ(meta->today.used, 0U);
    EXPECT_EQ(opened(where, access::read_only)->load_meta()->last_batch, 1U);
}

TEST_F(state_versions_test, database_of_version_2_gets_its_charges_from_the_daemon_alone) {
    make_state();
    run_sql(db, without_keys +
                    "DROP TABLE charge; DROP INDEX dead_letter_dropped;"
                    "ALTER TABLE dead_letter DROP COLUMN dropped; PRAGMA user_version = 2");
    EXPECT_THAT(refusal(where, access::read_only).message, HasSubstr("older hubspool"));
    const auto store = opened(where);
    EXPECT_TRUE(store->load_meta()->charges.empty());
    batch_outcome outcome = make_outcome(1, 1, 0, 5);
    outcome.charges = {{"42", 3, wall_time(milliseconds(1000))}};
    EXPECT_TRUE(works(store->commit({.outcomes = {outcome}})));
    EXPECT_EQ(store->load_meta()->charges.size(), 1U);
}

TEST_F(state_versions_test, database_of_version_3_keeps_its_dead_letters_to_be_dropped) {
    make_state();
    ASSERT_TRUE(works(opened(where)->commit(unit_of_letters({make_letter(3, 100, 7)}))));
    run_sql(db, without_keys +
                    "DROP INDEX dead_letter_dropped; ALTER TABLE dead_letter DROP COLUMN dropped;"
                    "PRAGMA user_version = 3");
    const auto refused = dead_letter_box::open(where, dead_letter_box::access::change);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ESTALE);
    opened(where); // the daemon's start
    auto box = dead_letter_box::open(where, dead_letter_box::access::change);
    ASSERT_TRUE(works(box));
    EXPECT_EQ(letters_in(where).size(), 1U);
    EXPECT_EQ(value_of(box->drop({1}, at_ms(9000))).letters, 1U);
    EXPECT_TRUE(letters_in(where).empty());
}

// Of a drain of three records with hubspool 0.1.0, and a pause.
TEST_F(state_versions_test, database_of_version_4_opens_and_is_older_than_its_update) {
    std::filesystem::create_directory(where);
    run_sql(db, version_4_sql);
    EXPECT_EQ(refusal(where, access::read_only).code, ESTALE);
    const auto before = static_cast<as_of_ms>(
        std::chrono::floor<milliseconds>(std::chrono::system_clock::now()).time_since_epoch() /
        milliseconds(1));
    const auto store = opened(where);
    const meta known = value_of(store->load_meta());
    EXPECT_EQ(known.totals.delivered, 2U);
    EXPECT_EQ(known.totals.superseded, 1U);
    EXPECT_EQ(known.totals.overtaken, 0U);
    EXPECT_TRUE(known.paused);
    EXPECT_GE(known.horizon.as_of + 1, before);
    EXPECT_LE(known.horizon.as_of, before + 60'000);
    EXPECT_EQ(known.last_stamp, known.horizon.as_of);
    EXPECT_NE(known.epoch, 0U);
    const auto batches = value_of(store->load_batches({}));
    ASSERT_EQ(batches.size(), 1U);
    const auto changes = batches[0].changes.all();
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_EQ(changes[1].fields[1].name, "city");
    EXPECT_EQ(changes[1].fields[1].key, order_key{});
    EXPECT_EQ(settled_from(*store, 0).size(), 3U);
    ASSERT_EQ(value_of(store->load_files(0)).size(), 1U);
    EXPECT_EQ(value_of(store->load_files(0))[0].stamp, 0U);
    EXPECT_EQ(value_of(opened(where, access::read_only)->load_meta()).epoch, known.epoch);
}

// The row of its batch tells the keys of a dead change, the name of a file those of its records.
TEST_F(state_versions_test, database_of_version_5_gives_its_dead_letters_keys_where_known) {
    make_state();
    dead_letter change = make_letter(5, 700, 7);
    change.category = "VALIDATION_ERROR";
    change.batch = 9;
    change.records = {{3, {}, 0, 0, 1, 1, ""}, {5, 700, 0, 7, 1, 8, ""}};
    batch_outcome outcome = make_outcome(9, 5, 7, 8, fate::dead);
    outcome.changes.add(
        {"123",
         fate::dead,
         false,
         {{field_kind::property, "a", {2000, 5, 7}}, {field_kind::custom, "b", {1000, 3, 0}}}});
    outcome.dead_letters = {change};
    dead_letter late = make_letter(5, 900, 9);
    late.category = "too_late";
    file_row file = make_file(5);
    file.stamp = 2000;
    commit_unit unit = unit_of_letters({make_letter(5, 800, 8), late, make_letter(6, 0, 0)});
    unit.files = {file};
    unit.outcomes.push_back(outcome);
    ASSERT_TRUE(works(opened(where)->begin_run(1, "a")));
    ASSERT_TRUE(works(opened(where)->commit(unit)));
    run_sql(db, as_of_version_5 + "PRAGMA user_version = 5");
    auto store = opened(where);
    const auto letters = letters_in(where);
    ASSERT_EQ(letters.size(), 4U);
    EXPECT_EQ(letters[0].values,
              (std::vector<dead_letter::value>{{field_kind::property, "", {2000, 5, 8}, 0}}));
    EXPECT_TRUE(letters[1].values.empty());
    EXPECT_TRUE(letters[2].values.empty()); // its file is not known any more
    EXPECT_EQ(letters[3].values,
              (std::vector<dead_letter::value>{{field_kind::property, "a", {2000, 5, 7}, 1},
                                               {field_kind::custom, "b", {1000, 3, 0}, 0}}));
    batch_outcome retried = make_outcome(20, 9, 0, 5);
    retried.retries = {
        {{5, 8}, 9, 0}, {{5, 9}, 9, 1}, {{6, 0}, 9, 2}, {{5, 7}, 9, 3}, {{3, 0}, 9, 4}};
    ASSERT_TRUE(works(store->commit({.outcomes = {retried}})));
    EXPECT_EQ(value_of(store->load_books(0)).letters, (letter_sums{.struck = 4}));
}

// Of a table that it had begun nobody knows how it was divided: the configuration says it.
TEST_F(state_versions_test, database_of_version_7_opens_with_its_files_and_holds_no_bulk) {
    make_state();
    ASSERT_TRUE(works(opened(where)->commit({.files = {make_file(3)}})));
    run_sql(db, "ALTER TABLE file DROP COLUMN delimiter; ALTER TABLE file DROP COLUMN quote;"
                "ALTER TABLE wish DROP COLUMN bulk_held; ALTER TABLE park DROP COLUMN ended;"
                "PRAGMA user_version = 7");
    EXPECT_EQ(refusal(where, access::read_only).code, ESTALE);
    const auto store = opened(where);
    const auto files = value_of(store->load_files(0));
    ASSERT_EQ(files.size(), 1U);
    EXPECT_EQ(files[0].watermark.dialect, table_dialect{});
    EXPECT_FALSE(value_of(store->read_request()).bulk_held);
}

TEST_F(state_versions_test, database_of_version_8_opens_with_the_parks_that_stand) {
    make_state();
    commit_unit unit;
    unit.parks = {{park_reason::quota, at_ms(1000), "spent", {}}};
    ASSERT_TRUE(works(opened(where)->commit(unit)));
    run_sql(db, "ALTER TABLE park DROP COLUMN ended; PRAGMA user_version = 8");
    EXPECT_EQ(refusal(where, access::read_only).code, ESTALE);
    const auto parks = value_of(opened(where)->load_meta()).parks;
    ASSERT_EQ(parks.size(), 1U);
    EXPECT_EQ(parks[0].words, "spent");
}

} // namespace
} // namespace hubspool
