#include "state/sending/decode_mark.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <unistd.h>

#include <thread>

namespace hubspool {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class decode_mark_test : public ::testing::Test {
protected:
    decode_mark_test() {
        EXPECT_EQ(::ftruncate(file.get(), sending_format::buckets_offset), 0);
        EXPECT_THAT(left_by_the_run_before().undecodable, IsEmpty());
    }
    // As the next run finds it.
    sending_leftovers left_by_the_run_before() {
        mark.emplace(file);
        sending_leftovers left;
        mark->take_over(left);
        return left;
    }

    temp_dir directory;
    owned_descriptor file{
        ::open(directory.file("sending").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    std::optional<decode_mark> mark;
};

TEST_F(decode_mark_test, confirmed_crash_is_told_with_its_window_and_counted_on) {
    mark->decoding(7, 1000, 2000, 2);
    mark->confirm_crash();
    const auto left = left_by_the_run_before();
    ASSERT_TRUE(left.decode);
    EXPECT_EQ(left.decode->file, 7U);
    EXPECT_EQ(left.decode->begin, 1000U);
    EXPECT_EQ(left.decode->end, 2000U);
    EXPECT_EQ(left.decode->times, 3U);
}

TEST_F(decode_mark_test, crash_behind_the_window_confirms_nothing) {
    mark->decoding(7, 1000, 2000, 0);
    mark->decoded();
    mark->confirm_crash();
    EXPECT_FALSE(left_by_the_run_before().decode);
}

TEST_F(decode_mark_test, crash_before_any_window_confirms_nothing) {
    mark->confirm_crash();
    EXPECT_FALSE(left_by_the_run_before().decode);
}

TEST_F(decode_mark_test, other_threads_crash_confirms_nothing) {
    mark->decoding(7, 1000, 2000, 0);
    std::thread([&] { mark->confirm_crash(); }).join();
    EXPECT_FALSE(left_by_the_run_before().decode);
}

TEST_F(decode_mark_test, next_window_forgets_the_crash_of_the_one_before) {
    mark->decoding(7, 1000, 2000, 0);
    mark->confirm_crash();
    mark->decoding(7, 2000, 3000, 0);
    EXPECT_FALSE(left_by_the_run_before().decode);
}

TEST_F(decode_mark_test, crash_is_told_again_until_a_window_was_begun) {
    mark->decoding(7, 1000, 2000, 0);
    mark->confirm_crash();
    for (int start = 0; start < 3; ++start) EXPECT_EQ(left_by_the_run_before().decode->times, 1U);
}

TEST_F(decode_mark_test, undecodable_spots_are_told_by_every_run_from_then_on) {
    mark->note_undecodable(7, 100);
    mark->note_undecodable(9, 5);
    EXPECT_THAT(left_by_the_run_before().undecodable,
                ::testing::UnorderedElementsAre(std::pair(7U, 100U), std::pair(9U, 5U)));
    mark->note_undecodable(7, 300);
    EXPECT_THAT(left_by_the_run_before().undecodable, SizeIs(3));
}

TEST_F(decode_mark_test, when_all_places_are_taken_that_of_the_lowest_file_is_given_away) {
    for (std::uint64_t i = 0; i < sending_format::spots_max; ++i)
        mark->note_undecodable(100 + i, i);
    mark->note_undecodable(50'000, 1);
    const auto left = left_by_the_run_before().undecodable;
    EXPECT_THAT(left, SizeIs(sending_format::spots_max));
    EXPECT_THAT(left, Not(Contains(std::pair(std::uint64_t{100}, std::uint64_t{0}))));
    EXPECT_THAT(left, Contains(std::pair(std::uint64_t{101}, std::uint64_t{1})));
    EXPECT_THAT(left, Contains(std::pair(std::uint64_t{50'000}, std::uint64_t{1})));
}

TEST_F(decode_mark_test, spoilt_spot_is_forgotten_and_its_place_is_free) {
    mark->note_undecodable(7, 100);
    mark->note_undecodable(9, 5);
    const char byte = 'x';
    ASSERT_EQ(::pwrite(file.get(), &byte, 1, sending_format::spots_offset), 1);
    EXPECT_THAT(left_by_the_run_before().undecodable, ElementsAre(std::pair(9U, 5U)));
    mark->note_undecodable(11, 1);
    EXPECT_THAT(left_by_the_run_before().undecodable, SizeIs(2));
}

TEST_F(decode_mark_test, file_that_cannot_be_read_or_written_is_no_failure) {
    const owned_descriptor nowhere;
    decode_mark without(nowhere);
    sending_leftovers left;
    without.take_over(left);
    without.note_undecodable(7, 100);
    without.decoding(7, 0, 1, 0);
    without.confirm_crash();
    EXPECT_FALSE(left.decode);
    EXPECT_THAT(left.undecodable, IsEmpty());
}

} // namespace
} // namespace hubspool
