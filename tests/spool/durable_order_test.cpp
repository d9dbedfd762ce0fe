// What is made durable, and before what: each fsync that is left out, or comes too late, fails
// here.
#include "spool/arrivals/replay_copy.hpp"
#include "spool/claims/reason_file.hpp"
#include "spool/queue_fixture.hpp"
#include "spool/queue_survey.hpp"
#include "support/system_calls.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

namespace hubspool::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class durable_order : public queue_fixture {
protected:
    const run_mark mark_{"state-a", 7, 100, 2000, 1'800'000'000'000};
};

TEST_F(durable_order, first_mark_of_a_queue_is_durable_with_its_name) {
    const auto queue = open();
    system_calls calls(root());
    ASSERT_TRUE(queue->write_run_mark(mark_));
    EXPECT_THAT(calls.seen(), ElementsAre("fsync cur/.run", "fsync cur"));
}

TEST_F(durable_order, further_marks_of_a_queue_cost_no_fsync) {
    const auto queue = open();
    ASSERT_TRUE(queue->write_run_mark(mark_));
    system_calls calls(root());
    ASSERT_TRUE(queue->write_run_mark(mark_));
    EXPECT_THAT(calls.seen(), IsEmpty());
}

TEST_F(durable_order, first_mark_that_cannot_be_made_durable_is_a_failure) {
    for (const char* const refused : {"fsync cur/.run", "fsync cur"}) {
        const auto queue = open();
        std::filesystem::remove(at("cur/.run"));
        system_calls calls(root());
        calls.refuse(refused, EIO);
        const auto written = queue->write_run_mark(mark_);
        ASSERT_FALSE(written) << refused;
        EXPECT_EQ(written.error().code, EIO);
    }
}

// A run before may have been killed between its renames and their fsync.
TEST_F(durable_order, listed_claims_are_durable_before_they_are_handed_on) {
    const auto queue = open();
    claim_one(*queue, "a");
    system_calls calls(root());
    std::vector<skipped_name> skipped;
    ASSERT_TRUE(queue->survey().claimed(skipped));
    EXPECT_THAT(calls.seen(),
                ElementsAre("fsync cur/000000", "fsync cur", "fsync new", "fsync bulk"));
}

TEST_F(durable_order, listed_claims_that_cannot_be_made_durable_are_not_handed_on) {
    const auto queue = open();
    claim_one(*queue, "a");
    for (const char* const refused : {"fsync cur/000000", "fsync cur", "fsync new", "fsync bulk"}) {
        system_calls calls(root());
        calls.refuse(refused, EIO);
        std::vector<skipped_name> skipped;
        const auto listed = queue->survey().claimed(skipped);
        ASSERT_FALSE(listed) << refused;
        EXPECT_EQ(listed.error().code, EIO);
    }
}

TEST_F(durable_order, who_only_looks_makes_nothing_durable) {
    const auto queue = open();
    claim_one(*queue, "a");
    const auto reader = queue_survey::open({root().string()});
    ASSERT_TRUE(reader);
    system_calls calls(root());
    std::vector<skipped_name> skipped;
    ASSERT_TRUE((*reader)->claimed(skipped));
    EXPECT_THAT(calls.seen(), IsEmpty());
}

TEST_F(durable_order, new_queue_is_durable_when_it_is_open) {
    system_calls calls(root());
    const auto queue = open();
    EXPECT_EQ(calls.seen().back(), "fsync " + root().string());
}

TEST_F(durable_order, queue_that_is_there_costs_no_fsync) {
    open().reset();
    system_calls calls(root());
    const auto queue = open();
    EXPECT_THAT(calls.seen(), ::testing::Not(Contains(HasSubstr("fsync"))));
}

TEST_F(durable_order, new_queue_that_cannot_be_made_durable_does_not_open) {
    system_calls calls(root());
    calls.refuse("fsync", EIO);
    const auto queue = queue_directory::open({root().string()});
    ASSERT_FALSE(queue);
    EXPECT_EQ(queue.error().code, EIO);
}

// They may have gone to any day of done/.
TEST_F(durable_order, scenario_47_moves_of_the_run_before_become_durable_with_the_file_system) {
    const auto queue = open();
    system_calls calls(root());
    ASSERT_TRUE(queue->sync_moves_of_before());
    EXPECT_THAT(calls.seen(), ElementsAre("syncfs cur"));
}

TEST_F(durable_order, moves_of_the_run_before_that_cannot_be_made_durable_are_a_failure) {
    const auto queue = open();
    system_calls calls(root());
    calls.refuse("syncfs", EIO);
    const auto synced = queue->sync_moves_of_before();
    ASSERT_FALSE(synced);
    EXPECT_EQ(synced.error().code, EIO);
    EXPECT_THAT(synced.error().message, HasSubstr("make durable"));
}

TEST_F(durable_order, file_that_was_deleted_is_gone_from_its_directory_durably) {
    const auto queue = open();
    ASSERT_TRUE(queue->moves().remove(claim_one(*queue, "a")));
    system_calls calls(root());
    ASSERT_TRUE(queue->moves().sync());
    EXPECT_THAT(calls.seen(), ElementsAre("fsync cur/000000"));
}

// It would stand in rejected/ without its reason after a power loss.
TEST_F(durable_order, reason_is_durable_before_its_file_is_moved) {
    const auto queue = open();
    const auto file = claim_one(*queue, "a");
    system_calls calls(root());
    ASSERT_TRUE(queue->moves().reject(file, "why"));
    EXPECT_TRUE(calls.saw("fsync rejected/", "rename cur/000000/"));
}

TEST_F(durable_order, reason_that_cannot_be_made_durable_leaves_the_file_and_no_reason) {
    const auto queue = open();
    const auto file = claim_one(*queue, "a");
    system_calls calls(root());
    calls.refuse("fsync rejected/", EIO);
    const auto rejected = queue->moves().reject(file, "why");
    ASSERT_FALSE(rejected);
    EXPECT_EQ(rejected.error().code, EIO);
    EXPECT_TRUE(*queue->moves().look(file));
    EXPECT_TRUE(std::filesystem::is_empty(at("rejected")));
}

class durable_replay : public durable_order {
protected:
    // A copy of a file of 10 bytes that is about to go into bulk/.
    result<replay_copy> begun() {
        const std::string source = dir_.file("source");
        std::ofstream(source) << "0123456789";
        struct stat look{};
        EXPECT_EQ(::stat(source.c_str(), &look), 0);
        if (!layout_) layout_ = *queue_layout::open({root().string()}, queue_access::work);
        const std::int64_t mtime_ns = look.st_mtim.tv_sec * 1'000'000'000 + look.st_mtim.tv_nsec;
        return replay_copy::begin(*layout_, {AT_FDCWD, source, 10, mtime_ns, "replayed.json"});
    }
    std::shared_ptr<const queue_layout> layout_;
};

TEST_F(durable_replay, copy_is_durable_before_its_rename_and_the_rename_before_it_is_told) {
    auto copy = begun();
    ASSERT_TRUE(copy);
    system_calls calls(root());
    EXPECT_EQ(*copy->go_on(100), true);
    const auto seen = calls.seen();
    ASSERT_EQ(seen.size(), 3U);
    EXPECT_THAT(seen[0], ::testing::StartsWith("fsync tmp/"));
    EXPECT_THAT(seen[1], ::testing::EndsWith(" -> bulk/replayed.json"));
    EXPECT_EQ(seen[2], "fsync bulk");
}

// Else the last step would wait until all of it is written.
TEST_F(durable_replay, each_step_of_a_copy_is_written_out_before_the_next) {
    auto copy = begun();
    ASSERT_TRUE(copy);
    system_calls calls(root());
    EXPECT_EQ(*copy->go_on(4), false);
    EXPECT_THAT(calls.seen(), ElementsAre(::testing::StartsWith("fdatasync tmp/")));
}

TEST_F(durable_replay, copy_that_cannot_be_made_durable_is_not_put_in_place) {
    for (const char* const refused : {"fsync tmp/", "fdatasync tmp/"}) {
        auto copy = begun();
        ASSERT_TRUE(copy);
        system_calls calls(root());
        calls.refuse(refused, EIO);
        auto done = copy->go_on(4);
        if (done) done = copy->go_on(100);
        ASSERT_FALSE(done) << refused;
        EXPECT_EQ(done.error().code, EIO);
        EXPECT_FALSE(std::filesystem::exists(at("bulk/replayed.json")));
    }
}

} // namespace
} // namespace hubspool::testing
