// The sums of a report: which file has more trouble, and which hour was slow.
#include "cli/some_report.hpp"

#include <gmock/gmock.h>

#include <utility>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::SizeIs;

file_row rejected_file(std::uint64_t number) {
    file_row row = reported_file(number, "r", 0, {});
    row.keep_because = "it is empty";
    return row;
}

std::vector<std::uint64_t> numbers_of(const std::vector<file_row>& rows) {
    std::vector<std::uint64_t> numbers;
    for (const file_row& row : rows) numbers.push_back(row.number);
    return numbers;
}

TEST(report_files, most_trouble_comes_first_whatever_came_first) {
    report_files files;
    files.add(reported_file(1, "large", 1000, {1000, 0, 0}));
    files.add(reported_file(2, "small", 10, {10, 0, 0}));
    files.add(reported_file(3, "small too", 10, {10, 0, 0}));
    files.add(reported_file(4, "overtaken", 5, {0, 5, 0, 5}));
    files.add(reported_file(5, "more overtaken", 6, {0, 6, 0, 6}));
    files.add(reported_file(6, "pending", 6, {5, 0, 0}, false));
    files.add(reported_file(7, "dead", 1, {0, 0, 1}));
    files.add(reported_file(8, "more dead", 2, {0, 0, 2}));
    files.add(rejected_file(9));
    EXPECT_THAT(numbers_of(files.troubled()), ElementsAre(9, 8, 7, 6, 5, 4, 1, 2, 3));
}

TEST(report_files, one_more_than_is_shown_leaves_out_the_one_with_the_least_trouble) {
    report_files files;
    files.add(reported_file(1, "no trouble", 100, {100, 0, 0}));
    for (std::uint64_t i = 0; i < report_files::shown_max; ++i)
        files.add(reported_file(2 + i, "dead", 1, {0, 0, 1}));
    EXPECT_THAT(files.troubled(), SizeIs(20));
    EXPECT_EQ(files.troubled().front().number, 2U);
    EXPECT_EQ(files.rest().records_in, 100U);
    EXPECT_EQ(files.rest().fates, (fate_counts{100, 0, 0}));
    EXPECT_EQ(files.all(), 21U);
}

TEST(report_files, rest_is_what_is_not_shown_in_each_count) {
    report_files files;
    for (std::uint64_t i = 0; i < report_files::shown_max; ++i)
        files.add(reported_file(1 + i, "dead", 9, {0, 0, 9}));
    files.add(reported_file(40, "a", 100, {10, 20, 3, 4, 5}));
    files.add(reported_file(41, "b", 100, {1, 2, 4, 1, 1}));
    const report_counts rest = files.rest();
    EXPECT_EQ(rest.records_in, 200U);
    EXPECT_EQ(rest.fates, (fate_counts{11, 22, 7, 5, 6}));
    EXPECT_EQ(rest.pending, 200U - 38 - 8);
}

TEST(report_files, books_with_more_fates_than_records_have_none_pending) {
    const report_counts counts = counts_of(reported_file(1, "a", 2, {3, 1, 0}));
    EXPECT_EQ(counts.records_in, 4U);
    EXPECT_EQ(counts.pending, 0U);
}

TEST(report_reasons, most_records_come_first_and_equals_by_their_words) {
    report_reasons reasons;
    reasons.add(some_letter(1, 0, "1", "b", 2));
    reasons.add(some_letter(1, 20, "1", "c", 1));
    reasons.add(some_letter(1, 40, "1", "a", 2));
    for (std::uint64_t i = 0; i < 3; ++i) reasons.add(some_letter(1, 60 + i, "1", "d"));
    std::vector<std::string> words;
    for (const auto& reason : reasons.largest())
        words.push_back(reason.words.substr(reason.words.size() - 1));
    EXPECT_THAT(words, ElementsAre("d", "a", "b", "c"));
    EXPECT_EQ(reasons.records(), 8U);
}

TEST(report_reasons, category_and_words_of_many_lines_are_one_reason_in_one_line) {
    report_reasons reasons;
    reasons.add(some_letter(1, 0, "1", "a\nb"));
    reasons.add(some_letter(1, 1, "1", "a b"));
    reasons.add(some_letter(1, 2, "1", std::string(400, 'x')));
    ASSERT_EQ(reasons.reasons(), 2U);
    EXPECT_EQ(reasons.largest()[0].words, "VALIDATION_ERROR: a b");
    EXPECT_EQ(reasons.largest()[0].letters, 2U);
    EXPECT_EQ(reasons.largest()[1].words.size(), 300U);
}

TEST(report_reasons, example_has_the_place_the_object_and_the_last_line) {
    report_reasons reasons;
    dead_letter merged = some_letter(3, 40, std::string(200, '9'), "no");
    merged.records.push_back({4, 60, 20, 0, 1, 77, ""});
    reasons.add(merged);
    dead_letter without = some_letter(3, 41, "1", "no");
    without.records.clear();
    reasons.add(without);
    const auto examples = reasons.largest()[0].examples;
    ASSERT_THAT(examples, SizeIs(2));
    EXPECT_EQ(examples[0].letter, "3:40");
    EXPECT_EQ(examples[0].file, 3U);
    EXPECT_EQ(examples[0].line, 77U);
    EXPECT_EQ(examples[0].object_id.size(), 100U);
    EXPECT_EQ(examples[1].line, 0U);
}

TEST(report_hours, slowest_is_by_the_mean_and_the_first_of_equals) {
    span_report report;
    EXPECT_FALSE(report.slowest_hour());
    hour_figures none = reported_hour(0h, 5, 900);
    none.answered = 0;
    report.hours = {none};
    EXPECT_FALSE(report.slowest_hour()) << "nothing was answered in it";
    // More requests, more time in all, and still faster.
    report.hours = {none, reported_hour(1h, 1000, 50), reported_hour(2h, 1, 70),
                    reported_hour(3h, 2, 70)};
    ASSERT_TRUE(report.slowest_hour());
    EXPECT_EQ(report.slowest_hour()->begins, report_evening + 2h);
}

TEST(report_hours, time_of_an_answer_is_the_mean_in_a_unit_for_a_person) {
    hour_figures hour;
    EXPECT_EQ(mean_answer_ms(hour), 0U);
    const std::vector<std::pair<std::uint64_t, const char*>> table{
        {0, "0 ms"},     {1, "0 ms"},     {2, "1 ms"},        {1999, "999 ms"},     {2000, "1.0 s"},
        {2500, "1.2 s"}, {3000, "1.5 s"}, {120000, "60.0 s"}, {7200000, "3600.0 s"}};
    hour.answered = 2;
    for (const auto& [ms, words] : table) {
        hour.answered_ms = ms;
        EXPECT_EQ(answer_time_text(hour), words) << ms;
    }
}

} // namespace
} // namespace hubspool
