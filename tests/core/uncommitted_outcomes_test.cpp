#include "core/dispatch/uncommitted_outcomes.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(uncommitted_outcomes, objects_of_a_batch_wait_until_it_is_durable) {
    uncommitted_outcomes waiting(10, 10);
    waiting.add(1, 7, 1);
    waiting.add(2, 9, 1);
    waiting.add(1, 8, 1);
    EXPECT_THAT(waiting.take(1), ElementsAre(7, 8));
    EXPECT_FALSE(waiting.empty());
    EXPECT_THAT(waiting.take(1), IsEmpty());
    EXPECT_THAT(waiting.take(2), ElementsAre(9));
    EXPECT_TRUE(waiting.empty());
}

TEST(uncommitted_outcomes, they_are_full_by_batches) {
    uncommitted_outcomes waiting(2, 1000);
    waiting.add(1, 7, 1);
    EXPECT_FALSE(waiting.full());
    waiting.add(2, 8, 1);
    EXPECT_TRUE(waiting.full());
    waiting.take(1);
    EXPECT_FALSE(waiting.full());
}

TEST(uncommitted_outcomes, they_are_full_by_records) {
    uncommitted_outcomes waiting(100, 10);
    waiting.add(1, 7, 4);
    waiting.add(1, 8, 5);
    EXPECT_FALSE(waiting.full());
    waiting.add(2, 9, 1);
    EXPECT_TRUE(waiting.full());
    waiting.take(1);
    EXPECT_FALSE(waiting.full());
}

} // namespace
} // namespace hubspool
