#include "state/database.hpp"
#include "state/state_builders.hpp"
#include "state/version_4_sql.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

namespace hubspool {
namespace {

using ::testing::HasSubstr;

failure refusal(const std::string& directory, access how = access::read_write) {
    auto store = state_store::open(directory, how);
    EXPECT_FALSE(static_cast<bool>(store));
    return store ? failure{} : store.error();
}

void run_sql(const std::string& path, const std::string& sql) {
    auto db = database::open(path, database::mode::create);
    ASSERT_TRUE(static_cast<bool>(db));
    ASSERT_TRUE(works(db->execute(sql.c_str())));
}

unsigned mode_of(const std::string& path) {
    struct stat status{};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 07777U;
}

const std::string as_of_version_5 = [] {
    std::string sql =
        "ALTER TABLE file DROP COLUMN delimiter; ALTER TABLE file DROP COLUMN quote;"
        "ALTER TABLE meta DROP COLUMN unchanged; ALTER TABLE file DROP COLUMN unchanged;"
        "ALTER TABLE file DROP COLUMN remark; DROP TABLE letter_line; DROP TABLE replay; "
        "DROP TABLE replay_file; DROP INDEX file_of_replay; DROP INDEX dead_letter_struck;"
        "DROP INDEX dead_letter_held; DROP INDEX dead_letter_retried;";
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

struct state_open_test : ::testing::Test {
    temp_dir directory;
    std::string where = directory.file("state");
    std::string db = where + "/state.db";

    void make_state() { ASSERT_NE(opened(where), nullptr); }
};

TEST_F(state_open_test, makes_directory_and_files_for_its_owner_alone) {
    const auto old_mask = ::umask(0);
    auto store = opened(where);
    ASSERT_TRUE(works(store->commit(unit_of_letters({make_letter(1, 0, 0)}))));
    ::umask(old_mask);
    EXPECT_EQ(mode_of(where), 0700U);
    for (const char* name :
         {"state.db", "state.db-wal", "state.db-shm", "lock", "reserve", "dead-letters.ndjson"}) {
        EXPECT_EQ(mode_of(where + "/" + name), 0600U) << name;
    }
}

TEST_F(state_open_test, without_its_parent_names_the_directory) {
    const failure why = refusal(directory.file("missing/state"));
    EXPECT_EQ(why.code, ENOENT);
    EXPECT_THAT(why.message, HasSubstr("missing/state"));
}

TEST_F(state_open_test, reading_where_there_is_nothing_creates_nothing) {
    for (const access how : {access::read_only, access::operator_}) {
        EXPECT_EQ(refusal(where, how).code, ENOENT);
        EXPECT_FALSE(std::filesystem::exists(where));
    }
    std::filesystem::create_directory(where);
    for (const access how : {access::read_only, access::operator_}) {
        EXPECT_EQ(refusal(where, how).code, ENOENT);
        EXPECT_TRUE(std::filesystem::is_empty(where));
    }
}

TEST_F(state_open_test, second_daemon_is_refused_with_the_pid_of_the_first) {
    const auto first = opened(where);
    const failure why = refusal(where);
    EXPECT_EQ(why.code, EBUSY);
    EXPECT_THAT(why.message, HasSubstr(std::to_string(::getpid())));
    EXPECT_THAT(why.message, HasSubstr(where));
}

TEST_F(state_open_test, lock_ends_with_the_process_that_held_it) {
    make_state();
    const pid_t child = ::fork();
    if (child == 0) {
        auto store = state_store::open(where, access::read_write);
        ::_exit(store ? 0 : 1); // no destructor runs
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
    EXPECT_NE(opened(where), nullptr);
}

TEST_F(state_open_test, reader_sees_what_the_daemon_commits_meanwhile) {
    auto daemon = opened(where);
    auto reader = opened(where, access::read_only);
    ASSERT_TRUE(works(daemon->commit({.outcomes = {make_outcome(1, 1, 0, 5)}})));
    EXPECT_EQ(value_of(reader->load_meta()).totals.delivered, 5U);
    EXPECT_EQ(reader->commit({}).error().code, EACCES);
    EXPECT_EQ(reader->set_paused(true).error().code, EACCES);
}

TEST_F(state_open_test, reader_works_when_no_daemon_runs) {
    ASSERT_TRUE(works(opened(where)->commit({.outcomes = {make_outcome(1, 1, 0, 5)}})));
    auto reader = opened(where, access::read_only);
    EXPECT_EQ(value_of(reader->load_meta()).totals.delivered, 5U);
}

TEST_F(state_open_test, reader_works_after_the_daemon_was_killed) {
    make_state();
    const pid_t child = ::fork();
    if (child == 0) {
        auto store = state_store::open(where, access::read_write);
        const bool done = store && (*store)->commit({.outcomes = {make_outcome(1, 1, 0, 5)}});
        ::_exit(done ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
    EXPECT_EQ(value_of(opened(where, access::read_only)->load_meta()).totals.delivered, 5U);
}

TEST_F(state_open_test, pause_from_another_process_reaches_the_daemon_and_survives_it) {
    auto daemon = opened(where);
    auto commander = opened(where, access::operator_);
    const auto commits = commit_number_of(*daemon);
    ASSERT_TRUE(works(commander->set_paused(true)));
    EXPECT_TRUE(value_of(daemon->read_request()).paused);
    EXPECT_TRUE(value_of(daemon->load_meta()).paused);
    ASSERT_EQ(value_of(daemon->load_meta()).parks.size(), 1U);
    EXPECT_EQ(value_of(daemon->load_meta()).parks[0].reason, park_reason::paused);
    EXPECT_THAT(value_of(daemon->load_meta()).parks[0].words, HasSubstr("hubspool resume"));
    EXPECT_EQ(value_of(daemon->load_meta()).commit, commits);
    ASSERT_TRUE(works(daemon->commit({})));
    daemon.reset();
    daemon = opened(where);
    EXPECT_TRUE(value_of(daemon->read_request()).paused);
}

TEST_F(state_open_test, each_resume_is_counted_even_without_a_pause) {
    auto daemon = opened(where);
    auto commander = opened(where, access::operator_);
    ASSERT_TRUE(works(commander->set_paused(true)));
    ASSERT_TRUE(works(commander->set_paused(false)));
    ASSERT_TRUE(works(commander->set_paused(false)));
    const auto wish = value_of(daemon->read_request());
    EXPECT_FALSE(wish.paused);
    EXPECT_EQ(wish.resumes, 2U);
}

TEST_F(state_open_test, operator_may_record_no_outcomes) {
    make_state();
    auto commander = opened(where, access::operator_);
    EXPECT_EQ(commander->commit({}).error().code, EACCES);
    EXPECT_EQ(commander->begin_run(1, "x").error().code, EACCES);
    EXPECT_EQ(commander->trim({at_ms(0), 1}).error().code, EACCES);
    EXPECT_EQ(value_of(commander->load_meta()).commit, 0U);
}

TEST_F(state_open_test, damaged_database_is_refused_with_the_way_out_and_left_as_it_is) {
    make_state();
    const std::string garbage(8192, 'x');
    std::ofstream(db, std::ios::binary) << garbage;
    const failure why = refusal(where);
    EXPECT_EQ(why.code, EBADMSG);
    EXPECT_THAT(why.message, HasSubstr(db));
    EXPECT_THAT(why.message, HasSubstr("move"));
    EXPECT_THAT(why.message, HasSubstr("dead-letters.ndjson"));
    EXPECT_EQ(content_of(db), garbage);
}

TEST_F(state_open_test, database_that_lost_pages_is_refused) {
    ASSERT_TRUE(works(opened(where)->commit({.outcomes = {make_outcome(1, 1, 0, 5)}})));
    std::filesystem::resize_file(db, 4096);
    EXPECT_EQ(refusal(where).code, EBADMSG);
    EXPECT_EQ(std::filesystem::file_size(db), 4096U);
}

TEST_F(state_open_test, damaged_settlement_is_told_and_not_skipped) {
    ASSERT_TRUE(works(opened(where)->commit({.outcomes = {make_outcome(1, 1, 0, 5)}})));
    run_sql(db, "UPDATE batch SET settlement = x'4853'");
    auto store = opened(where);
    const auto done = store->load_settled(0, [](const settled_record&) {});
    ASSERT_FALSE(static_cast<bool>(done));
    EXPECT_EQ(done.error().code, EBADMSG);
    EXPECT_THAT(done.error().message, HasSubstr("row 1 of the table batch"));
}

TEST_F(state_open_test, empty_database_beside_a_log_is_refused_because_sqlite_would_drop_the_log) {
    make_state();
    std::filesystem::resize_file(db, 0);
    std::ofstream(db + "-wal", std::ios::binary) << "frames";
    const failure why = refusal(where);
    EXPECT_EQ(why.code, EBADMSG);
    EXPECT_EQ(content_of(db + "-wal"), "frames");
}

TEST_F(state_open_test, database_of_a_newer_version_is_refused) {
    make_state();
    run_sql(db, "PRAGMA user_version = 99");
    EXPECT_THAT(refusal(where).message, HasSubstr("newer hubspool"));
    EXPECT_THAT(refusal(where, access::read_only).message, HasSubstr("newer hubspool"));
}

TEST_F(state_open_test, database_of_version_1_is_brought_up_to_date_by_the_daemon_alone) {
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

TEST_F(state_open_test, database_of_version_2_gets_its_charges_from_the_daemon_alone) {
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

TEST_F(state_open_test, database_of_version_3_keeps_its_dead_letters_which_can_be_dropped_then) {
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
TEST_F(state_open_test, database_of_version_4_opens_and_is_older_than_its_update) {
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
TEST_F(state_open_test, database_of_version_5_gives_its_dead_letters_keys_where_it_knows_them) {
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

TEST_F(state_open_test, scenario_37_largest_stamp_is_kept_and_never_falls) {
    make_state();
    const auto store = opened(where);
    ASSERT_TRUE(works(store->commit({.last_stamp = 50})));
    ASSERT_TRUE(works(store->commit({.last_stamp = 40})));
    EXPECT_EQ(value_of(store->load_meta()).last_stamp, 50U);
    file_row row;
    row.number = 7;
    row.name = "a";
    row.stamp = 60;
    ASSERT_TRUE(works(store->commit({.files = {row}})));
    EXPECT_EQ(value_of(store->load_meta()).last_stamp, 60U);
    EXPECT_EQ(value_of(store->load_files(0)).at(0).stamp, 60U);
}

TEST_F(state_open_test, scenario_57_charges_survive_until_their_object_has_its_fate) {
    batch_outcome first = make_outcome(1, 1, 0, 5), second = make_outcome(2, 1, 5, 5);
    first.charges = {{"42", 1, wall_time(milliseconds(1000))},
                     {"43", 1, wall_time(milliseconds(1))}};
    second.charges = {{"42", 2, wall_time(milliseconds(2000))}, {"43", 0, {}}};
    make_state();
    EXPECT_TRUE(works(opened(where)->commit({.outcomes = {first}})));
    EXPECT_TRUE(works(opened(where)->commit({.outcomes = {second}})));
    const auto charges = opened(where)->load_meta()->charges;
    ASSERT_EQ(charges.size(), 1U);
    EXPECT_EQ(charges[0].object_id, "42");
    EXPECT_EQ(charges[0].attempts, 2U);
    EXPECT_EQ(charges[0].last, wall_time(milliseconds(2000)));
}

TEST_F(state_open_test, database_of_another_program_is_refused) {
    std::filesystem::create_directory(where);
    run_sql(db, "CREATE TABLE theirs (x)");
    EXPECT_THAT(refusal(where).message, HasSubstr("not a state database of hubspool"));
}

TEST_F(state_open_test, links_in_place_of_its_files_are_not_followed) {
    for (const char* name : {"state.db", "lock", "dead-letters.ndjson"}) {
        std::filesystem::create_directory(where);
        const std::string target = directory.file("elsewhere");
        std::filesystem::create_symlink(target, where + "/" + name);
        EXPECT_EQ(refusal(where).code, ELOOP) << name;
        EXPECT_FALSE(std::filesystem::exists(target)) << name;
        std::filesystem::remove_all(where);
    }
}

} // namespace
} // namespace hubspool
