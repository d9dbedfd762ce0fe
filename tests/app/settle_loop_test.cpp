#include "app/fake_outcome_store.hpp"
#include "app/settle/settle_loop.hpp"
#include "base/clocks.hpp"
#include "spool/queue_fixture.hpp"

#include <gmock/gmock.h>

#include <cerrno>
#include <future>
#include <thread>

namespace hubspool {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class settle_loop_test : public ::hubspool::testing::queue_fixture {
protected:
    settle_loop_test() {
        options_.queue.directory = root().string();
        options_.state.directory = dir_.file("state");
        options_.queue.retention = std::chrono::hours(1);
        start();
    }
    // As another run does.
    void start() {
        settle_.emplace(*queue_, outcome_store_, requests_, options_, totals{},
                        run_mark{"test", 1, 0, 0});
        settle_events told;
        told.committed = [this](const std::vector<std::uint64_t>& batches, std::size_t) {
            committed_.insert(committed_.end(), batches.begin(), batches.end());
        };
        told.frontiers_durable = [](const frontiers&) {};
        told.history_trimmed = [](const order_key&) {};
        told.files_open = [this](std::size_t files, std::size_t settled) {
            open_.push_back(files + settled);
        };
        told.request = [this](const std::optional<operator_request>& request) {
            requested_.push_back(request ? std::optional(request->paused) : std::nullopt);
        };
        told.fatal = [this](const std::string& why) { fatal_ = why; };
        settle_->set_events(std::move(told));
    }
    void answer(std::uint64_t batch) {
        batch_outcome outcome;
        outcome.batch = batch;
        settle_->box().post(outcome_ready{std::move(outcome), 0});
    }

    void start_file(std::uint64_t number) {
        file_row row;
        row.number = number;
        settle_->box().post(file_started{row});
    }

    // A claimed file of one record, read to its end; `settled`: and delivered.
    void read_file(const std::string& name, bool settled) {
        const claimed_file file = claim_one(*queue_, name, "{\"objectId\":1}");
        file_row row;
        row.number = file.number;
        row.name = file.name;
        row.stamp = file.order.stamp;
        row.size = file.size;
        settle_->box().post(file_started{row});
        file_end end;
        end.records_in = 1;
        end.size = file.size;
        settle_->box().post(file_read{file.number, end});
        if (!settled) return;
        batch_outcome outcome;
        outcome.batch = file.number;
        outcome.records = {{file.number, 0, fate::delivered}};
        settle_->box().post(outcome_ready{std::move(outcome), 0});
    }
    // Of which the run before has counted one more than it holds.
    void read_file_with_wrong_books(const std::string& name) {
        open_file wrong;
        wrong.row.number = next_.number;
        wrong.row.stamp = next_.stamp;
        wrong.row.name = name;
        wrong.row.counts.delivered = 1;
        wrong.book.counts = wrong.row.counts;
        settle_->restore(std::move(wrong), no_file);
        read_file(name, true);
    }
    // The numbers of the files that have left cur/.
    std::vector<std::uint64_t> left() const {
        std::vector<std::uint64_t> numbers;
        for (const char* folder : {"done", "rejected"})
            for (const auto& entry : std::filesystem::recursive_directory_iterator(root() / folder))
                if (entry.is_regular_file() && entry.path().extension() != ".reason")
                    numbers.push_back(std::stoull(entry.path().filename().string()));
        std::sort(numbers.begin(), numbers.end());
        return numbers;
    }
    void run() {
        settle_->stop();
        settle_->run();
    }

    std::unique_ptr<queue_directory> queue_ = open();
    fake_outcome_store outcome_store_;
    fake_requests requests_;
    settings options_;
    std::optional<settle_loop> settle_;
    // As told.
    std::vector<std::size_t> open_;
    std::vector<std::uint64_t> committed_;
    std::vector<std::optional<bool>> requested_; // paused?
    std::string fatal_;
};

} // namespace

TEST_F(settle_loop_test, all_that_may_leave_leaves_before_the_end_however_many) {
    for (std::size_t i = 0; i <= file_exits::moves_a_turn; ++i) put("new", std::to_string(i));
    ::hubspool::testing::until_next_tick();
    for (const claimed_file& file : scan_all(*queue_)) {
        open_file settled;
        settled.row.number = file.number;
        settled.row.name = file.name;
        settled.row.stamp = file.order.stamp;
        settled.row.size = file.size;
        settled.row.records_in = settled.book.records_in = 1;
        settled.row.settled = wall_now();
        settle_->restore(std::move(settled), file.number + 1);
    }
    settle_->stop();
    settle_->run();
    EXPECT_EQ(settle_->files_left(), 0U);
}

TEST_F(settle_loop_test, files_leave_cur_in_the_order_of_their_numbers) {
    read_file("a", true);
    read_file("b", false);
    read_file("c", true);
    run();
    EXPECT_THAT(left(), ElementsAre(1U));
    EXPECT_EQ(settle_->files_left(), 2U);
}

TEST_F(settle_loop_test, files_in_memory_are_told_as_they_come_and_leave) {
    for (const char* name : {"a", "b", "c"}) read_file(name, true);
    run();
    EXPECT_THAT(open_, ElementsAre(3U, 0U));
}

TEST_F(settle_loop_test, operator_request_is_told_as_often_as_it_is_asked_for) {
    settle_->box().post(request_wanted{});
    settle_->box().post(request_wanted{});
    ASSERT_TRUE(static_cast<bool>(requests_.ask_for(operator_command::pause)));
    run();
    EXPECT_THAT(requested_, ElementsAre(true, true));
}

TEST_F(settle_loop_test, operator_request_that_cannot_be_read_is_told_as_none_and_said_once) {
    requests_.asked = failure{"the database is locked", EBUSY};
    settle_->box().post(request_wanted{});
    settle_->box().post(request_wanted{});
    ::testing::internal::CaptureStderr();
    run();
    (void)log::flush();
    const std::string said = ::testing::internal::GetCapturedStderr();
    EXPECT_THAT(requested_, ElementsAre(std::nullopt, std::nullopt));
    EXPECT_THAT(said, HasSubstr("the database is locked"));
    EXPECT_EQ(said.find("the database is locked"), said.rfind("the database is locked"));
}

TEST_F(settle_loop_test, file_that_has_grown_when_it_is_read_again_keeps_the_totals_right) {
    open_file known;
    known.row.number = next_.number;
    known.row.stamp = next_.stamp;
    known.row.name = "a";
    known.row.records_in = 5;
    settle_->restore(std::move(known), no_file);
    read_file("a", true);
    run();
    // Of the 5 that the totals held (0 in this test) only 1 is there.
    EXPECT_EQ(outcome_store_.units.back().totals->records_in + 4, 0U);
}

TEST_F(settle_loop_test, scenario_53_file_whose_books_disagree_goes_to_rejected_in_its_turn) {
    read_file("a", true);
    read_file_with_wrong_books("b");
    read_file("c", true);
    read_file("d", false);
    read_file("e", true);
    run();
    EXPECT_THAT(left(), ElementsAre(1U, 2U, 3U));
    EXPECT_EQ(outcome_store_.rows.at(2).mismatches, 1U);
    EXPECT_THAT(outcome_store_.rows.at(2).keep_because.value_or(""), HasSubstr("do not balance"));
}

TEST_F(settle_loop_test, scenario_19_file_that_is_settled_already_is_only_moved) {
    const claimed_file file = claim_one(*queue_, "a", "{\"objectId\":1}");
    open_file settled;
    settled.row.number = file.number;
    settled.row.name = file.name;
    settled.row.stamp = file.order.stamp;
    settled.row.size = file.size;
    settled.row.records_in = 1;
    settled.row.settled = wall_now();
    settle_->restore(std::move(settled), no_file);
    run();
    EXPECT_THAT(left(), ElementsAre(file.number));
    std::vector<skipped_name> skipped;
    EXPECT_THAT(*queue_->survey().claimed(skipped), IsEmpty());
}

TEST_F(settle_loop_test, scenario_64_what_a_file_in_cur_needs_is_kept_before_it_is_read) {
    const claimed_file file = claim_one(*queue_, "a", "{\"objectId\":1}");
    run(); // which looks around before the intake has told of the file
    EXPECT_THAT(outcome_store_.trimmed, ElementsAre(file.number));
}

TEST_F(settle_loop_test, scenario_28_file_that_grew_after_it_was_read_goes_to_rejected) {
    read_file("a", true);
    std::ofstream(at("cur/000000") /
                      std::filesystem::directory_iterator(at("cur/000000"))->path().filename(),
                  std::ios::app)
        << "{\"objectId\":2}";
    run();
    EXPECT_THAT(left(), ElementsAre(1U));
    EXPECT_FALSE(std::filesystem::is_empty(at("rejected")));
    EXPECT_TRUE(std::filesystem::is_empty(at("done")));
    EXPECT_EQ(settle_->files_rejected(), 1U);
    EXPECT_THAT(outcome_store_.rows.at(1).keep_because.value_or(""),
                HasSubstr("it grew from 14 to 28 bytes"));
}

TEST_F(settle_loop_test, scenario_28_growth_noticed_at_the_move_is_in_the_row_before_it) {
    const claimed_file file = claim_one(*queue_, "a", "{\"objectId\":1}{}");
    open_file settled;
    settled.row.number = file.number;
    settled.row.name = file.name;
    settled.row.stamp = file.order.stamp;
    settled.row.size = file.size - 2;
    settled.row.records_in = 1;
    settled.row.counts.delivered = 1;
    settled.row.settled = wall_now();
    settled.book.records_in = 1;
    settled.book.counts = settled.row.counts;
    settle_->restore(std::move(settled), no_file);
    run();
    EXPECT_THAT(left(), ElementsAre(file.number));
    EXPECT_FALSE(std::filesystem::is_empty(at("rejected")));
    EXPECT_THAT(outcome_store_.rows.at(1).keep_because.value_or(""), HasSubstr("it grew"));
    EXPECT_TRUE(outcome_store_.rows.at(1).settled);
}

TEST_F(settle_loop_test, scenario_61_growth_in_done_is_noticed_by_the_next_run_and_is_in_the_row) {
    read_file("a", true);
    run();
    for (const auto& entry : std::filesystem::recursive_directory_iterator(at("done")))
        if (entry.is_regular_file()) std::ofstream(entry.path(), std::ios::app) << "late";
    start();
    run();
    EXPECT_EQ(settle_->files_rejected(), 1U);
    EXPECT_FALSE(std::filesystem::is_empty(at("rejected")));
    EXPECT_THAT(outcome_store_.rows.at(1).keep_because.value_or(""),
                HasSubstr("4 bytes were written to it"));
}

TEST_F(settle_loop_test, scenario_17_outcome_that_came_while_the_disk_was_full_waits_for_no_other) {
    outcome_store_.failures = {{"no space left on device", ENOSPC}};
    bool came = false;
    outcome_store_.at_commit = [&] {
        if (!std::exchange(came, true)) answer(2);
    };
    std::promise<void> both;
    settle_events told;
    told.committed = [&](const std::vector<std::uint64_t>& batches, std::size_t) {
        committed_.insert(committed_.end(), batches.begin(), batches.end());
        if (committed_.size() == 2) both.set_value();
    };
    told.files_open = [](std::size_t, std::size_t) {};
    told.history_trimmed = [](const order_key&) {};
    settle_->set_events(std::move(told));
    answer(1);
    std::thread thread([this] { settle_->run(); });
    EXPECT_EQ(both.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
    settle_->stop();
    thread.join();
    EXPECT_THAT(committed_, ElementsAre(1U, 2U));
}

TEST_F(settle_loop_test, files_that_come_while_the_disk_is_full_are_told_at_once) {
    outcome_store_.failures = {{"no space left on device", ENOSPC}};
    bool came = false;
    outcome_store_.at_commit = [&] {
        if (std::exchange(came, true)) return;
        for (std::uint64_t number = 1; number <= 100; ++number) start_file(number);
    };
    std::promise<std::size_t> commits;
    settle_events told;
    told.committed = [](const std::vector<std::uint64_t>&, std::size_t) {};
    told.history_trimmed = [](const order_key&) {};
    told.files_open = [&](std::size_t files, std::size_t) {
        // More come while it waits for its next try.
        if (files == 100) start_file(101);
        if (files == 101) commits.set_value(outcome_store_.units.size());
    };
    settle_->set_events(std::move(told));
    answer(1);
    std::thread thread([this] { settle_->run(); });
    EXPECT_EQ(commits.get_future().get(), 0U) << "only once the disk had room";
    settle_->stop();
    thread.join();
}

TEST_F(settle_loop_test, rows_with_keys_stay_until_all_that_is_pending_was_read_again) {
    run();
    EXPECT_THAT(outcome_store_.kept_from, ElementsAre(order_key{}));
    start();
    settle_->box().post(reading_passed{});
    run();
    EXPECT_EQ(outcome_store_.kept_from.back(), std::nullopt);
}

TEST_F(settle_loop_test, operator_request_is_answered_while_the_disk_is_full) {
    outcome_store_.failures = {{"no space left on device", ENOSPC}};
    bool came = false;
    outcome_store_.at_commit = [&] {
        if (!std::exchange(came, true)) settle_->box().post(request_wanted{});
    };
    std::promise<void> asked;
    settle_events told;
    told.committed = [](const std::vector<std::uint64_t>&, std::size_t) {};
    told.history_trimmed = [](const order_key&) {};
    told.files_open = [](std::size_t, std::size_t) {};
    told.request = [&](const std::optional<operator_request>&) {
        EXPECT_EQ(outcome_store_.units.size(), 0U);
        asked.set_value();
    };
    settle_->set_events(std::move(told));
    answer(1);
    std::thread thread([this] { settle_->run(); });
    EXPECT_EQ(asked.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
    settle_->stop();
    thread.join();
}

TEST_F(settle_loop_test, disk_that_failed_ends_the_daemon_and_nothing_is_told_as_durable) {
    outcome_store_.failures = {{"input/output error", EIO}};
    answer(1);
    run();
    EXPECT_THAT(fatal_, HasSubstr("input/output error"));
    EXPECT_THAT(committed_, IsEmpty());
}

TEST_F(settle_loop_test, stop_on_a_full_disk_ends_the_daemon_instead_of_waiting) {
    outcome_store_.failures = {{"no space left on device", ENOSPC}};
    answer(1);
    run();
    EXPECT_THAT(fatal_, HasSubstr("no space left on device"));
}

TEST_F(settle_loop_test, file_leaves_only_after_the_commit_that_settles_it) {
    outcome_store_.at_commit = [this] { EXPECT_THAT(left(), IsEmpty()); };
    read_file("a", true);
    run();
    EXPECT_EQ(outcome_store_.units.size(), 1U);
    EXPECT_THAT(left(), ElementsAre(1U));
}

} // namespace hubspool
