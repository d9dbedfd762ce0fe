// What the commands for dead letters count, and what they say of those that they leave out.
#include "cli/letters/left_out_letters.hpp"
#include "cli/letters/letter_selection.hpp"
#include "cli/some_letters.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::SizeIs;

std::string complaint_of(const left_out_letters& left_out, std::string_view done) {
    ::testing::internal::CaptureStderr();
    left_out.complain_of(done);
    return ::testing::internal::GetCapturedStderr();
}

TEST(left_out_letters, none_are_not_complained_of) {
    const left_out_letters none;
    EXPECT_EQ(none.letters(), 0U);
    EXPECT_EQ(complaint_of(none, "sent"), "");
}

TEST(left_out_letters, are_told_by_reason_with_the_first_of_each) {
    left_out_letters left_out;
    left_out.add(some_letter(1, 40, "1", "x"), "too old");
    left_out.add(some_letter(1, 20, "1", "x"), "too old");
    left_out.add(some_letter(2, 0, "1", "x"), "no JSON");
    EXPECT_EQ(left_out.letters(), 3U);
    EXPECT_EQ(complaint_of(left_out, "exported"),
              "hubspool: 1 dead letter is not exported: no JSON (such as 2:0)\n"
              "hubspool: 2 dead letters are not exported: too old (such as 1:40)\n");
    EXPECT_THAT(left_out.by_reason(), ElementsAre(Pair("no JSON", 1), Pair("too old", 2)));
}

TEST(left_out_letters, reason_is_one_line_that_ends) {
    left_out_letters left_out;
    left_out.add(some_letter(1, 0, "1", "x"), "a\nb\x1b[1m" + std::string(400, 'r'));
    const std::string reason = left_out.by_reason().begin()->first;
    EXPECT_EQ(reason.size(), 300U);
    EXPECT_THAT(reason, ::testing::StartsWith("a b [1mrr"));
    EXPECT_THAT(reason, EndsWith("r…"));
}

TEST(left_out_letters, reasons_beyond_a_hundred_are_summed_up) {
    left_out_letters left_out;
    for (int i = 0; i < 103; ++i)
        left_out.add(some_letter(1, static_cast<std::uint64_t>(i), "1", "x"),
                     "reason " + std::to_string(i));
    left_out.add(some_letter(1, 500, "1", "x"), "reason 0");
    EXPECT_EQ(left_out.letters(), 104U);
    ASSERT_THAT(left_out.by_reason(), SizeIs(101));
    EXPECT_EQ(left_out.by_reason().at("other reasons"), 3U);
    EXPECT_EQ(left_out.by_reason().at("reason 0"), 2U) << "one that is known has its own place";
    EXPECT_THAT(complaint_of(left_out, "sent"),
                HasSubstr("3 dead letters are not sent: other reasons (such as 1:100)"));
}

TEST(letter_counts, are_by_category_the_most_frequent_first_and_equals_by_name) {
    letter_counts counts;
    EXPECT_EQ(counts.text(), "");
    for (const char* const category : {"b", "a", "c", "c", "a", "b", "d", "d", "d"}) {
        dead_letter letter = some_letter(1, 0, "1", "x", 2);
        letter.category = category;
        letter.records[0].count = 2;
        counts.add(letter);
    }
    EXPECT_EQ(counts.text(), "d 3, a 2, b 2, c 2");
    EXPECT_EQ(counts.letters(), 9U);
    EXPECT_EQ(counts.records(), 18U);
}

TEST(letter_counts, of_more_than_twenty_categories_end_in_dots) {
    letter_counts counts;
    const auto add = [&](int number) {
        dead_letter letter = some_letter(1, 0, "1", "x");
        letter.category = "c" + std::to_string(number);
        counts.add(letter);
    };
    for (int i = 10; i < 30; ++i) add(i);
    EXPECT_THAT(counts.text(), EndsWith("c28 1, c29 1"));
    add(30);
    EXPECT_THAT(counts.text(), EndsWith("c28 1, c29 1, ..."));
}

TEST(letter_counts, category_is_one_short_line_whatever_stands_in_it) {
    letter_counts counts;
    dead_letter letter = some_letter(1, 0, "1", "x");
    letter.category = "a\x1b[2Jb\n" + std::string(200, 'c');
    counts.add(letter);
    EXPECT_THAT(counts.text(), ::testing::StartsWith("a [2Jb ccc"));
    EXPECT_EQ(counts.text().size(), 100U + 2);
}

} // namespace
} // namespace hubspool
