#include "app/fake_outcome_store.hpp"
#include "app/settle/housekeeping.hpp"
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
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class housekeeping_test : public ::hubspool::testing::queue_fixture {
protected:
    std::unique_ptr<queue_directory> queue_ = open();
    fake_outcome_store outcome_store_;
    settings options_;
    housekeeping housekeeping_{*queue_, outcome_store_, options_};
    const wall_time wall_{std::chrono::sys_days(std::chrono::year(2026) / 11 / 23)};

    std::optional<order_key> look(boot_time now = start) {
        return housekeeping_.look(now, wall_, [] { return std::nullopt; });
    }
    // A file that left cur/, not durably yet.
    void move_one() {
        ASSERT_TRUE(queue_->moves().remove(claim_one(*queue_, "a", "{\"objectId\":1}")));
    }
};

} // namespace

TEST_F(housekeeping_test, it_is_done_at_the_start_and_then_once_an_interval) {
    EXPECT_TRUE(housekeeping_.look(start, wall_time(1h), {}));
    EXPECT_THAT(outcome_store_.trimmed, SizeIs(1));
    EXPECT_EQ(housekeeping_.next(), start + housekeeping::interval);
    EXPECT_FALSE(housekeeping_.look(housekeeping_.next() - 1ms, wall_time(1h), {}));
    EXPECT_THAT(outcome_store_.trimmed, SizeIs(1));
    housekeeping_.look(housekeeping_.next(), wall_time(1h), {});
    EXPECT_THAT(outcome_store_.trimmed, SizeIs(2));
}

TEST_F(housekeeping_test, scenario_64_history_is_kept_from_the_lowest_file_in_cur_on) {
    const claimed_file first = claim_one(*queue_, "a", "{\"objectId\":1}");
    claim_one(*queue_, "b", "{\"objectId\":2}");
    housekeeping_.look(start, wall_time(1h), {});
    EXPECT_THAT(outcome_store_.trimmed, ElementsAre(first.number));
}

TEST_F(housekeeping_test, empty_cur_keeps_no_history_for_its_sake) {
    housekeeping_.look(start, wall_time(1h), {});
    EXPECT_THAT(outcome_store_.trimmed, ElementsAre(no_file));
}

// Rows are dropped only when what they let go is where it is for good.
TEST_F(housekeeping_test, moves_are_durable_before_the_history_is_trimmed) {
    move_one();
    system_calls calls(root());
    std::vector<std::string> seen_before;
    outcome_store_.at_trim = [&] { seen_before = calls.seen(); };
    EXPECT_TRUE(look());
    EXPECT_THAT(seen_before, Contains("fsync cur/000000"));
}

TEST_F(housekeeping_test, scenario_47_moves_that_are_not_durable_keep_history_and_old_days) {
    std::filesystem::create_directory(at("done/2001-01-01"));
    move_one();
    system_calls calls(root());
    calls.refuse("fsync cur/000000", EIO);
    EXPECT_THAT(said_while([&] { EXPECT_FALSE(look()); }),
                HasSubstr("moves out of cur/ are not durable yet"));
    EXPECT_THAT(outcome_store_.trimmed, IsEmpty());
    EXPECT_TRUE(std::filesystem::exists(at("done/2001-01-01")));
}

TEST_F(housekeeping_test, moves_that_were_not_durable_are_tried_again_an_interval_later) {
    move_one();
    {
        system_calls calls(root());
        calls.refuse("fsync cur/000000", EIO);
        EXPECT_FALSE(look());
    }
    EXPECT_FALSE(look(start + housekeeping::interval - 1ms));
    EXPECT_TRUE(look(start + housekeeping::interval));
}

TEST_F(housekeeping_test, history_is_trimmed_up_to_what_is_set) {
    options_.state.history = 48h;
    look();
    EXPECT_THAT(outcome_store_.trimmed_before, ElementsAre(wall_ - 48h));
}

// What the run before left unread is not known yet.
TEST_F(housekeeping_test, scenario_48_before_all_was_read_no_key_is_given_up) {
    housekeeping_.look(start, wall_, [] {
        ADD_FAILURE() << "nothing is known of what is pending";
        return std::nullopt;
    });
    EXPECT_THAT(outcome_store_.kept_from, ElementsAre(std::optional(order_key{})));
}

TEST_F(housekeeping_test, once_all_was_read_keys_are_kept_from_the_oldest_that_is_pending) {
    look();
    housekeeping_.reading_passed();
    EXPECT_TRUE(housekeeping_.look(start + 1ms, wall_, [] { return order_key{7, 8, 9}; }))
        << "at once, since a drain is over before the interval is";
    EXPECT_EQ(outcome_store_.kept_from.back(), (order_key{7, 8, 9}));
}

TEST_F(housekeeping_test, with_nothing_pending_no_key_is_kept) {
    housekeeping_.reading_passed();
    look();
    EXPECT_THAT(outcome_store_.kept_from, ElementsAre(std::nullopt));
}

TEST_F(housekeeping_test, old_days_of_done_go_and_young_ones_stay) {
    options_.queue.retention = 24h;
    std::filesystem::create_directory(at("done/2026-11-21"));
    std::filesystem::create_directory(at("done/2026-11-22"));
    look();
    EXPECT_FALSE(std::filesystem::exists(at("done/2026-11-21")));
    EXPECT_TRUE(std::filesystem::exists(at("done/2026-11-22")));
}

TEST_F(housekeeping_test, day_that_cannot_go_keeps_nothing_else_from_being_done) {
    std::filesystem::create_directories(at("done/2001-01-01/theirs"));
    EXPECT_THAT(said_while([&] { EXPECT_TRUE(look()); }), HasSubstr("done/ was not swept"));
    EXPECT_EQ(outcome_store_.reserve_asked, 1);
}

TEST_F(housekeeping_test, history_that_cannot_be_trimmed_keeps_nothing_else_from_being_done) {
    std::filesystem::create_directory(at("done/2001-01-01"));
    outcome_store_.trim_failure = failure{"locked", EBUSY};
    EXPECT_THAT(said_while([&] { EXPECT_FALSE(look()) << "no horizon"; }),
                HasSubstr("old history was not removed: locked"));
    EXPECT_FALSE(std::filesystem::exists(at("done/2001-01-01")));
    EXPECT_EQ(outcome_store_.reserve_asked, 1);
}

// Nobody knows which files there need their rows.
TEST_F(housekeeping_test, cur_that_cannot_be_listed_keeps_the_history) {
    std::filesystem::create_directory(at("cur/000000"));
    std::filesystem::rename(at("cur/000000"), dir_.path() / "aside");
    std::filesystem::create_directory_symlink(dir_.path() / "aside", at("cur/000000"));
    EXPECT_FALSE(look());
    EXPECT_THAT(outcome_store_.trimmed, IsEmpty());
}

} // namespace hubspool
