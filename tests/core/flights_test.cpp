#include "core/dispatch/flights.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

TEST(flights, batch_numbers_go_on_from_the_run_before) {
    flights under_way(41);
    EXPECT_EQ(under_way.next_batch(), 42U);
    EXPECT_EQ(under_way.next_batch(), 43U);
}

TEST(flights, flight_is_under_way_until_it_ends) {
    flights under_way(0);
    flight begun;
    begun.objects = {7, 8};
    begun.fresh = true;
    under_way.begin(5, begun);
    under_way.begin(6, {});
    EXPECT_EQ(under_way.count(), 2U);
    EXPECT_TRUE(under_way.any_fresh());
    EXPECT_EQ(under_way.end(5).objects, (std::vector<object_index>{7, 8}));
    EXPECT_EQ(under_way.count(), 1U);
    EXPECT_FALSE(under_way.any_fresh());
}

} // namespace
} // namespace hubspool
