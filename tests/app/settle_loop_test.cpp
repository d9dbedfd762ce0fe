#include "app/settle/settle_loop.hpp"
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

// A store whose disk is full at the first commit, during which something happens.
class full_at_first : public state_store {
public:
    full_at_first(state_store& store, std::function<void()> meanwhile)
        : store_(store), meanwhile_(std::move(meanwhile)) {}

    result<void> commit(const commit_unit& unit) override {
        if (!meanwhile_) return store_.commit(unit);
        std::exchange(meanwhile_, {})();
        return failure{"no space left on device", ENOSPC};
    }
    bool fresh() const override { return store_.fresh(); }
    result<meta> load_meta() override { return store_.load_meta(); }
    std::uint64_t commit_number() const override { return store_.commit_number(); }
    result<std::vector<file_row>> load_files(std::uint64_t from) override {
        return store_.load_files(from);
    }
    result<books> load_books(std::uint64_t from) override { return store_.load_books(from); }
    result<std::vector<file_row>> load_done_files(wall_time since, std::size_t most) override {
        return store_.load_done_files(since, most);
    }
    result<std::optional<file_row>> find_file(const std::string& name) override {
        return store_.find_file(name);
    }
    result<void> load_settled(std::uint64_t from,
                              const std::function<void(const settled_record&)>& visit) override {
        return store_.load_settled(from, visit);
    }
    result<std::vector<batch_outcome>> load_batches(const history_filter& filter) override {
        return store_.load_batches(filter);
    }
    result<std::vector<dead_letter>> load_dead_letters(const history_filter& filter) override {
        return store_.load_dead_letters(filter);
    }
    result<void> begin_run(std::uint64_t run, const std::string& id) override {
        return store_.begin_run(run, id);
    }
    result<void> trim(wall_time now, milliseconds history, std::uint64_t lowest) override {
        return store_.trim(now, history, lowest);
    }
    result<void> set_paused(bool paused) override { return store_.set_paused(paused); }
    result<operator_wish> read_wish() override { return store_.read_wish(); }
    result<bool> restore_reserve() override { return store_.restore_reserve(); }

private:
    state_store& store_;
    std::function<void()> meanwhile_;
};

class settle_loop_test : public ::hubspool::testing::queue_fixture {
protected:
    settle_loop_test() {
        options_.queue.directory = root().string();
        options_.state.directory = dir_.file("state");
        options_.queue.retention = std::chrono::hours(1);
        auto opened = state_store::open(options_.state.directory, state_store::access::read_write);
        if (!opened) throw std::runtime_error(opened.error().message);
        store_ = std::move(*opened);
        settle_.emplace(*queue_, *store_, options_, totals{}, run_mark{"test", 1, 0, 0});
        settle_events told;
        told.committed = [](const std::vector<std::uint64_t>&, std::size_t) {};
        told.frontier_durable = [](position) {};
        told.files_open = [this](std::size_t files) { open_.push_back(files); };
        told.wish = [this](const std::optional<state_store::operator_wish>& wish) {
            wishes_.push_back(wish && wish->paused);
        };
        told.fatal = [](const std::string& why) { ADD_FAILURE() << why; };
        settle_->set_events(std::move(told));
    }

    // A claimed file of one record, read to its end; `settled`: and delivered.
    void read_file(const std::string& name, bool settled) {
        const claimed_file file = claim_one(*queue_, name, "{\"objectId\":1}");
        file_row row;
        row.number = file.number;
        row.name = file.name;
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
        wrong.row.number = next_number_;
        wrong.row.name = name;
        wrong.row.counts.delivered = 1;
        wrong.book.counts = wrong.row.counts;
        settle_->restore(std::move(wrong));
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
    std::unique_ptr<state_store> store_;
    settings options_;
    std::optional<settle_loop> settle_;
    std::vector<std::size_t> open_; // as told
    std::vector<bool> wishes_;      // as told: paused?
};

} // namespace

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

TEST_F(settle_loop_test, wish_is_told_as_often_as_it_is_asked_for) {
    settle_->box().post(wish_wanted{});
    run();
    EXPECT_THAT(wishes_, ElementsAre(false));
}

TEST_F(settle_loop_test, wish_of_another_process_is_told_though_it_came_just_now) {
    auto beside = state_store::open(options_.state.directory, state_store::access::operator_);
    ASSERT_TRUE(static_cast<bool>(beside));
    ASSERT_TRUE(static_cast<bool>((*beside)->set_paused(true)));
    settle_->box().post(wish_wanted{});
    run();
    EXPECT_THAT(wishes_, ElementsAre(true));
}

TEST_F(settle_loop_test, file_that_has_grown_when_it_is_read_again_keeps_the_totals_right) {
    open_file known;
    known.row.number = next_number_;
    known.row.name = "a";
    known.row.records_in = 5;
    settle_->restore(std::move(known));
    read_file("a", true);
    run();
    const auto meta = store_->load_meta();
    ASSERT_TRUE(static_cast<bool>(meta));
    // Of the 5 that the totals held (0 in this test) only 1 is there.
    EXPECT_EQ(meta->totals.records_in + 4, 0U);
}

TEST_F(settle_loop_test, file_whose_books_disagree_stays_and_holds_back_no_later_one) {
    read_file("a", true);
    read_file_with_wrong_books("b");
    read_file("c", true);
    read_file("d", false);
    read_file("e", true);
    run();
    EXPECT_THAT(left(), ElementsAre(1U, 3U));
    EXPECT_TRUE(std::filesystem::exists(at("cur/000000")));
    const auto rows = store_->load_files(0);
    ASSERT_TRUE(static_cast<bool>(rows));
    EXPECT_EQ(rows->at(1).mismatches, 1U);
    EXPECT_FALSE(rows->at(1).settled);
}

TEST_F(settle_loop_test, scenario_19_file_that_is_settled_already_is_only_moved) {
    const claimed_file file = claim_one(*queue_, "a", "{\"objectId\":1}");
    open_file settled;
    settled.row.number = file.number;
    settled.row.name = file.name;
    settled.row.size = file.size;
    settled.row.records_in = 1;
    settled.row.settled = wall_now();
    settle_->restore(std::move(settled));
    run();
    EXPECT_THAT(left(), ElementsAre(file.number));
    std::vector<skipped_name> skipped;
    EXPECT_THAT(*queue_->survey().claimed(skipped), IsEmpty());
}

TEST_F(settle_loop_test, scenario_64_what_a_file_in_cur_needs_is_kept_before_it_is_read) {
    const claimed_file file = claim_one(*queue_, "a", "{\"objectId\":1}");
    batch_outcome outcome;
    outcome.batch = 1;
    outcome.finished = wall_time(std::chrono::hours(1));
    outcome.records = {{file.number, 0, fate::delivered}};
    ASSERT_TRUE(static_cast<bool>(store_->commit({.outcomes = {outcome}})));
    run(); // which looks around before the intake has told of the file
    EXPECT_EQ(store_->load_batches({})->size(), 1U);
    ASSERT_TRUE(static_cast<bool>(queue_->moves().remove(file)));
    settle_.emplace(*queue_, *store_, options_, totals{}, run_mark{"test", 1, 0, 0});
    run();
    EXPECT_EQ(store_->load_batches({})->size(), 0U);
}

TEST_F(settle_loop_test, scenario_28_file_that_grew_after_it_was_read_goes_to_rejected) {
    read_file("a", true);
    std::ofstream(at("cur/000000") /
                      std::filesystem::directory_iterator(at("cur/000000"))->path().filename(),
                  std::ios::app)
        << "{\"objectId\":2}";
    run();
    EXPECT_THAT(left(), ElementsAre(1U));
    const auto rows = store_->load_files(0);
    ASSERT_TRUE(static_cast<bool>(rows));
    EXPECT_FALSE(std::filesystem::is_empty(at("rejected")));
    EXPECT_TRUE(std::filesystem::is_empty(at("done")));
    EXPECT_EQ(settle_->files_rejected(), 1U);
    EXPECT_THAT(rows->at(0).keep_because.value_or(""), HasSubstr("it grew from 14 to 28 bytes"));
}

TEST_F(settle_loop_test, scenario_28_growth_noticed_at_the_move_is_in_the_row_before_it) {
    const claimed_file file = claim_one(*queue_, "a", "{\"objectId\":1}{}");
    open_file settled;
    settled.row.number = file.number;
    settled.row.name = file.name;
    settled.row.size = file.size - 2;
    settled.row.records_in = 1;
    settled.row.counts.delivered = 1;
    settled.row.settled = wall_now();
    settled.book.records_in = 1;
    settled.book.counts = settled.row.counts;
    settle_->restore(std::move(settled));
    run();
    EXPECT_THAT(left(), ElementsAre(file.number));
    EXPECT_FALSE(std::filesystem::is_empty(at("rejected")));
    const auto rows = store_->load_files(0);
    ASSERT_TRUE(static_cast<bool>(rows));
    EXPECT_THAT(rows->at(0).keep_because.value_or(""), HasSubstr("it grew"));
    EXPECT_TRUE(rows->at(0).settled);
}

TEST_F(settle_loop_test, scenario_61_growth_in_done_is_noticed_by_the_next_run_and_is_in_the_row) {
    read_file("a", true);
    run();
    for (const auto& entry : std::filesystem::recursive_directory_iterator(at("done")))
        if (entry.is_regular_file()) std::ofstream(entry.path(), std::ios::app) << "late";
    settle_.emplace(*queue_, *store_, options_, totals{}, run_mark{"test", 2, 1, 0});
    settle_events told;
    told.files_open = [](std::size_t) {};
    settle_->set_events(std::move(told));
    run();
    EXPECT_EQ(settle_->files_rejected(), 1U);
    EXPECT_FALSE(std::filesystem::is_empty(at("rejected")));
    const auto rows = store_->load_files(0);
    ASSERT_TRUE(static_cast<bool>(rows));
    EXPECT_THAT(rows->at(0).keep_because.value_or(""), HasSubstr("4 bytes were written to it"));
}

TEST_F(settle_loop_test, scenario_17_outcome_that_came_while_the_disk_was_full_waits_for_no_other) {
    const auto answer = [this](std::uint64_t batch) {
        batch_outcome outcome;
        outcome.batch = batch;
        settle_->box().post(outcome_ready{std::move(outcome), 0});
    };
    full_at_first store(*store_, [&] { answer(2); });
    settle_.emplace(*queue_, store, options_, totals{}, run_mark{"test", 1, 0, 0});
    std::promise<void> both;
    std::size_t durable = 0;
    settle_events told;
    told.committed = [&](const std::vector<std::uint64_t>& batches, std::size_t) {
        durable += batches.size();
        if (durable == 2) both.set_value();
    };
    told.files_open = [](std::size_t) {};
    settle_->set_events(std::move(told));
    answer(1);
    std::thread thread([this] { settle_->run(); });
    EXPECT_EQ(both.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
    settle_->stop();
    thread.join();
}

} // namespace hubspool
