#include "state/database.hpp"
#include "state/state_builders.hpp"
#include "state/state_open_fixture.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

namespace hubspool {
namespace {

using ::testing::HasSubstr;

unsigned mode_of(const std::string& path) {
    struct stat status{};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 07777U;
}

using state_open_test = state_open_fixture;

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
    EXPECT_EQ(reader->ask_for(operator_command::pause).error().code, EACCES);
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
    ASSERT_TRUE(works(commander->ask_for(operator_command::pause)));
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
    ASSERT_TRUE(works(commander->ask_for(operator_command::pause)));
    ASSERT_TRUE(works(commander->ask_for(operator_command::resume)));
    ASSERT_TRUE(works(commander->ask_for(operator_command::resume)));
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
