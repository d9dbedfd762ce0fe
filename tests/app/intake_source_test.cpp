// The intake against a source of records that does what the test says: no file, no clock to wait
// for.
#include "app/intake_fixture.hpp"
#include "app/memory_source.hpp"

#include <gmock/gmock.h>

namespace hubspool {

namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

scan_result found(std::size_t files, std::optional<milliseconds> again_after = {}) {
    scan_result scan;
    scan.claimed.resize(files);
    for (claimed_file& file : scan.claimed) file.name = "a";
    scan.again_after = again_after;
    return scan;
}

} // namespace

class intake_source_test : public intake_fixture {
protected:
    void run() { run_on(source_); }

    memory_source source_;
};

TEST_F(intake_source_test, drain_tells_why_a_replay_did_not_go_on) {
    source_.scan_results_ = {found(1)};
    source_.not_brought_ = "the disk is full";
    run();
    EXPECT_THAT(ended_, ElementsAre(1));
    EXPECT_EQ(trouble_, "the disk is full");
}

TEST_F(intake_source_test, scenario_32_drain_scans_until_nothing_more_is_there) {
    source_.scan_results_ = {found(1, 0ms), found(1, 0ms), found(1)};
    run();
    EXPECT_THAT(ended_, ElementsAre(1, 2, 3));
    EXPECT_EQ(source_.scans_, 3);
    EXPECT_TRUE(read_everything_);
}

TEST_F(intake_source_test, scenario_32_drain_waits_for_what_is_not_ready_yet) {
    source_.scan_results_ = {found(0, 10ms), found(1)};
    run();
    EXPECT_THAT(ended_, ElementsAre(1));
    ASSERT_THAT(source_.waits_, SizeIs(1));
    EXPECT_LE(source_.waits_[0], 10ms);
}

TEST_F(intake_source_test, scenario_32_full_scan_is_followed_by_another) {
    source_.scan_results_ = {found(record_source::files_a_scan), found(1)};
    run();
    EXPECT_THAT(ended_, SizeIs(record_source::files_a_scan + 1));
}

TEST_F(intake_source_test, drain_tells_why_the_queue_could_not_be_scanned) {
    options_.scan_interval = 0ms;
    int scans = 0;
    source_.on_scan_ = [&] {
        if (++scans == 1) source_.scan_results_.back().error = failure{"new/ is gone", ENOENT};
    };
    source_.scan_results_ = {found(0)};
    run();
    EXPECT_EQ(trouble_, "") << "it was scanned later";
    scans = 0;
    options_.scan_interval = 1h;
    options_.quiet_period = -1s; // whose end has come at once
    source_.scan_results_ = {found(0)};
    run();
    EXPECT_EQ(trouble_, "new/ is gone");
}

TEST_F(intake_source_test, scenario_28_file_of_two_links_is_read_when_one_has_gone) {
    const failed_opening links{opening_obstacle::links, "2 links", 1h};
    source_.scan_results_ = {found(1)};
    source_.failures_ = {links, links};
    run();
    EXPECT_EQ(source_.openings_, 3);
    EXPECT_THAT(blocks_, SizeIs(1));
    EXPECT_FALSE(ends_[1].keep_because);
}

TEST_F(intake_source_test, file_that_may_not_be_opened_ends_with_the_reason_and_its_size) {
    scan_result scan = found(2);
    scan.claimed[0].size = 77;
    source_.scan_results_ = {scan};
    source_.failures_ = {{opening_obstacle::of_file, "it is a FIFO", 1h}};
    run();
    EXPECT_EQ(ends_[1].keep_because, "it is a FIFO");
    EXPECT_EQ(ends_[1].size, 77U);
    EXPECT_EQ(ends_[1].records_in, 0U);
    EXPECT_FALSE(ends_[2].keep_because);
    EXPECT_THAT(ended_, ElementsAre(1, 2));
}

TEST_F(intake_source_test, stop_while_a_file_is_waited_for_leaves_it_to_the_next_run) {
    source_.scan_results_ = {found(1)};
    source_.failures_ = {{opening_obstacle::of_process, "too many open files", 0ms}};
    source_.on_wait_ = [&] { intake_->stop(); };
    // However slow the machine is, it is not time to try again yet.
    options_.drain = false;
    options_.quiet_period = 10h;
    options_.scan_interval = 1h;
    run();
    EXPECT_EQ(source_.openings_, 1);
    EXPECT_EQ(source_.wakes_, 1);
    EXPECT_TRUE(ends_.empty());
}

TEST_F(intake_source_test, stop_in_the_middle_of_a_file_tells_no_end_of_it) {
    source_.scan_results_ = {found(1)};
    source_.records_ = 30;
    int asked = 0;
    budget_.spend(std::size_t{1} << 20); // full: each block waits for room
    source_.on_scan_ = [&] {
        if (++asked == 2) intake_->stop();
    };
    options_.drain = false;
    options_.scan_interval = 1ms;
    run();
    EXPECT_TRUE(ends_.empty());
}

TEST_F(intake_source_test, arrivals_are_claimed_while_reading_waits_for_room) {
    options_.drain = false;
    options_.scan_interval = 1ms;
    source_.scan_results_ = {found(1), found(1), found(1)};
    budget_.spend(std::size_t{1} << 20);
    source_.on_scan_ = [&] {
        if (source_.scans_ == 4) budget_.account(std::size_t{1} << 20, {});
    };
    woke_ = [&] { intake_->stop(); };
    run();
    EXPECT_THAT(ended_, ElementsAre(1, 2, 3));
    EXPECT_GE(source_.scans_, 4);
}

TEST_F(intake_source_test, live_file_is_read_while_a_bulk_file_waits_for_room) {
    options_.drain = false;
    scan_result both = found(2);
    both.claimed[0].lane = lane::bulk;
    source_.scan_results_ = {both, found(1)};
    budget_.account(0, {800'000, {0, 800'000}});
    source_.on_wait_ = [&] {
        if (ended_.size() == 2) budget_.account(0, {});
    };
    woke_ = [&] { intake_->stop(); };
    run();
    EXPECT_THAT(ended_, ElementsAre(2, 3, 1)) << "also what arrives meanwhile";
}

TEST_F(intake_source_test, scenario_28_file_that_is_not_open_yet_does_not_hold_up_the_other_lane) {
    const failed_opening lease{opening_obstacle::lease, "a lease", 1h};
    scan_result both = found(3);
    both.claimed[1].lane = both.claimed[2].lane = lane::bulk;
    source_.scan_results_ = {both};
    source_.failures_ = {lease};
    source_.on_wait_ = [&] { EXPECT_EQ(ended_.size() % 3, 2U); };
    options_.quiet_period = 100ms;
    run();
    EXPECT_THAT(ended_, ElementsAre(2, 3, 1));
}

TEST_F(intake_source_test, lanes_are_read_window_by_window) {
    options_.drain = false;
    scan_result both = found(2);
    both.claimed[0].lane = lane::bulk;
    source_.scan_results_ = {both};
    source_.records_ = 30;
    woke_ = [&] { intake_->stop(); };
    run();
    std::vector<std::uint64_t> files;
    for (const decoded_block& block : blocks_) files.push_back(block.file);
    EXPECT_THAT(files, ElementsAre(2, 1, 2, 1, 2, 1));
}

TEST_F(intake_source_test, scenario_42_both_frontiers_are_passed_before_that_is_told) {
    options_.drain = false;
    scan_result both = found(3);
    both.claimed[0].lane = lane::bulk;
    source_.scan_results_ = {both};
    start_.read_to = {end_of_file(2), end_of_file(1)};
    budget_.account(0, {2'000'000, {1'000'000, 1'000'000}});
    source_.on_wait_ = [&] { budget_.account(0, {}); };
    woke_ = [&] { intake_->stop(); };
    run();
    EXPECT_EQ(blocks_before_frontier_, 2U);
    EXPECT_THAT(ended_, ElementsAre(2, 1, 3)) << "what lies beyond waits for room";
}

TEST_F(intake_source_test, with_nothing_to_read_it_rests_and_looks_around_before_it_scans) {
    options_.drain = false;
    options_.scan_interval = 7s;
    source_.scan_results_ = {found(1), found(0)};
    int scans = 0;
    woke_ = [&] {
        scans = source_.scans_;
        intake_->stop();
    };
    run();
    EXPECT_THAT(reading_, ElementsAre(true, false));
    ASSERT_FALSE(source_.waits_.empty());
    EXPECT_EQ(source_.waits_.back(), 7s);
    EXPECT_EQ(source_.scans_, scans) << "the next scan would come after it";
}

TEST_F(intake_source_test, large_files_are_claimed_above_the_frontier_that_was_asked_for) {
    options_.drain = false;
    source_.scan_results_ = {found(1)};
    woke_ = [&] { intake_->stop(); };
    run();
    ASSERT_THAT(frontiers_, SizeIs(1));
    EXPECT_EQ(source_.large_files_above_, frontiers_[0].file);
}

TEST_F(intake_source_test, scenario_30_window_that_crashed_is_read_one_by_one) {
    source_.scan_results_ = {found(1)};
    source_.records_ = 4;
    start_.crash = {1, 0, 20, 1};
    run();
    EXPECT_THAT(blocks_, SizeIs(3)) << "two records by themselves, then the others together";
}

// Its window would be noted as that of the first block, and the hunt would look there for ever.
TEST_F(intake_source_test, scenario_30_nothing_is_decoded_ahead_of_a_file_that_crashed) {
    source_.scan_results_ = {found(2)};
    start_.crash = {1, 100'000'000, 100'000'020, 1};
    run();
    EXPECT_EQ(source_.read_ahead_, 1) << "of the other file";
}

TEST_F(intake_source_test, scenario_30_record_that_crashed_three_times_is_not_decoded) {
    source_.scan_results_ = {found(1)};
    source_.records_ = 3;
    start_.crash = {1, 10, 20, 3};
    run();
    ASSERT_THAT(bad(), SizeIs(1));
    EXPECT_EQ(bad()[0].offset, 10U);
    EXPECT_THAT(bad()[0].reason, HasSubstr("crashed the program"));
    open_sending();
    EXPECT_THAT(left_.undecodable, ElementsAre(std::pair<std::uint64_t, std::uint64_t>(1, 10)));
}

TEST_F(intake_source_test, reads_on_with_the_next_page_of_cur) {
    for (std::size_t i = 0; i < files_known_max; ++i)
        claimed_.push_back({i + 1, lane::live, "a", 10});
    start_.next_number = files_known_max + 2;
    source_.pages_[files_known_max] = {{files_known_max + 1, lane::live, "a", 10}};
    run();
    EXPECT_THAT(ended_, SizeIs(files_known_max + 1));
    EXPECT_EQ(ended_.back(), files_known_max + 1);
}

TEST_F(intake_source_test, drain_does_not_end_before_a_page_that_cannot_be_listed_at_once) {
    for (std::size_t i = 0; i < files_known_max; ++i)
        claimed_.push_back({i + 1, lane::live, "a", 10});
    start_.next_number = files_known_max + 2;
    source_.page_failures_ = 3;
    source_.pages_[files_known_max] = {{files_known_max + 1, lane::live, "a", 10}};
    run();
    EXPECT_THAT(ended_, SizeIs(files_known_max + 1));
    EXPECT_TRUE(read_everything_);
}

// They wait behind a bulk file, perhaps.
TEST_F(intake_source_test, drain_does_not_end_before_what_lies_behind_many_settled_files) {
    for (std::size_t i = 0; i < files_known_max; ++i) {
        claimed_.push_back({i + 1, lane::live, "a", 10});
        source_.pages_[files_known_max].push_back({files_known_max + i + 1, lane::live, "a", 10});
    }
    for (std::size_t i = 1; i <= 2 * files_known_max; ++i) begun_[i] = {{}, true};
    start_.next_number = 2 * files_known_max + 2;
    source_.pages_[2 * files_known_max] = {{2 * files_known_max + 1, lane::live, "a", 10}};
    run();
    EXPECT_THAT(ended_, ElementsAre(2 * files_known_max + 1));
}

TEST_F(intake_source_test, stop_whose_wake_a_scan_took_in_is_not_waited_out) {
    options_.drain = false;
    options_.scan_interval = 1h;
    scan_result bulk = found(1);
    bulk.claimed[0].lane = lane::bulk;
    source_.scan_results_ = {bulk};
    budget_.account(0, {2'000'000, {0, 2'000'000}});
    std::size_t waits = 0;
    source_.on_scan_ = [&] {
        if (source_.scans_ < 2) return;
        waits = source_.waits_.size();
        intake_->stop();
    };
    run();
    EXPECT_THAT(source_.waits_, SizeIs(waits));
}

} // namespace hubspool
