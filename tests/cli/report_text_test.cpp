// A report as text: its words and numbers, its folds, and what stands in front.
#include "cli/report/report_text.hpp"
#include "cli/some_report.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string text_with_queue(const std::string& queue) {
    span_report report = empty_report();
    report.queue = queue;
    return report_text(report);
}

TEST(report_text, line_of_80_columns_is_whole_and_of_81_goes_on_below_its_words) {
    const std::string a(34, 'a'), b(33, 'b');
    EXPECT_THAT(text_with_queue(a + ' ' + b), HasSubstr("\nqueue       " + a + ' ' + b + '\n'));
    EXPECT_THAT(text_with_queue(a + ' ' + b + 'b'),
                HasSubstr("\nqueue       " + a + "\n            " + b + "b\n"));
}

TEST(report_text, fold_goes_by_columns_and_not_by_bytes) {
    std::string wide;
    for (int i = 0; i < 16; ++i) wide += "日"; // two columns, three bytes
    EXPECT_THAT(text_with_queue(wide + ' ' + std::string(35, 'c')),
                HasSubstr("\nqueue       " + wide + ' ' + std::string(35, 'c') + '\n'));
    EXPECT_THAT(text_with_queue(wide + ' ' + std::string(36, 'c')),
                HasSubstr("\nqueue       " + wide + "\n            " + std::string(36, 'c')));
}

TEST(report_text, word_that_no_line_holds_is_cut_with_an_ellipsis) {
    EXPECT_THAT(text_with_queue(std::string(68, 'q')), HasSubstr(std::string(68, 'q') + '\n'));
    EXPECT_THAT(text_with_queue(std::string(69, 'q')),
                HasSubstr("queue       " + std::string(67, 'q') + "…\n"));
}

TEST(report_text, name_of_the_queue_cannot_steer_the_terminal) {
    EXPECT_THAT(text_with_queue("/q\x1b[2J\n"), HasSubstr("queue       /q\\x1b[2J\\x0a\n"));
}

TEST(report_text, of_nothing_has_the_books_and_no_more) {
    EXPECT_EQ(report_text(empty_report()),
              "report      from 2020-11-29 22:00:00Z to 2020-11-30 07:00:00Z\n"
              "queue       /q\n"
              "\n"
              "files       0 settled\n"
              "records     0\n"
              " delivered  0\n"
              " superseded 0\n"
              " dead       0\n"
              " pending    0\n"
              "requests    0, 0 of them failed; 0 objects retried in another one\n");
}

TEST(report_text, counts_stand_in_one_column_each_by_its_name) {
    span_report report = empty_report();
    report.files.add(reported_file(1, "a", 1234567890123, {5, 40, 300, 0, 2000}));
    EXPECT_THAT(report_text(report), HasSubstr("records     1234567890123\n"
                                               " delivered              5\n"
                                               " superseded            40\n"
                                               " unchanged           2000\n"
                                               " dead                 300\n"
                                               " pending    1234567887778\n"));
}

TEST(report_text, overtaken_and_unchanged_are_named_only_where_there_are_any) {
    span_report report = empty_report();
    report.files.add(reported_file(1, "a", 3, {1, 1, 1}));
    EXPECT_THAT(report_text(report),
                AllOf(HasSubstr(" superseded 1\n dead "), Not(HasSubstr("unchanged")),
                      Not(HasSubstr("delivered before"))));
    report.files.add(reported_file(2, "b", 2, {0, 1, 0, 1, 1}));
    EXPECT_THAT(report_text(report),
                HasSubstr(" superseded 2 (1 by what was delivered before)\n unchanged  1\n"));
}

TEST(report_text, files_are_told_by_what_became_of_them) {
    struct {
        bool settled, rejected;
        const char* words;
    } const table[] = {
        {true, false, "files       1 settled\n"},
        {true, true, "files       1 settled, 1 of them in rejected/\n"},
        {false, false, "files       0 settled; 1 not settled yet\n"},
        // It will go there, and lies in cur/ yet.
        {false, true, "files       0 settled; 1 not settled yet\n"},
    };
    for (const auto& row : table) {
        span_report report = empty_report();
        file_row file = reported_file(1, "a", 1, {1, 0, 0}, row.settled);
        if (row.rejected) file.keep_because = "it is empty";
        report.files.add(file);
        EXPECT_THAT(report_text(report), HasSubstr(row.words));
    }
}

TEST(report_text, one_object_is_one_object) {
    span_report report = empty_report();
    report.hours = {reported_hour(0h, 1, 1000)};
    report.hours[0].failed = 1;
    report.hours[0].retried = 1;
    EXPECT_THAT(report_text(report),
                HasSubstr("requests    1, 1 of them failed; 1 object retried in another one\n"
                          "slowest     hour from 2020-11-29 22:00:00Z: 1.0 s an answer; 1.0 s "
                          "over all\n"));
}

TEST(report_text, notes_on_history_and_end_stand_above_the_books) {
    span_report report = empty_report();
    report.history_from = report_evening - 1h;
    report.ended = "with 3 after 12 s";
    EXPECT_THAT(report_text(report),
                HasSubstr("queue       /q\n"
                          "note        what was settled before 2020-11-29 21:00:00Z is no longer "
                          "known\n"
                          "            (state.history)\n"
                          "ended       with 3 after 12 s\n"
                          "\n"
                          "files "));
}

TEST(report_text, each_park_has_a_line) {
    span_report report = empty_report();
    report.parks = {{park_reason::paused, report_evening, "by a person", {}},
                    {park_reason::unauthorized, report_evening + 1h, "401", {}}};
    EXPECT_THAT(report_text(report),
                EndsWith("parked      paused since 2020-11-29 22:00:00Z: by a person\n"
                         "parked      unauthorized since 2020-11-29 23:00:00Z: 401\n"));
}

TEST(report_text, parks_that_are_over_are_summed_and_told) {
    span_report report = empty_report();
    report.over = past_parks(report.span);
    report.over.add(
        {park_reason::unauthorized, report_evening - 1h, report_evening + 30min, "401"});
    report.over.add(
        {park_reason::paused, report_evening + 15min, report_evening + 1h, "by a person"});
    EXPECT_THAT(report_text(report),
                EndsWith("was parked  2, in which sending stood for 1h\n"
                         "    unauthorized from 2020-11-29 21:00:00Z for 1h 30m: 401\n"
                         "    paused from 2020-11-29 22:15:00Z for 45m: by a person\n"));
}

TEST(report_text, words_of_a_park_that_is_over_fit_the_width) {
    span_report report = empty_report();
    report.over = past_parks(report.span);
    std::string words;
    for (int i = 1; i < 60; ++i) words += std::string(i % 7 + 1, 'w') + ' ';
    report.over.add({park_reason::quota, report_evening, report_evening + 1h, words});
    const std::string text = report_text(report);
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t end = text.find('\n', from);
        EXPECT_LE(end - from, 80U) << text;
        from = end + 1;
    }
}

TEST(report_text, of_many_parks_the_longest_are_told) {
    past_parks parks({report_evening, report_evening + 9h});
    for (int i = 0; i < 30; ++i)
        parks.add({park_reason::quota, report_evening + i * 10min,
                   report_evening + i * 10min + (i % 2 == 0 ? 1min : 2min), std::to_string(i)});
    EXPECT_EQ(parks.count(), 30U);
    EXPECT_EQ(parks.stood(), 45min);
    ASSERT_EQ(parks.longest().size(), past_parks::shown_max);
    for (int i = 1; i < 30; i += 2)
        EXPECT_TRUE(
            std::any_of(parks.longest().begin(), parks.longest().end(),
                        [&](const ended_park& park) { return park.words == std::to_string(i); }))
            << i;
}

TEST(report_text, words_of_a_park_are_one_line_and_end_somewhere) {
    const park_row park{
        park_reason::quota, report_evening, "a\nb\x1b[1m" + std::string(300, 'w'), {}};
    const std::string words = park_text(park);
    EXPECT_THAT(words, StartsWith("quota since 2020-11-29 22:00:00Z: a b [1mww"));
    EXPECT_THAT(words, EndsWith("w…"));
    EXPECT_EQ(words.size(), std::string("quota since 2020-11-29 22:00:00Z: ").size() + 200);
}

TEST(report_text, the_day_is_told_with_what_is_known_of_it) {
    using day = daemon_status::day_figures;
    struct {
        std::optional<day> today;
        const char* words;
    } const table[] = {
        {std::nullopt, ""},
        {day{1, {}, {}, report_evening}, "1 request, until 2020-11-29 22:00:00Z"},
        {day{2, 100, {}, report_evening}, "2 requests of 100, until 2020-11-29 22:00:00Z"},
        {day{0, {}, 7, report_evening},
         "0 requests; the account has 7 left, until 2020-11-29 22:00:00Z"},
        {day{5, 6, 0, report_evening},
         "5 requests of 6; the account has 0 left, until 2020-11-29 22:00:00Z"},
    };
    for (const auto& row : table) {
        span_report report = empty_report();
        report.today = row.today;
        EXPECT_EQ(day_text(report), row.words);
    }
}

TEST(report_text, reasons_are_told_with_three_examples_and_how_many_more) {
    for (const std::uint64_t letters : {3U, 4U}) {
        span_report report = empty_report();
        report.names = {{9, "a.ndjson"}};
        for (std::uint64_t i = 0; i < letters; ++i)
            report.dead.add(some_letter(9, 20 * i, "7", "no"));
        EXPECT_THAT(report_text(report),
                    EndsWith("    9:40  object 7  a.ndjson line 3\n" +
                             std::string(letters == 3 ? "" : "    and 1 more\n")));
    }
}

TEST(report_text, one_dead_letter_of_one_record_is_told_so) {
    span_report report = empty_report();
    report.dead.add(some_letter(9, 0, "7", "no"));
    EXPECT_THAT(report_text(report), HasSubstr("\nDead letters: 1 of 1 record\n"
                                               "1 record VALIDATION_ERROR: no\n"
                                               "    9:0  object 7   line 1\n"));
}

TEST(report_text, reasons_that_are_not_shown_are_counted) {
    struct {
        std::size_t reasons;
        const char* end;
    } const table[] = {{20, "line 1\n"},
                       {21, "line 1\nand 1 more reason\n"},
                       {22, "line 1\nand 2 more reasons\n"}};
    for (const auto& row : table) {
        span_report report = empty_report();
        for (std::size_t i = 0; i < row.reasons; ++i)
            report.dead.add(some_letter(9, 0, "7", "reason " + std::to_string(i)));
        EXPECT_THAT(report_text(report), EndsWith(row.end)) << row.reasons;
    }
}

TEST(report_text, example_says_which_object_and_where) {
    span_report report = empty_report();
    report.names = {{7, "new\nline"}, {8, std::string(300, 'n')}};
    EXPECT_EQ(example_text({"7:0", "", 7, 4}, report), "7:0  object ?  new line line 4");
    EXPECT_EQ(example_text({"9:5", "12", 9, 1}, report), "9:5  object 12   line 1")
        << "its row is gone";
    EXPECT_EQ(example_text({"8:5", "12", 8, 1}, report),
              "8:5  object 12  " + std::string(197, 'n') + "… line 1");
}

TEST(report_text, remark_of_a_file_says_what_is_not_as_usual) {
    struct {
        const char *keep_because, *remark;
        fate_counts counts;
        bool settled;
        const char* words;
    } const table[] = {
        {nullptr, "", {9, 9, 9}, true, ""},
        {nullptr, "", {}, false, "not settled yet"},
        {"it is empty", "", {}, true, "it is empty"},
        {nullptr, "", {0, 5, 0, 3}, true, "3 superseded by what was delivered before"},
        {nullptr, "", {0, 0, 0, 0, 4}, true, "4 unchanged"},
        {nullptr, "2 of its texts were mended", {}, true, "2 of its texts were mended"},
        {"a\nb",
         "c\x1b",
         {0, 1, 0, 1, 2},
         false,
         "a b; 1 superseded by what was delivered before; 2 unchanged; c ; not settled yet"},
    };
    for (const auto& row : table) {
        file_row file = reported_file(1, "a", 0, row.counts, row.settled);
        if (row.keep_because != nullptr) file.keep_because = row.keep_because;
        file.remark = row.remark;
        EXPECT_EQ(remark_of(file), row.words);
    }
    file_row long_one = reported_file(1, "a", 0, {});
    long_one.keep_because = std::string(500, 'k');
    EXPECT_EQ(remark_of(long_one), std::string(197, 'k') + "…");
}

TEST(report_text, file_table_has_each_number_in_its_column) {
    report_files files;
    file_row row = reported_file(7, "a", 150, {100, 30, 15});
    row.lane = lane::live;
    files.add(row);
    EXPECT_EQ(report_files_text(files),
              "file  lane  records  delivered  superseded  dead  pending  name  remark\n"
              "   7  live      150        100          30    15        5  a\n");
}

TEST(report_text, name_and_remark_that_do_not_fit_stand_below_their_file) {
    report_files files;
    file_row row = reported_file(7, "a\tlong\\name.ndjson", 1, {1, 0, 0});
    row.remark = "3 of its texts were mended";
    files.add(row);
    EXPECT_EQ(report_files_text(files),
              "file  lane  records  delivered  superseded  dead  pending\n"
              "    name  remark\n"
              "   7  bulk        1          1           0     0        0\n"
              "    a\\x09long\\x5cname.ndjson  3 of its texts were mended\n");
}

TEST(report_text, files_that_are_not_shown_are_summed_below_the_table) {
    struct {
        std::uint64_t files;
        const char* end;
    } const table[] = {
        {20, "  1 unchanged\n"},
        {21, "and 1 file with less trouble: 9 records, delivered 1, superseded 2, unchanged 1,\n"
             "    dead 3, pending 2\n"},
        {22, "and 2 files with less trouble: 18 records, delivered 2, superseded 4, unchanged\n"
             "    2, dead 6, pending 4\n"},
    };
    for (const auto& row : table) {
        report_files files;
        for (std::uint64_t i = 0; i < row.files; ++i)
            files.add(reported_file(1 + i, "f", 9, {1, 2, 3, 0, 1}));
        EXPECT_THAT(report_files_text(files), EndsWith(row.end)) << row.files;
    }
}

} // namespace
} // namespace hubspool
