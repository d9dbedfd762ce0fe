#include "app/intake_fixture.hpp"

#include <gmock/gmock.h>

namespace hubspool {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view three = "{\"objectId\":1}\n{\"objectId\":2}\n{\"objectId\":3}\n";
constexpr read_point second{15, 1, 2, 0, file_format::sequence};
constexpr read_point third{30, 2, 3};
constexpr read_point end{45, 3, 4, 0, file_format::sequence};

} // namespace

using intake_loop_test = intake_fixture;

TEST_F(intake_loop_test, files_are_read_in_the_order_of_their_numbers) {
    claim("b", "{\"objectId\":1}");
    claim("a", "{\"objectId\":2}{\"objectId\":3}");
    run();
    EXPECT_THAT(ids(), ElementsAre("1", "2", "3"));
    EXPECT_THAT(ended_, ElementsAre(1U, 2U));
    EXPECT_EQ(ends_[2].records_in, 2U);
    EXPECT_TRUE(read_everything_);
}

TEST_F(intake_loop_test, what_drain_finds_in_new_is_claimed_and_read) {
    claim("a", "{\"objectId\":1}");
    put("new", "b", "{\"objectId\":2}");
    run();
    EXPECT_THAT(ids(), ElementsAre("1", "2"));
    EXPECT_EQ(ends_.size(), 2U);
}

TEST_F(intake_loop_test, drain_of_one_lane_claims_both_and_reads_that_one) {
    put("new", "a", "{\"objectId\":1}");
    put("bulk", "b", "{\"objectId\":2}");
    put("new", "c", "{\"objectId\":3}");
    options_.only = lane::bulk;
    run();
    EXPECT_THAT(ids(), ElementsAre("2"));
    EXPECT_TRUE(read_everything_);
    EXPECT_FALSE(std::filesystem::exists(at("new") / "a"));
    EXPECT_FALSE(std::filesystem::exists(at("new") / "c"));
}

TEST_F(intake_loop_test, drain_of_one_lane_reads_of_the_other_what_lies_before_its_frontier) {
    const std::uint64_t first = claim("a", "{\"objectId\":1}").number;
    claim("b", "{\"objectId\":2}");
    options_.only = lane::bulk;
    start_.read_to.live = end_of_file(first);
    run();
    EXPECT_THAT(ids(), ElementsAre("1"));
    EXPECT_EQ(blocks_before_frontier_, 1U);
    EXPECT_TRUE(read_everything_);
}

TEST_F(intake_loop_test, file_that_was_begun_is_taken_up_where_the_run_before_had_come) {
    claim("a", std::string(three));
    had_begun(second);
    run();
    EXPECT_THAT(ids(), ElementsAre("2", "3"));
    EXPECT_EQ(blocks_.at(0).from, second);
    EXPECT_EQ(blocks_.at(0).records.at(0).line, 2U);
    EXPECT_EQ(ends_[1].records_in, 3U);
    EXPECT_FALSE(ends_[1].keep_because);
}

TEST_F(intake_loop_test, file_that_was_read_to_its_end_is_read_no_more_and_has_its_books) {
    claim("a", std::string(three));
    had_begun(end);
    run();
    EXPECT_THAT(ids(), ElementsAre());
    EXPECT_EQ(ends_[1].records_in, 3U);
    EXPECT_FALSE(ends_[1].keep_because);
}

TEST_F(intake_loop_test, scenario_28_file_rewritten_between_two_runs_is_kept) {
    claim("a", std::string(three));
    had_begun(second).mtime_ns -= 1;
    run();
    EXPECT_THAT(ids(), ElementsAre("2", "3")) << "what it holds now is sent all the same";
    EXPECT_THAT(kept_in_the_middle_.value_or(""), HasSubstr("rewritten while hubspool was not"));
    EXPECT_THAT(ends_[1].keep_because.value_or(""), HasSubstr("rewritten"));
}

TEST_F(intake_loop_test, scenario_28_file_cut_between_two_runs_is_kept) {
    claim("a", std::string(three));
    had_begun(third).size += 1;
    run();
    EXPECT_THAT(ends_[1].keep_because.value_or(""), HasSubstr("rewritten"));
}

TEST_F(intake_loop_test, file_that_grew_between_two_runs_is_read_to_its_new_end) {
    claim("a", std::string(three));
    had_begun(second).size -= 15;
    run();
    EXPECT_THAT(ids(), ElementsAre("2", "3"));
    EXPECT_FALSE(ends_[1].keep_because);
}

TEST_F(intake_loop_test, file_that_cannot_be_opened_ends_without_a_record) {
    const claimed_file gone = claim("a", "{}");
    std::filesystem::remove(std::filesystem::directory_iterator(at("cur/000000"))->path());
    claim("b", "{\"objectId\":2}");
    run();
    EXPECT_THAT(ids(), ElementsAre("2"));
    EXPECT_EQ(ends_[gone.number].records_in, 0U);
    EXPECT_TRUE(ends_[gone.number].keep_because);
}

TEST_F(intake_loop_test, scenario_28_files_of_two_links_are_waited_for_together) {
    options_.quiet_period = milliseconds(500);
    for (const char* name : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
        const claimed_file& file = claim(name, "{\"objectId\":1}");
        for (const auto& entry : std::filesystem::directory_iterator(at("cur/000000")))
            if (entry.path().string().ends_with(file.name))
                std::filesystem::create_hard_link(entry.path(), at("tmp") / file.name);
    }
    const boot_time started = boot_now();
    run();
    EXPECT_LT(boot_now() - started, 4 * options_.quiet_period);
    for (std::uint64_t number = 1; number <= 8; ++number)
        EXPECT_THAT(ends_[number].keep_because.value_or(""), HasSubstr("2 links"));
}

TEST_F(intake_loop_test, scenario_30_after_a_crash_records_are_decoded_one_by_one) {
    claim("a", std::string(three));
    start_.crash = {1, 0, 1000, 1};
    run();
    EXPECT_THAT(ids(), ElementsAre("1", "2", "3"));
    EXPECT_EQ(blocks_.size(), 3U);
}

TEST_F(intake_loop_test, scenario_30_record_that_crashed_three_times_is_a_dead_letter_for_good) {
    claim("a", std::string(three));
    start_.crash = {1, 14, 1000, 3}; // where the first record ends
    run();
    EXPECT_THAT(ids(), ElementsAre("1", "3"));
    ASSERT_EQ(bad().size(), 1U);
    EXPECT_THAT(bad()[0].reason, HasSubstr("crashed the program"));
    EXPECT_EQ(bad()[0].content, "{\"objectId\":2}");
    EXPECT_TRUE(ends_[1].keep_because);

    open_sending();
    EXPECT_THAT(left_.undecodable, ElementsAre(std::pair<std::uint64_t, std::uint64_t>(1, 14)));
    start_.crash.reset();
    start_.undecodable = {left_.undecodable.begin(), left_.undecodable.end()};
    blocks_.clear();
    run();
    EXPECT_THAT(ids(), ElementsAre("1", "3"));
}

TEST_F(intake_loop_test, scenario_30_crash_of_one_record_is_not_counted_for_another) {
    claim("a", std::string(three));
    start_.crash = {1, 14, 1000, 2};
    run();
    EXPECT_THAT(ids(), ElementsAre("1", "2", "3"));
    open_sending();
    EXPECT_FALSE(left_.decode);
    EXPECT_THAT(left_.undecodable, ElementsAre());
}

TEST_F(intake_loop_test, small_files_are_handed_over_together) {
    for (int i = 0; i < 10; ++i) claim(std::to_string(i), "{\"objectId\":1}");
    run();
    EXPECT_EQ(hand_overs_, 1);
    EXPECT_EQ(blocks_.size(), 10U);
    EXPECT_EQ(ended_.size(), 10U);
}

} // namespace hubspool
