#include "app/fake_outcome_store.hpp"
#include "app/settle/housekeeping.hpp"
#include "spool/queue_fixture.hpp"
#include "support/start_time.hpp"

#include <gmock/gmock.h>

namespace hubspool {

namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::SizeIs;

class housekeeping_test : public ::hubspool::testing::queue_fixture {
protected:
    std::unique_ptr<queue_directory> queue_ = open();
    fake_outcome_store outcome_store_;
    settings options_;
    housekeeping housekeeping_{*queue_, outcome_store_, options_};
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

} // namespace hubspool
