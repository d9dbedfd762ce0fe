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
