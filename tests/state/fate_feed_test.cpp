// The fates of records for who follows them: each row once, in order, over trims and restarts.
#include "state/fate_feed.hpp"
#include "state/state_builders.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <cerrno>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class fate_feed_test : public ::testing::Test {
protected:
    fate_feed feed() {
        auto opened = fate_feed::open(where_);
        if (!opened) throw std::runtime_error(opened.error().message);
        return std::move(*opened);
    }
    // A row for each batch; they end 1000 ms apart.
    void commit(std::uint64_t first, std::uint64_t last) {
        commit_unit unit;
        for (std::uint64_t batch = first; batch <= last; ++batch)
            unit.outcomes.push_back(make_outcome(batch, batch, 0, 3));
        ASSERT_TRUE(works(store_->commit(unit)));
    }
    static std::vector<std::uint64_t> numbers_of(const std::vector<fate_feed::fed_row>& rows) {
        std::vector<std::uint64_t> numbers;
        for (const auto& row : rows) numbers.push_back(row.number);
        return numbers;
    }

    temp_dir directory_;
    std::string where_ = directory_.path().string();
    std::unique_ptr<state_store> store_ = opened(where_);
};

TEST_F(fate_feed_test, without_a_history_is_told_as_that) {
    const temp_dir nothing;
    const auto none = fate_feed::open(nothing.path().string());
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, ENOENT);
}

TEST_F(fate_feed_test, of_an_empty_history_tells_its_epoch_and_no_row) {
    const auto facts = value_of(feed().look());
    EXPECT_NE(facts.epoch, 0U);
    EXPECT_EQ(facts.first, 1U);
    EXPECT_EQ(facts.last, 0U);
}

TEST_F(fate_feed_test, tells_the_first_and_the_last_row_that_there_are) {
    commit(1, 5);
    const auto facts = value_of(feed().look());
    EXPECT_EQ(facts.first, 1U);
    EXPECT_EQ(facts.last, 5U);
}

TEST_F(fate_feed_test, first_row_rises_with_what_is_trimmed) {
    commit(1, 5);
    ASSERT_TRUE(works(store_->trim({at_ms(3500), 100})));
    EXPECT_EQ(value_of(feed().look()).first, 4U);
    EXPECT_EQ(value_of(feed().look()).last, 5U);
}

TEST_F(fate_feed_test, epoch_is_that_of_the_history_and_another_one_after_a_loss) {
    const std::uint64_t before = value_of(feed().look()).epoch;
    commit(1, 2);
    EXPECT_EQ(value_of(feed().look()).epoch, before);
    commit_unit unit;
    unit.new_epoch = true;
    ASSERT_TRUE(works(store_->commit(unit)));
    EXPECT_NE(value_of(feed().look()).epoch, before);
}

TEST_F(fate_feed_test, rows_come_in_order_behind_the_one_that_was_seen) {
    commit(1, 5);
    auto following = feed();
    EXPECT_THAT(numbers_of(value_of(following.rows_after(0, 100))), ElementsAre(1, 2, 3, 4, 5));
    EXPECT_THAT(numbers_of(value_of(following.rows_after(3, 100))), ElementsAre(4, 5));
    EXPECT_THAT(numbers_of(value_of(following.rows_after(5, 100))), IsEmpty());
}

TEST_F(fate_feed_test, rows_come_as_many_as_are_asked_for) {
    commit(1, 5);
    EXPECT_THAT(numbers_of(value_of(feed().rows_after(1, 2))), ElementsAre(2, 3));
    EXPECT_THAT(numbers_of(value_of(feed().rows_after(0, 0))), IsEmpty());
}

TEST_F(fate_feed_test, row_has_its_outcome_with_the_fate_of_each_record) {
    commit_unit unit;
    unit.outcomes = {make_outcome(7, 3, 10, 12, fate::superseded)};
    ASSERT_TRUE(works(store_->commit(unit)));
    const auto rows = value_of(feed().rows_after(0, 100));
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].outcome.batch, 7U);
    EXPECT_EQ(rows[0].outcome.finished, at_ms(7001));
    EXPECT_EQ(rows[0].outcome.records.counts().superseded, 2U);
}

// It stands on no snapshot between two calls.
TEST_F(fate_feed_test, what_is_committed_meanwhile_is_seen_by_the_next_call) {
    commit(1, 1);
    auto following = feed();
    EXPECT_THAT(numbers_of(value_of(following.rows_after(0, 100))), ElementsAre(1));
    commit(2, 3);
    EXPECT_THAT(numbers_of(value_of(following.rows_after(1, 100))), ElementsAre(2, 3));
}

TEST_F(fate_feed_test, first_since_a_moment_is_the_first_that_ended_then_or_later) {
    commit(1, 3); // at 1001, 2001 and 3001 ms
    EXPECT_EQ(value_of(feed().first_since(at_ms(0))), 1U);
    EXPECT_EQ(value_of(feed().first_since(at_ms(2001))), 2U);
    EXPECT_EQ(value_of(feed().first_since(at_ms(2002))), 3U);
}

TEST_F(fate_feed_test, first_since_a_moment_behind_all_is_the_one_that_will_come) {
    EXPECT_EQ(value_of(feed().first_since(at_ms(0))), 1U) << "of an empty history";
    commit(1, 3);
    EXPECT_EQ(value_of(feed().first_since(at_ms(3002))), 4U);
}

TEST_F(fate_feed_test, file_is_found_by_its_number_as_long_as_it_has_a_row) {
    commit_unit unit;
    unit.files = {make_file(7)};
    ASSERT_TRUE(works(store_->commit(unit)));
    auto following = feed();
    const auto found = value_of(following.find_file(7));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->name, "contacts-7.ndjson");
    EXPECT_FALSE(value_of(following.find_file(8)));
}

} // namespace
} // namespace hubspool
