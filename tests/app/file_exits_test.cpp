#include "app/settle/file_exits.hpp"
#include "base/clocks.hpp"
#include "spool/queue_fixture.hpp"
#include "support/captured_log.hpp"
#include "support/start_time.hpp"
#include "support/system_calls.hpp"

#include <gmock/gmock.h>

#include <cerrno>

namespace hubspool {

namespace {

using namespace std::chrono_literals;
using ::hubspool::testing::said_while;
using ::hubspool::testing::system_calls;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class file_exits_test : public ::hubspool::testing::queue_fixture {
protected:
    file_exits_test() { options_.queue.retention = 1h; }

    // In cur/, and all of it has its fate.
    file_row settle(const std::string& name, std::optional<std::string> keep_because = {}) {
        return settle(claim_one(*queue_, name, "{\"objectId\":1}"), std::move(keep_because));
    }
    file_row settle(const claimed_file& file, std::optional<std::string> keep_because = {}) {
        open_file settled;
        settled.row.number = file.number;
        settled.row.name = file.name;
        settled.row.stamp = file.order.stamp;
        settled.row.size = file.size;
        settled.row.records_in = 1;
        settled.row.settled = wall_now();
        settled.row.keep_because = std::move(keep_because);
        settled.book.records_in = 1;
        books_.restore(settled);
        return settled.row;
    }
    std::filesystem::path path_of(const file_row& row) const {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root()))
            if (entry.path().filename().string().ends_with("-live-" + row.name))
                return entry.path();
        return {};
    }
    std::string folder_of(const file_row& row) const {
        const auto path = path_of(row);
        return path.empty() ? "" : path.lexically_relative(root()).begin()->string();
    }

    std::unique_ptr<queue_directory> queue_ = open();
    settings options_;
    queue_books books_;
    file_exits exits_{queue_->moves(), options_};
};

} // namespace

TEST_F(file_exits_test, settled_file_goes_to_done_and_out_of_the_books) {
    const file_row a = settle("a");
    exits_.move(books_, start);
    EXPECT_EQ(folder_of(a), "done");
    EXPECT_EQ(books_.size().files, 0U);
    EXPECT_EQ(exits_.rejected(), 0U);
}

TEST_F(file_exits_test, file_with_a_reason_goes_to_rejected_and_is_counted) {
    const file_row a = settle("a", "it was rewritten");
    exits_.move(books_, start);
    EXPECT_EQ(folder_of(a), "rejected");
    EXPECT_EQ(exits_.rejected(), 1U);
    EXPECT_FALSE(exits_.next(start)) << "rejected/ is not looked at again";
}

TEST_F(file_exits_test, without_retention_a_settled_file_is_removed_and_a_rejected_one_is_not) {
    options_.queue.retention = 0ms;
    const file_row a = settle("a"), b = settle("b", "it was rewritten");
    exits_.move(books_, start);
    EXPECT_EQ(folder_of(a), "");
    EXPECT_EQ(folder_of(b), "rejected");
}

TEST_F(file_exits_test, scenario_28_grown_file_and_those_behind_it_wait_until_its_row_says_so) {
    const file_row a = settle("a"), b = settle("b");
    std::ofstream(path_of(a), std::ios::app) << "more";
    exits_.move(books_, start);
    EXPECT_EQ(folder_of(a), "cur");
    EXPECT_EQ(folder_of(b), "cur");
    EXPECT_TRUE(books_.has_rows());
    books_.written();
    exits_.move(books_, start);
    EXPECT_EQ(folder_of(a), "rejected");
    EXPECT_EQ(folder_of(b), "done");
}

TEST_F(file_exits_test, move_that_fails_holds_back_those_behind_it_and_is_tried_again) {
    const file_row a = settle("a"), b = settle("b");
    std::filesystem::remove_all(at("done"));
    std::ofstream(at("done")) << "no directory";
    exits_.move(books_, start);
    EXPECT_EQ(books_.size().files, 2U);
    EXPECT_EQ(exits_.next(start), start + file_exits::retry_every);
}

// A thread that moves files for minutes answers nobody, and would pass for stuck.
TEST_F(file_exits_test, so_many_leave_in_a_turn_and_the_others_at_once_after_it) {
    for (std::size_t i = 0; i <= file_exits::moves_a_turn; ++i) put("new", std::to_string(i));
    ::hubspool::testing::until_next_tick();
    for (const claimed_file& file : scan_all(*queue_)) settle(file);
    exits_.move(books_, start);
    EXPECT_EQ(books_.size().files, 1U);
    EXPECT_TRUE(exits_.has_more());
    exits_.move(books_, start);
    EXPECT_EQ(books_.size().files, 0U);
    EXPECT_FALSE(exits_.has_more());
}

TEST_F(file_exits_test, move_that_fails_is_said_once_and_goes_on_when_it_can) {
    const file_row a = settle("a");
    {
        system_calls calls(root());
        calls.refuse("rename cur/000000/", ENOSPC);
        EXPECT_THAT(said_while([&] { exits_.move(books_, start); }),
                    HasSubstr("a settled file cannot leave cur/"));
        EXPECT_EQ(said_while([&] { exits_.move(books_, start + 1s); }), "");
    }
    exits_.move(books_, start + 2s);
    EXPECT_EQ(folder_of(a), "done");
}

// Else the thread would wake each second for nothing.
TEST_F(file_exits_test, failure_that_is_over_is_tried_no_more) {
    settle("a");
    {
        system_calls calls(root());
        calls.refuse("rename cur/000000/", ENOSPC);
        exits_.move(books_, start);
        EXPECT_EQ(exits_.next(start), start + 1s);
    }
    exits_.move(books_, start + 1s);
    EXPECT_EQ(exits_.next(start + 1s), start + 3s) << "the look for late growth";
}

TEST_F(file_exits_test, move_that_fails_for_another_reason_is_said_anew) {
    settle("a");
    system_calls calls(root());
    calls.refuse("rename cur/000000/", ENOSPC);
    said_while([&] { exits_.move(books_, start); });
    calls.refuse("rename cur/000000/", EIO);
    EXPECT_THAT(said_while([&] { exits_.move(books_, start + 1s); }),
                HasSubstr("Input/output error"));
}

TEST_F(file_exits_test, failure_that_is_over_is_said_when_it_comes_again) {
    settle("a");
    system_calls calls(root());
    calls.refuse("rename cur/000000/", ENOSPC);
    said_while([&] { exits_.move(books_, start); });
    calls.refuse("rename cur/000000/", 0);
    exits_.move(books_, start + 1s);
    settle("b");
    calls.refuse("rename cur/000000/", ENOSPC);
    EXPECT_THAT(said_while([&] { exits_.move(books_, start + 2s); }),
                HasSubstr("cannot leave cur/"));
}

TEST_F(file_exits_test, file_that_could_not_be_rejected_is_not_counted) {
    settle("a", "it was rewritten");
    system_calls calls(root());
    calls.refuse("fsync rejected/", ENOSPC);
    exits_.move(books_, start);
    EXPECT_EQ(exits_.rejected(), 0U);
    EXPECT_EQ(books_.size().files, 1U);
}

TEST_F(file_exits_test, next_is_the_try_of_a_move_or_the_look_whichever_comes_first) {
    settle("a");
    exits_.move(books_, start); // looked at again after two seconds
    settle("b");
    system_calls calls(root());
    calls.refuse("rename cur/000000/", ENOSPC);
    exits_.move(books_, start);
    EXPECT_EQ(exits_.next(start), start + 1s);
    EXPECT_EQ(exits_.next(start + 1500ms), start + 2s);
}

TEST_F(file_exits_test, with_nothing_to_do_there_is_no_next) {
    EXPECT_EQ(exits_.next(start), std::nullopt);
}

TEST_F(file_exits_test, size_of_a_file_that_has_gone_cannot_be_told) {
    const file_row a = settle("a");
    EXPECT_EQ(exits_.size_now(a), 14U);
    std::filesystem::remove(path_of(a));
    EXPECT_EQ(exits_.size_now(a), std::nullopt);
}

TEST_F(file_exits_test, scenario_61_growth_in_done_is_looked_for_when_it_is_due_and_counted) {
    const file_row a = settle("a");
    exits_.move(books_, start);
    std::ofstream(path_of(a), std::ios::app) << "late";
    ASSERT_TRUE(exits_.next(start));
    EXPECT_THAT(exits_.look_for_late_growth(*exits_.next(start) - 1ms, false), IsEmpty());
    const auto grown = exits_.look_for_late_growth(*exits_.next(start), false);
    ASSERT_THAT(grown, SizeIs(1));
    EXPECT_EQ(grown[0].number, a.number);
    EXPECT_EQ(exits_.rejected(), 1U);
}

TEST_F(file_exits_test, at_the_end_late_growth_is_looked_for_at_once) {
    const file_row a = settle("a");
    exits_.move(books_, start);
    std::ofstream(path_of(a), std::ios::app) << "late";
    EXPECT_THAT(exits_.look_for_late_growth(start, true), SizeIs(1));
}

} // namespace hubspool
