// What the state makes durable, and in which order: letters before the rows that count them, names
// with their directory, and nothing more after a disk that failed.
#include "state/letters/dead_letter_log.hpp"
#include "state/state_builders.hpp"
#include "state/state_rows_fixture.hpp"
#include "support/system_calls.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <cerrno>

namespace hubspool {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using testing::system_calls;

constexpr const char* sync_of_letters = "fdatasync dead-letters.ndjson";
constexpr const char* sync_of_rows = "fdatasync state.db-wal";

class durable_commits : public ::testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(works(store_->begin_run(1, "state-a"))); }
    result<std::uint64_t> commit_a_letter(std::uint64_t place = 100) {
        return store_->commit(unit_of_letters({make_letter(3, place, 7)}));
    }
    std::uint64_t dead() { return value_of(store_->load_meta()).totals.dead_lettered; }
    void restart() {
        store_.reset();
        store_ = opened(where_);
    }

    temp_dir directory_;
    std::string where_ = directory_.path().string();
    std::string letters_ = directory_.file("dead-letters.ndjson");
    std::unique_ptr<state_store> store_ = opened(where_);
};

TEST_F(durable_commits, commit_is_durable_when_it_is_told) {
    commit_unit unit;
    unit.outcomes = {make_outcome(1, 1, 0, 10)};
    for (int round = 0; round < 2; ++round) {
        system_calls calls(where_);
        ASSERT_TRUE(works(store_->commit(unit)));
        EXPECT_THAT(calls.seen(), Contains(sync_of_rows)) << round;
    }
}

TEST_F(durable_commits, pause_is_durable_when_it_is_told) {
    system_calls calls(where_);
    ASSERT_TRUE(works(store_->ask_for(operator_command::pause)));
    EXPECT_THAT(calls.seen(), Contains(sync_of_rows));
}

// A lost database must not lose them.
TEST_F(durable_commits, letters_are_durable_before_the_rows_that_count_them) {
    system_calls calls(where_);
    ASSERT_TRUE(works(commit_a_letter()));
    EXPECT_TRUE(calls.saw(sync_of_letters, sync_of_rows));
    EXPECT_FALSE(calls.saw(sync_of_rows, sync_of_letters));
}

// A person may move it away at any time.
TEST_F(durable_commits, file_of_letters_that_is_made_anew_is_durable_with_its_name) {
    std::filesystem::remove(letters_);
    system_calls calls(where_);
    ASSERT_TRUE(works(commit_a_letter()));
    EXPECT_TRUE(calls.saw("fsync " + where_, sync_of_letters));
}

TEST_F(durable_commits, further_letters_cost_no_fsync_of_the_directory) {
    ASSERT_TRUE(works(commit_a_letter()));
    system_calls calls(where_);
    ASSERT_TRUE(works(commit_a_letter(200)));
    EXPECT_THAT(calls.seen(), Not(Contains(StartsWith("fsync"))));
}

TEST_F(durable_commits, commit_without_letters_touches_no_file_of_letters) {
    system_calls calls(where_);
    commit_unit unit;
    unit.outcomes = {make_outcome(1, 1, 0, 10)};
    ASSERT_TRUE(works(store_->commit(unit)));
    EXPECT_THAT(calls.seen(), Not(Contains(sync_of_letters)));
    EXPECT_EQ(content_of(letters_), "");
}

TEST_F(durable_commits, letters_that_do_not_become_durable_are_not_counted) {
    system_calls calls(where_);
    calls.refuse(sync_of_letters, EIO);
    const auto done = commit_a_letter();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, EIO);
    EXPECT_EQ(dead(), 0U);
}

// Nobody knows what an earlier fsync kept.
TEST_F(durable_commits, after_a_disk_that_failed_nothing_is_written_until_a_restart) {
    system_calls calls(where_);
    calls.refuse(sync_of_letters, EIO);
    ASSERT_FALSE(commit_a_letter());
    calls.refuse(sync_of_letters, 0);
    calls.forget();
    const auto again = commit_a_letter();
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, EIO);
    EXPECT_THAT(calls.seen(), IsEmpty());
}

TEST_F(durable_commits, restart_after_a_disk_that_failed_takes_the_letter_again) {
    {
        system_calls calls(where_);
        calls.refuse(sync_of_letters, EIO);
        ASSERT_FALSE(commit_a_letter());
    }
    restart();
    ASSERT_TRUE(works(commit_a_letter()));
    EXPECT_EQ(dead(), 1U);
}

TEST_F(durable_commits, rows_that_do_not_become_durable_are_a_disk_that_failed) {
    system_calls calls(where_);
    calls.refuse(sync_of_rows, EIO);
    const auto done = commit_a_letter();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, EIO);
    EXPECT_THAT(done.error().message, HasSubstr("then start hubspool again: it recovers"));
    calls.refuse(sync_of_rows, 0);
    EXPECT_FALSE(commit_a_letter(200)) << "nobody knows what is in the log";
}

// The reserve is given up, and all is done once more: what was written is not written twice.
TEST_F(durable_commits, letters_without_room_are_written_once_out_of_the_reserve) {
    ASSERT_TRUE(std::filesystem::exists(directory_.file("reserve")));
    {
        system_calls calls(where_);
        calls.refuse(sync_of_letters, ENOSPC);
        ASSERT_FALSE(commit_a_letter()) << "refused with the reserve, and without";
    }
    EXPECT_FALSE(std::filesystem::exists(directory_.file("reserve")));
    EXPECT_EQ(content_of(letters_), "") << "taken back both times";
    ASSERT_TRUE(works(commit_a_letter()));
    EXPECT_THAT(lines_of(letters_), SizeIs(1));
}

TEST_F(durable_commits, reserve_is_gone_durably_before_all_is_done_once_more) {
    system_calls calls(where_);
    calls.refuse(sync_of_letters, ENOSPC);
    ASSERT_FALSE(commit_a_letter());
    // Of the first try, then the directory that has lost the reserve, then of the second.
    EXPECT_TRUE(calls.saw(sync_of_letters, "fsync " + where_));
    std::vector<std::string> seen = calls.seen();
    EXPECT_EQ(std::count(seen.begin(), seen.end(), sync_of_letters), 2);
    EXPECT_EQ(seen.back(), sync_of_letters);
}

TEST_F(durable_commits, full_disk_is_no_reason_to_write_nothing_more) {
    {
        system_calls calls(where_);
        calls.refuse(sync_of_letters, ENOSPC);
        ASSERT_FALSE(commit_a_letter());
    }
    EXPECT_TRUE(works(commit_a_letter()));
}

// Nothing is ever in neither of them.
TEST_F(durable_commits, file_of_dropped_letters_is_durable_before_they_are_dropped) {
    ASSERT_TRUE(works(commit_a_letter()));
    auto box = dead_letter_box::open(where_, dead_letter_box::access::change);
    ASSERT_TRUE(works(box));
    system_calls calls(where_);
    ASSERT_TRUE(works(box->drop({1}, at_ms(0))));
    EXPECT_TRUE(calls.saw("fsync " + where_, "fdatasync dead-letters.dropped-"));
    EXPECT_TRUE(calls.saw("fdatasync dead-letters.dropped-", sync_of_rows));
}

TEST_F(durable_commits, file_of_dropped_letters_that_is_not_durable_drops_none) {
    ASSERT_TRUE(works(commit_a_letter()));
    auto box = dead_letter_box::open(where_, dead_letter_box::access::change);
    ASSERT_TRUE(works(box));
    system_calls calls(where_);
    calls.refuse("fdatasync dead-letters.dropped-", EIO);
    const auto dropped = box->drop({1}, at_ms(0));
    ASSERT_FALSE(dropped);
    EXPECT_EQ(dropped.error().code, EIO);
    EXPECT_THAT(dropped.error().message, HasSubstr("; nothing was dropped"));
    EXPECT_THAT(letters_in(where_), SizeIs(1));
    EXPECT_FALSE(
        std::filesystem::exists(directory_.file("dead-letters.dropped-19700101T000000Z.ndjson")));
}

class durable_database : public ::testing::Test {
protected:
    temp_dir directory_;
    std::string where_ = directory_.path().string();
};

TEST_F(durable_database, new_one_is_durable_with_its_name) {
    system_calls calls(where_);
    const database db = state_rows_fixture::made_in(where_);
    EXPECT_EQ(calls.seen().back(), "fsync " + where_);
}

TEST_F(durable_database, name_that_cannot_be_made_durable_is_a_failure) {
    system_calls calls(where_);
    calls.refuse("fsync " + where_, EIO);
    const auto db = open_or_create_database(where_);
    ASSERT_FALSE(db);
    EXPECT_EQ(db.error().code, EIO);
}

struct pragma_row {
    const char* name;
    const char* value;
};

// What each connection is told, and nothing in the file remembers.
const pragma_row pragma_rows[] = {
    {"synchronous", "2"},     // FULL: a commit that is told survives a power loss
    {"trusted_schema", "0"},  // a damaged schema calls nothing
    {"cell_size_check", "1"}, // damage is found before it is written on
    {"journal_size_limit", "67108864"},
    {"busy_timeout", "10000"},
    {"journal_mode", "wal"},
};

TEST_F(durable_database, each_connection_is_as_careful_as_the_first) {
    {
        const database first = state_rows_fixture::made_in(where_);
    }
    for (const auto how :
         {database::mode::create, database::mode::write, database::mode::read_only}) {
        auto db = open_database(where_, how);
        ASSERT_TRUE(works(db));
        for (const pragma_row& row : pragma_rows)
            EXPECT_EQ(value_of(db->value_of(std::string("PRAGMA ") + row.name)), row.value)
                << row.name;
    }
}

TEST_F(durable_database, schema_cannot_be_written_as_a_table) {
    database db = state_rows_fixture::made_in(where_);
    ASSERT_TRUE(works(db.execute("PRAGMA writable_schema = ON")));
    EXPECT_FALSE(db.execute("UPDATE sqlite_schema SET sql = ''"));
}

} // namespace
} // namespace hubspool
