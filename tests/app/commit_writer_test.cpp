#include "app/fake_outcome_store.hpp"
#include "app/settle/commit_writer.hpp"
#include "base/log.hpp"
#include "spool/queue_fixture.hpp"

#include <gmock/gmock.h>

#include <cerrno>

namespace hubspool {

namespace {

using ::testing::HasSubstr;

class commit_writer_test : public ::hubspool::testing::queue_fixture {
protected:
    // What was said meanwhile.
    std::string write(const commit_unit& unit = {}) {
        ::testing::internal::CaptureStderr();
        last_ = writer_.write(unit);
        (void)log::flush();
        return ::testing::internal::GetCapturedStderr();
    }
    run_mark mark() const { return queue_->read_run_mark()->value_or(run_mark{}); }

    std::unique_ptr<queue_directory> queue_ = open();
    fake_outcome_store outcome_store_;
    commit_writer writer_{outcome_store_, *queue_, {"test", 3, 7, 0}};
    result<void> last_;
};

} // namespace

TEST_F(commit_writer_test, each_commit_is_noted_in_the_run_mark) {
    commit_unit unit;
    write(unit);
    EXPECT_EQ(mark(), (run_mark{"test", 3, 7, 1}));
    unit.last_number = 9;
    write(unit);
    EXPECT_EQ(mark(), (run_mark{"test", 3, 9, 2}));
}

TEST_F(commit_writer_test, number_and_stamp_of_the_mark_never_fall) {
    commit_unit unit;
    unit.last_number = 9;
    unit.last_stamp = 500;
    write(unit);
    unit.last_number = 8;
    unit.last_stamp = 400;
    write(unit);
    EXPECT_EQ(mark(), (run_mark{"test", 3, 9, 2, 500}));
}

TEST_F(commit_writer_test, unit_without_a_number_keeps_that_of_the_mark) {
    write();
    EXPECT_EQ(mark().last_number, 7U);
}

// A mark that is behind the database does no harm.
TEST_F(commit_writer_test, mark_that_cannot_be_written_is_said_and_the_commit_counts) {
    std::filesystem::create_symlink("elsewhere", at("cur/.run"));
    EXPECT_THAT(write(), HasSubstr("cur/.run could not be written"));
    EXPECT_TRUE(static_cast<bool>(last_));
    EXPECT_EQ(outcome_store_.units.size(), 1U);
}

// One that is ahead of the database makes that look old, and all would be read again.
TEST_F(commit_writer_test, mark_is_written_behind_its_commit) {
    write();
    outcome_store_.at_commit = [this] { EXPECT_EQ(mark().commit, 1U); };
    write();
    EXPECT_EQ(mark().commit, 2U);
}

TEST_F(commit_writer_test, disk_that_failed_is_told_by_who_ends_the_daemon_and_not_here) {
    outcome_store_.failures = {{"input/output error", EIO}};
    EXPECT_EQ(write(), "");
    EXPECT_EQ(last_.error().code, EIO);
}

TEST_F(commit_writer_test, quota_that_is_used_up_is_a_full_directory) {
    outcome_store_.failures = {{"disk quota exceeded", EDQUOT}};
    EXPECT_THAT(write(), HasSubstr("the state directory is full"));
}

TEST_F(commit_writer_test, commit_that_failed_is_not_noted) {
    write();
    outcome_store_.failures = {{"no space left on device", ENOSPC}};
    write();
    EXPECT_FALSE(static_cast<bool>(last_));
    EXPECT_EQ(mark().commit, 1U);
}

TEST_F(commit_writer_test, scenario_17_full_disk_is_said_once_and_so_is_its_end) {
    outcome_store_.failures = {{"first words", ENOSPC}, {"second words", ENOSPC}};
    EXPECT_THAT(write(), HasSubstr("the state directory is full"));
    EXPECT_EQ(write(), "");
    EXPECT_THAT(write(), HasSubstr("the state can be written again"));
    EXPECT_TRUE(static_cast<bool>(last_));
    EXPECT_EQ(write(), "");
}

TEST_F(commit_writer_test, locked_database_is_told_from_a_full_disk) {
    outcome_store_.failures = {{"locked", EBUSY}};
    EXPECT_THAT(write(), HasSubstr("the state database is locked"));
}

TEST_F(commit_writer_test, disk_that_is_full_passes_and_one_that_failed_does_not) {
    for (const int code : {ENOSPC, EDQUOT, EBUSY})
        EXPECT_TRUE(commit_writer::passes({"", code})) << code;
    for (const int code : {EIO, EBADMSG, EACCES, 0})
        EXPECT_FALSE(commit_writer::passes({"", code})) << code;
}

} // namespace hubspool
