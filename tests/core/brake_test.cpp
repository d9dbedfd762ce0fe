#include "core/sending/brake.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

const std::string reason = "OBJECT_NOT_FOUND";

// A brake with `sent` objects sent so far.
brake after_sending(int sent, brake_options options) {
    brake b(options);
    for (int i = 0; i < sent; ++i) b.first_sent();
    return b;
}

std::vector<std::uint64_t> places(std::uint64_t from, std::uint64_t count, std::uint64_t step = 1) {
    std::vector<std::uint64_t> all;
    for (std::uint64_t i = 0; i < count; ++i) all.push_back(from + i * step);
    return all;
}

void die(brake& b, const std::vector<std::uint64_t>& all) {
    for (const std::uint64_t place : all) b.died(reason, place);
}

TEST(brake, places_count_from_one) {
    brake b({});
    EXPECT_EQ(b.first_sent(), 1U);
    EXPECT_EQ(b.first_sent(), 2U);
}

TEST(brake, up_to_the_count_may_die_and_one_more_crosses) {
    const brake b = after_sending(100, {10, 0.05});
    EXPECT_FALSE(b.would_cross(reason, places(1, 10)));
    EXPECT_TRUE(b.would_cross(reason, places(1, 11)));
    EXPECT_FALSE(b.would_cross(reason, {}));
}

TEST(brake, deaths_of_earlier_answers_add_up) {
    brake b = after_sending(100, {10, 0.05});
    die(b, places(1, 9));
    EXPECT_FALSE(b.would_cross(reason, {50}));
    die(b, {50});
    EXPECT_TRUE(b.would_cross(reason, {60}));
}

TEST(brake, each_reason_is_counted_by_itself) {
    brake b = after_sending(100, {10, 0.05});
    die(b, places(1, 10));
    EXPECT_FALSE(b.would_cross("VALIDATION_ERROR", places(20, 10)));
    EXPECT_TRUE(b.would_cross(reason, {40}));
}

TEST(brake, all_reasons_together_have_a_line_of_four_times_as_many) {
    brake b = after_sending(100, {10, 0.05});
    for (std::uint64_t place = 1; place <= 39; ++place) b.died(std::to_string(place), place);
    EXPECT_FALSE(b.would_cross_in_all({40}));
    EXPECT_TRUE(b.would_cross_in_all({40, 41}));
    b.reset();
    EXPECT_FALSE(b.would_cross_in_all({40, 41}));
}

TEST(brake, share_of_all_reasons_is_four_times_as_large) {
    brake b = after_sending(1000, {10, 0.05});
    for (std::uint64_t i = 0; i < 199; ++i) b.died(std::to_string(i), 1 + i * 5);
    EXPECT_FALSE(b.would_cross_in_all({2}));
    EXPECT_TRUE(b.would_cross_in_all({2, 3}));
}

TEST(brake, ever_new_reasons_are_forgotten_and_still_count_among_all) {
    brake b = after_sending(2000, {10, 0.0});
    b.died(reason, 1);
    for (std::uint64_t i = 2; i <= 1500; ++i) b.died(std::to_string(i), i);
    EXPECT_FALSE(b.would_cross(reason, places(2, 10)));
    EXPECT_TRUE(b.would_cross_in_all({1501}));
}

TEST(brake, share_below_the_line_does_not_cross_whatever_the_count) {
    const brake b = after_sending(1000, {10, 0.05});
    EXPECT_FALSE(b.would_cross(reason, places(1, 50, 20)));
    EXPECT_TRUE(b.would_cross(reason, places(1, 51, 19)));
}

TEST(brake, only_objects_near_in_the_order_of_first_sending_count_together) {
    const brake b = after_sending(100'000, {10, 0.05});
    EXPECT_FALSE(b.would_cross(reason, places(1, 500, 100)));
    EXPECT_TRUE(b.would_cross(reason, places(90'000, 51)));
}

TEST(brake, old_deaths_far_away_do_not_hide_a_new_cluster) {
    brake b = after_sending(100'000, {10, 0.05});
    die(b, places(1, 2000, 40));
    die(b, places(95'000, 50));
    EXPECT_TRUE(b.would_cross(reason, {95'500}));
    EXPECT_FALSE(b.would_cross(reason, {97'500}));
}

TEST(brake, answers_out_of_order_count_like_those_in_order) {
    brake b = after_sending(2000, {10, 0.05});
    die(b, places(1500, 25));
    die(b, places(1000, 25));
    EXPECT_TRUE(b.would_cross(reason, {1250}));
}

// The line is drawn by objects: one that fails with each of its records is one.
TEST(brake, one_object_that_dies_again_and_again_is_counted_once) {
    brake b = after_sending(100, {10, 0.05});
    for (int i = 0; i < 30; ++i) b.died(reason, 7);
    EXPECT_FALSE(b.would_cross(reason, {7}));
    EXPECT_FALSE(b.would_cross(reason, {8}));
}

TEST(brake, reset_forgets_the_deaths) {
    brake b = after_sending(100, {10, 0.05});
    die(b, places(1, 10));
    b.reset();
    EXPECT_FALSE(b.would_cross(reason, places(50, 10)));
}

} // namespace
} // namespace hubspool
