// A report of a span: how it is summed, and what it looks like in each form.
#include "cli/report/report_chart.hpp"
#include "cli/report/report_forms.hpp"
#include "cli/report/report_html.hpp"
#include "cli/report/report_text.hpp"
#include "cli/some_report.hpp"
#include "cli/terminal.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::string_view night_as_text =
    R"(report      from 2020-11-29 22:00:00Z to 2020-11-30 07:00:00Z
queue       /var/spool/hubspool

files       2 settled, 1 of them in rejected/; 1 not settled yet
records     300005
 delivered  298992
 superseded   1000 (40 by what was delivered before)
 dead           10
 pending         3
requests    3000, 2 of them failed; 200 objects retried in another one
slowest     hour from 2020-11-29 23:00:00Z: 450 ms an answer; 351 ms over all
today       3000 requests of 250000; the account has 180000 left, until
            2020-11-30 05:00:00Z
parked      quota since 2020-11-30 03:00:00Z: the day's requests are spent
)";

TEST(span_report, text_of_a_night) {
    const std::string text = report_text(reported_night());
    EXPECT_EQ(text.substr(0, night_as_text.size()), night_as_text);
    EXPECT_THAT(text, HasSubstr("\nDead letters: 6 of 11 records\n"
                                "10 records VALIDATION_ERROR: no property \"nope\"\n"
                                "    11:0  object 40  contacts.ndjson line 1\n"));
    EXPECT_THAT(text, HasSubstr("    and 2 more\n1 record VALIDATION_ERROR: an object that"));
    EXPECT_THAT(text, HasSubstr("    11:900  object ?  contacts.ndjson line 46\n"));
    EXPECT_THAT(text, HasSubstr("\nFiles, the most trouble first\n"));
}

TEST(span_report, no_line_of_a_text_is_wider_than_80_columns) {
    span_report report = reported_night();
    report.queue = "/" + std::string(300, 'q');
    report.ended = "with 4 after 3.2 s: " + std::string(50, 'w') + " " + std::string(50, 'v');
    report.files.add(reported_file(14, std::string(200, 'n'), 18446744073709551ULL, {1, 2, 3, 4}));
    report.dead.add(some_letter(14, 0, std::string(90, '9'), std::string(250, 'r')));
    report.names[14] = std::string(250, 'n');
    std::istringstream lines(report_text(report));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(display_width(line), 80U) << line;
}

TEST(span_report, counts_are_those_of_the_books_in_every_form) {
    const span_report report = reported_night();
    EXPECT_EQ(report.files.sums().records_in, 300005U);
    EXPECT_EQ(report.files.sums().fates.settled() + report.files.sums().pending, 300005U);
    EXPECT_THAT(
        report_in(report_form::json, report),
        AllOf(HasSubstr(R"("records":{"records_in":300005,"delivered":298992,)"
                        R"("superseded":1000,"overtaken":40,"unchanged":0,"dead_lettered":10,)"
                        R"("pending":3})"),
              HasSubstr(R"("slowest_hour":"2020-11-29T23:00:00.000Z")"),
              HasSubstr(R"("account_remaining":180000)")));
    EXPECT_THAT(report_in(report_form::html, report),
                AllOf(HasSubstr("<th>records</th><td>300005</td>"),
                      HasSubstr("<th>delivered</th><td>298992</td>")));
}

TEST(span_report, file_that_is_not_read_to_its_end_counts_with_what_is_settled) {
    file_row row = reported_file(1, "a", 0, {3, 1, 0}, false);
    row.records_in.reset();
    const report_counts counts = counts_of(row);
    EXPECT_EQ(counts.records_in, 4U);
    EXPECT_EQ(counts.pending, 0U);
}

TEST(span_report, of_many_files_the_worst_are_told_and_the_rest_is_summed) {
    report_files files;
    for (std::uint64_t i = 1; i <= 1000; ++i)
        files.add(reported_file(i, "f", 10, {10 - i % 7 % 2, 0, i % 7 % 2}));
    ASSERT_THAT(files.troubled(), SizeIs(report_files::shown_max));
    EXPECT_EQ(files.troubled().front().counts.dead, 1U);
    EXPECT_EQ(files.rest().records_in, 10000U - 200);
    EXPECT_EQ(files.rest().fates.dead + 20, files.sums().fates.dead);
    EXPECT_THAT(report_files_text(files),
                HasSubstr("and 980 files with less trouble: 9800 records"));
}

TEST(span_report, reasons_beyond_what_is_kept_are_in_the_sums) {
    report_reasons reasons;
    for (std::uint64_t i = 0; i < report_reasons::kept_max + 50; ++i)
        reasons.add(some_letter(1, i, "1", "reason " + std::to_string(i)));
    EXPECT_EQ(reasons.letters(), report_reasons::kept_max + 50);
    EXPECT_EQ(reasons.reasons(), report_reasons::kept_max);
    EXPECT_THAT(reasons.largest(), SizeIs(report_reasons::shown_max));
}

TEST(span_report, nothing_came_of_nothing) {
    span_report report;
    report.span = {report_evening, report_evening + 9h};
    EXPECT_THAT(report_text(report), HasSubstr("files       0 settled\nrecords     0\n"));
    EXPECT_THAT(report_files_text(report.files), IsEmpty());
    EXPECT_THAT(report_html(report), Not(HasSubstr("<svg")));
    EXPECT_THAT(report_in(report_form::json, report), HasSubstr(R"("slowest_hour":null)"));
}

// Whatever stands in names, reasons and ids.
TEST(span_report, page_shows_data_and_takes_none_of_it_for_markup) {
    span_report report = reported_night();
    const std::string attack = "<script>alert('x')</script>\"&\x1b[31m";
    report.queue = attack;
    report.ended = attack;
    report.files.add(reported_file(15, attack, 1, {0, 0, 1}));
    report.dead.add(some_letter(15, 0, attack, attack));
    report.names[15] = attack;
    report.parks[0].words = attack;
    const std::string page = report_html(report);
    for (const char* const wrong : {"<script", "<i>", "alert('", "\x1b", "http://", "https://"})
        EXPECT_THAT(page, Not(HasSubstr(wrong)));
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;"));
}

TEST(span_report, chart_has_a_bar_an_hour_and_joins_those_of_a_long_span) {
    const std::vector<hour_figures> few =
        chart_steps({reported_hour(0h, 1, 10), reported_hour(3h, 2, 20)});
    ASSERT_THAT(few, SizeIs(4));
    EXPECT_EQ(few[1].requests, 0U);
    EXPECT_EQ(few[3].requests, 2U);
    std::vector<hour_figures> quarter;
    for (int hour = 0; hour < 90 * 24; ++hour) quarter.push_back(reported_hour(hour * 1h, 1, 10));
    const std::vector<hour_figures> many = chart_steps(quarter);
    EXPECT_LE(many.size(), chart_bars_max);
    std::uint64_t requests = 0;
    for (const hour_figures& step : many) requests += step.requests;
    EXPECT_EQ(requests, 90U * 24);
    EXPECT_THAT(chart_steps({}), IsEmpty());
}

TEST(span_report, bars_of_a_chart_stay_within_it) {
    const std::string svg = bar_chart("t", "u", {{"a", 0}, {"b", 50}, {"c", 100}});
    EXPECT_THAT(svg, HasSubstr("height=\"120.0\"><title>c: 100 u</title>"));
    EXPECT_THAT(svg, HasSubstr("height=\"60.0\"><title>b: 50 u</title>"));
    EXPECT_THAT(svg, HasSubstr("height=\"0.0\"><title>a: 0 u</title>"));
    EXPECT_THAT(bar_chart("t", "u", {}), IsEmpty());
}

} // namespace
} // namespace hubspool
