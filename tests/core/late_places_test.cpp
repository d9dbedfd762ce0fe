// Records that are too late, later in a file than where it is refused as a whole.
#include "core/books/gathered_letter.hpp"
#include "core/dispatch/late_places.hpp"
#include "engine_story.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::uint64_t first_gathered(const brake_options& too_many, std::uint64_t every) {
    late_places places;
    for (std::uint64_t at = 0; at < 5000; at += every)
        if (places.note(at, too_many)) return at / every + 1;
    return 0;
}

TEST(late_places, scenario_52_of_more_than_count_and_share_are_gathered) {
    EXPECT_EQ(first_gathered({50, 0.05}, 1), 51U);
    EXPECT_EQ(first_gathered({50, 0.05}, 19), 51U) << "of the nearest 1,000";
    EXPECT_EQ(first_gathered({50, 0.05}, 20), 0U) << "a twentieth, and not more";
    EXPECT_EQ(first_gathered({50, 0.2}, 1), 201U);
    EXPECT_EQ(first_gathered({300, 0.2}, 1), 301U);
    EXPECT_EQ(first_gathered({2000, 0.2}, 1), 0U);
}

TEST(late_places, that_are_too_many_once_stay_so_to_the_end) {
    late_places places;
    for (std::uint64_t at = 0; at < 4; ++at) places.note(at, {3, 0});
    EXPECT_TRUE(places.note(1'000'000, {3, 0}));
}

constexpr order_key late_horizon{1'500'000, 1, 0};

class late_records_test : public engine_story {
protected:
    late_records_test() { begin({}); }
    // `settled`: of the file, in the run before.
    void begin(settled_set settled) {
        engine_options options = plain_options();
        options.brake.count = 3;
        options.brake.share = 0;
        restart(options);
        event::run_before left;
        left.horizon = late_horizon;
        left.files.emplace_back(2, std::move(settled));
        restore(std::move(left));
    }
    // One record of each letter: too Late, or in Time.
    std::optional<batch_outcome> read(std::string_view which, std::uint64_t first = 0) {
        record_block block(2, lane::bulk, first);
        block.order({2'000'000, 2'000'000, 2});
        for (const char one : which) {
            block.record(std::to_string(first++), {{"eventName", "1"}});
            if (one == 'L') block.as_of(1000);
        }
        return engine->accept(block.block(), at_now());
    }
    static std::vector<std::pair<std::uint64_t, std::uint64_t>> runs(const dead_letter& letter) {
        std::vector<std::pair<std::uint64_t, std::uint64_t>> found;
        for (const auto& record : letter.records) found.emplace_back(record.ordinal, record.count);
        return found;
    }
};

TEST_F(late_records_test, scenario_52_too_many_in_a_file_are_one_letter) {
    const std::optional<batch_outcome> outcome = read("TTLTLLTLLLTLTL");
    ASSERT_TRUE(outcome);
    ASSERT_THAT(outcome->dead_letters, SizeIs(4));
    EXPECT_THAT(outcome->dead_letters[2].content, HasSubstr("eventName"));
    const dead_letter& rest = outcome->dead_letters[3];
    EXPECT_EQ(rest.category, "too_late");
    EXPECT_THAT(rest.reason, HasSubstr("stand in their file only"));
    EXPECT_EQ(rest.at, (arrival{2, 7 * record_size}));
    EXPECT_THAT(runs(rest), ElementsAre(std::pair(7U, 3U), std::pair(11U, 1U), std::pair(13U, 1U)));
    EXPECT_THAT(rest.content, IsEmpty());
    EXPECT_THAT(rest.values, IsEmpty());
    // Each has its own fate.
    EXPECT_EQ(outcome->records.size(), 8U);
    EXPECT_EQ(outcome->dead_lettered, 8U);
    EXPECT_TRUE(is_gathered(rest));
    EXPECT_THAT(send()->ids, ElementsAre("0", "1", "3", "6", "10", "12"));
}

TEST_F(late_records_test, scenario_52_each_later_block_has_one_letter) {
    read("LLLL");
    const std::optional<batch_outcome> outcome = read(std::string(500, 'L'), 4);
    ASSERT_TRUE(outcome);
    ASSERT_THAT(outcome->dead_letters, SizeIs(1));
    EXPECT_THAT(runs(outcome->dead_letters[0]), ElementsAre(std::pair(4U, 500U)));
    EXPECT_EQ(outcome->records.size(), 500U);
    EXPECT_FALSE(read("TT", 504)) << "what is in time makes none";
}

TEST_F(late_records_test, few_in_a_file_are_a_letter_each) {
    const std::optional<batch_outcome> outcome = read("LLTL");
    ASSERT_TRUE(outcome);
    EXPECT_THAT(outcome->dead_letters, SizeIs(3));
    EXPECT_FALSE(is_gathered(outcome->dead_letters.back()));
}

TEST_F(late_records_test, next_file_begins_with_none) {
    read("LLLLLL");
    tell(event::file_ended{2});
    EXPECT_THAT(read("LLL")->dead_letters, SizeIs(3));
}

TEST_F(late_records_test, what_was_gathered_before_a_restart_is_not_told_again) {
    settled_set settled;
    for (const std::uint64_t ordinal : {0U, 1U, 2U, 3U, 5U}) settled.insert(ordinal);
    begin(std::move(settled));
    const std::optional<batch_outcome> outcome = read("LLLLTLLLLLLL");
    ASSERT_TRUE(outcome);
    EXPECT_THAT(outcome->dead_letters, SizeIs(4)) << "the count begins anew";
    EXPECT_THAT(runs(outcome->dead_letters[3]), ElementsAre(std::pair(9U, 3U)));
    EXPECT_EQ(outcome->records.size(), 6U);
}

} // namespace
} // namespace hubspool
