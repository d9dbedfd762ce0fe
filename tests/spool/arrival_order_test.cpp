#include "spool/arrivals/arrival_order.hpp"
#include "spool/queue_fixture.hpp"
#include "support/system_calls.hpp"

#include <fmt/core.h>
#include <gmock/gmock.h>

#include <fcntl.h>

namespace hubspool::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class arrival_order_of : public queue_fixture {
protected:
    lane_directories lanes() {
        auto live = open_directory(AT_FDCWD, at("new"), "new");
        auto bulk = open_directory(AT_FDCWD, at("bulk"), "bulk");
        return {std::move(*live), std::move(*bulk)};
    }
    const left_alone_names left_alone_;
};

TEST_F(arrival_order_of, more_files_than_it_keeps_is_told_listing_by_listing) {
    const auto queue = open();
    for (int i = 19; i >= 0; --i) {
        put(i % 2 == 0 ? "new" : "bulk", fmt::format("{:02}", i));
        until_next_tick();
    }
    arrival_order order(root(), left_alone_, 6);
    std::vector<std::string> names;
    do {
        ASSERT_TRUE(order.fill(lanes()));
        for (int kept = 0; order.front() != nullptr; ++kept) {
            ASSERT_LT(kept, 6);
            names.push_back(order.front()->name);
            order.pop();
        }
    } while (order.more());
    ASSERT_EQ(names.size(), 20U) << "none twice, though none was taken away";
    EXPECT_TRUE(std::is_sorted(names.rbegin(), names.rend()));
    ASSERT_TRUE(order.fill(lanes()));
    EXPECT_EQ(order.front()->name, "19") << "and from the start again";
}

TEST_F(arrival_order_of, immovable_files_filling_it_still_comes_to_those_behind) {
    const auto queue = open();
    for (int i = 0; i < 7; ++i) {
        put("new", fmt::format("{:02}", i));
    }
    until_next_tick();
    arrival_order order(root(), left_alone_, 3);
    int listings = 0;
    do {
        ASSERT_TRUE(order.fill(lanes()));
        ++listings;
        while (order.front() != nullptr) {
            order.skip("why");
        }
    } while (order.more());
    EXPECT_EQ(listings, 3);
    EXPECT_THAT(order.skipped(), SizeIs(7));
}

TEST_F(arrival_order_of, thousands_stepped_over_names_a_hundred) {
    const auto queue = open();
    for (int i = 0; i < 150; ++i) {
        put("new", fmt::format("{:03}", i));
    }
    until_next_tick();
    arrival_order order(root(), left_alone_, 1000);
    ASSERT_TRUE(order.fill(lanes()));
    while (order.front() != nullptr) {
        order.skip("why");
    }
    EXPECT_THAT(order.skipped(), SizeIs(100));
}

TEST_F(arrival_order_of, one_tick_goes_by_mtime_and_then_by_name) {
    const listed_file a{5, 1, "b", lane::live, 1};
    const listed_file b{5, 2, "a", lane::live, 2};
    const listed_file c{5, 2, "b", lane::live, 3};
    EXPECT_TRUE(a.before(b));
    EXPECT_TRUE(b.before(c));
    EXPECT_FALSE(c.before(a));
}

} // namespace
} // namespace hubspool::testing
