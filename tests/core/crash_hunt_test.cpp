#include "core/reading/crash_hunt.hpp"

#include <gtest/gtest.h>

namespace hubspool {

namespace {

constexpr std::uint64_t block_bytes = 1000, record_bytes = 100;
using given_up_places = std::set<crash_hunt::record_place>;

crash_hunt hunt_after(std::optional<decode_crash> crash, given_up_places given_up = {}) {
    return {crash, std::move(given_up), block_bytes, record_bytes};
}

} // namespace

TEST(crash_hunt, file_that_never_crashed_is_read_in_blocks) {
    crash_hunt hunt = hunt_after({});
    const crash_hunt::step& how = hunt.next(1, 50);
    EXPECT_FALSE(how.one_by_one);
    EXPECT_FALSE(how.undecoded);
    EXPECT_EQ(how.window.file, 1U);
    EXPECT_EQ(how.window.begin, 50U);
    EXPECT_EQ(how.window.end, 50 + block_bytes + record_bytes)
        << "a block runs on to the end of a record";
    EXPECT_EQ(how.window.times, 0U);
    EXPECT_EQ(hunt.newly_given_up(), std::nullopt);
}

TEST(crash_hunt, window_that_crashed_is_read_record_by_record) {
    crash_hunt hunt = hunt_after(decode_crash{1, 5000, 6100, 1});
    EXPECT_FALSE(hunt.next(1, 5000 - block_bytes - record_bytes).one_by_one) << "ends before it";
    EXPECT_TRUE(hunt.next(1, 5001 - block_bytes - record_bytes).one_by_one) << "may reach into it";
    EXPECT_TRUE(hunt.next(1, 6099).one_by_one);
    EXPECT_FALSE(hunt.next(1, 6100).one_by_one);
    EXPECT_FALSE(hunt.next(2, 5000).one_by_one) << "another file";
    EXPECT_EQ(hunt.next(1, 5000).window.end, 5000 + record_bytes) << "one record is decoded";
}

TEST(crash_hunt, knows_the_files_that_crashed) {
    const crash_hunt hunt = hunt_after(decode_crash{2, 50'000, 50'100, 1}, {{4, 0}});
    EXPECT_FALSE(hunt.is_of(1));
    EXPECT_TRUE(hunt.is_of(2));
    EXPECT_FALSE(hunt.is_of(3));
    EXPECT_TRUE(hunt.is_of(4));
    EXPECT_FALSE(hunt.is_of(5));
    EXPECT_TRUE(hunt_after(decode_crash{2, 50'000, 50'100, 3}).is_of(2)) << "given up just now";
}

TEST(crash_hunt, crashes_of_a_record_by_itself_are_counted_and_those_of_others_are_not) {
    crash_hunt hunt = hunt_after(decode_crash{1, 5000, 5100, 2});
    EXPECT_EQ(hunt.next(1, 5000).window.times, 2U);
    EXPECT_EQ(hunt.next(1, 5050).window.times, 1U) << "the first may have been that of any";
    EXPECT_EQ(hunt.next(1, 5100).window.times, 0U);
}

TEST(crash_hunt, record_that_crashed_three_times_is_given_up_and_is_no_suspect_any_more) {
    crash_hunt hunt = hunt_after(decode_crash{1, 5000, 5100, 3});
    EXPECT_EQ(hunt.newly_given_up(), (crash_hunt::record_place{1, 5000}));
    EXPECT_TRUE(hunt.next(1, 5000).undecoded);
    EXPECT_TRUE(hunt.next(1, 5000).one_by_one) << "nothing else is given up with it";
    EXPECT_FALSE(hunt.next(1, 5050).undecoded);
    EXPECT_FALSE(hunt.next(1, 5050).one_by_one);
}

TEST(crash_hunt, record_that_crashed_twice_is_not_given_up) {
    crash_hunt hunt = hunt_after(decode_crash{1, 5000, 5100, 2});
    EXPECT_EQ(hunt.newly_given_up(), std::nullopt);
    EXPECT_FALSE(hunt.next(1, 5000).undecoded);
}

TEST(crash_hunt, records_that_earlier_runs_gave_up_are_reached_one_by_one) {
    crash_hunt hunt = hunt_after({}, {{1, 5000}});
    EXPECT_EQ(hunt.newly_given_up(), std::nullopt) << "it is noted already";
    EXPECT_TRUE(hunt.next(1, 4500).one_by_one) << "a block would take it in";
    EXPECT_FALSE(hunt.next(1, 4500).undecoded);
    EXPECT_FALSE(hunt.next(1, 5000 - block_bytes - record_bytes).one_by_one);
    EXPECT_TRUE(hunt.next(1, 5000).undecoded);
    EXPECT_FALSE(hunt.next(1, 5001).one_by_one);
}

TEST(crash_hunt, record_that_was_given_up_before_is_not_noted_again) {
    EXPECT_EQ(hunt_after(decode_crash{1, 5000, 5100, 3}, {{1, 5000}}).newly_given_up(),
              std::nullopt);
}

} // namespace hubspool
