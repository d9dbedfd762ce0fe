// The intake's thread, started and stopped, with records from memory; what it tells comes on the
// loop.
#include "app/daemon/intake_thread.hpp"
#include "app/memory_source.hpp"
#include "base/clocks.hpp"
#include "state/sending/sending_file.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <thread>

namespace hubspool {

namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class intake_thread_test : public ::testing::Test {
protected:
    intake_thread_test() {
        running_.options.state.directory = dir_.path().string();
        running_.options.queue.quiet_period = 0ms;
        sending_options how;
        how.directory = dir_.path().string();
        sending_leftovers left;
        auto opened = sending_file::open(how, false, boot_now(), left);
        if (!opened) throw std::runtime_error(opened.error().message);
        sending_ = std::move(*opened);
    }
    static scan_result found(std::size_t files) {
        scan_result scan;
        scan.claimed.resize(files);
        for (claimed_file& file : scan.claimed) file.name = "a";
        return scan;
    }
    intake_thread& make(bool is_drain) {
        intake_thread_events told;
        told.read = [this](const read_parts& parts) {
            saw("read");
            ended_.insert(ended_.end(), parts.ended.begin(), parts.ended.end());
        };
        told.passed_frontiers = [this] { saw("frontier"); };
        told.reading = [this](bool begins) { saw(begins ? "reading" : "pause"); };
        told.read_everything = [this](const std::string& trouble) {
            saw("everything");
            trouble_ = trouble;
        };
        told.others_wrote = [this] { saw("others wrote"); };
        told.held = [this] { return byte_budget::held_bytes{held_, {held_, 0}}; };
        intake_.emplace(loop_, running_, std::move(source_), sending_->mark(), box_, intake_start{},
                        is_drain ? std::optional(drain_options{}) : std::nullopt, told);
        return *intake_;
    }
    void saw(const std::string& what) {
        EXPECT_EQ(std::this_thread::get_id(), loops_) << what;
        if (story_.empty() || story_.back() != what) story_.push_back(what);
    }
    void run_to_the_end() {
        intake_->start();
        intake_->join();
        EXPECT_THAT(story_, IsEmpty()) << "the loop has had no turn yet";
        loop_.poll();
    }

    temp_dir dir_;
    instance running_;
    boost::asio::io_context loop_{1};
    std::thread::id loops_ = std::this_thread::get_id();
    std::unique_ptr<sending_file> sending_;
    mailbox<settle_message> box_{1000};
    std::unique_ptr<memory_source> source_ = std::make_unique<memory_source>();
    memory_source& records_ = *source_; // the same, also once it is the thread's
    std::optional<intake_thread> intake_;
    std::vector<std::string> story_; // what was told, each repetition once
    std::vector<std::uint64_t> ended_;
    std::string trouble_;
    std::size_t held_ = 0;
};

} // namespace

TEST_F(intake_thread_test, drain_hands_over_what_it_read_in_order_and_ends_by_itself) {
    records_.scan_results_ = {found(2)};
    make(true);
    run_to_the_end();
    EXPECT_THAT(ended_, ElementsAre(1U, 2U));
    EXPECT_EQ(story_.back(), "everything");
    EXPECT_EQ(std::count(story_.begin(), story_.end(), "everything"), 1);
    EXPECT_EQ(trouble_, "");
}

TEST_F(intake_thread_test, queue_that_cannot_be_scanned_is_told_with_the_reason) {
    running_.options.queue.quiet_period = -1s; // whose end has come at once
    records_.scan_results_ = {found(0)};
    records_.scan_results_.back().error = failure{"input/output error"};
    make(true);
    run_to_the_end();
    EXPECT_THAT(story_, ::testing::Contains("everything"));
    EXPECT_THAT(trouble_, HasSubstr("input/output error"));
}

TEST_F(intake_thread_test, stop_ends_a_run_that_waits_for_files) {
    records_.on_wait_ = [this] { intake_->stop(); };
    make(false);
    run_to_the_end();
    EXPECT_THAT(story_, ::testing::Not(::testing::Contains("everything")));
    EXPECT_GT(records_.wakes_, 0) << "a wait for files ends, too";
}

TEST_F(intake_thread_test, files_of_others_are_looked_at_while_the_loop_thread_rests) {
    std::ofstream(dir_.file("token")) << "one";
    make(false);
    intake_->note(changed_files({dir_.file("token")}, wall_now() + 1h));
    intake_->begin_rest();
    std::ofstream(dir_.file("token")) << "another";
    int waits = 0;
    records_.on_wait_ = [&] {
        if (++waits == 3) intake_->stop();
    };
    run_to_the_end();
    EXPECT_EQ(std::count(story_.begin(), story_.end(), "others wrote"), 1);
}

TEST_F(intake_thread_test, reading_waits_while_the_memory_is_held_and_goes_on_when_it_is_free) {
    running_.options.pending.max_bytes = 1000;
    running_.options.queue.scan_interval = 1h; // so long it would wait by itself
    held_ = 1000;
    records_.scan_results_ = {found(1)};
    make(true);
    intake_->held_changed();
    intake_->start();
    loop_.poll();
    EXPECT_THAT(ended_, IsEmpty());
    held_ = 0;
    intake_->held_changed();
    intake_->join();
    loop_.restart();
    loop_.poll();
    EXPECT_THAT(ended_, ElementsAre(1U));
}

} // namespace hubspool
