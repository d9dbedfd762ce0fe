// The forms of a report but text: JSON, and a page with its charts.
#include "cli/json_value.hpp"
#include "cli/report/report_chart.hpp"
#include "cli/report/report_forms.hpp"
#include "cli/report/report_html.hpp"
#include "cli/some_report.hpp"

#include <gmock/gmock.h>

#include <utility>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST(report_forms, are_known_by_name_and_by_the_end_of_a_file) {
    EXPECT_EQ(form_named("text"), report_form::text);
    EXPECT_EQ(form_named("html"), report_form::html);
    EXPECT_EQ(form_named("json"), report_form::json);
    for (const char* const none : {"", "TEXT", "txt", "htm", "pdf", "json "})
        EXPECT_FALSE(form_named(none)) << none;
    const std::vector<std::pair<const char*, report_form>> table{
        {"a.html", report_form::html},    {"a.htm", report_form::html},
        {"a.txt", report_form::text},     {"a.json", report_form::json},
        {"a", report_form::json},         {"html", report_form::json},
        {"a.html.gz", report_form::json}, {".txt", report_form::text}};
    for (const auto& [path, form] : table) EXPECT_EQ(form_of_file(path), form) << path;
}

TEST(report_json, of_a_night_has_each_number_under_its_key) {
    span_report report = reported_night();
    report.files.add(reported_file(14, "u", 7, {1, 2, 0, 1, 4}));
    expect_json(
        report_in(report_form::json, report),
        {{"/since", "\"2020-11-29T22:00:00.000Z\""},
         {"/until", "\"2020-11-30T07:00:00.000Z\""},
         {"/queue", "\"/var/spool/hubspool\""},
         {"/known_since", "none"},
         {"/records/records_in", "300012"},
         {"/records/delivered", "298993"},
         {"/records/superseded", "1002"},
         {"/records/overtaken", "41"},
         {"/records/unchanged", "4"},
         {"/records/dead_lettered", "10"},
         {"/records/pending", "3"},
         {"/files/settled", "3"},
         {"/files/open", "1"},
         {"/files/rejected", "1"},
         {"/files/most_trouble/0/number", "12"},
         {"/files/most_trouble/0/keep_because", "\"it looks like CSV; hubspool takes JSON\""},
         {"/files/most_trouble/0/settled", "\"2020-11-29T22:00:00.000Z\""},
         {"/files/most_trouble/2/name", "\"change.json\""},
         {"/files/most_trouble/2/lane", "\"bulk\""},
         {"/files/most_trouble/2/pending", "3"},
         {"/files/most_trouble/2/settled", "none"},
         {"/files/most_trouble/2/keep_because", "none"},
         {"/files/others/files", "0"},
         {"/files/others/records_in", "0"}});
}

TEST(report_json, of_a_night_tells_letters_hours_day_and_parks) {
    span_report report = reported_night();
    report.history_from = report_evening - 1h;
    report.hours[2].dead_lettered = 6;
    const std::string json = report_in(report_form::json, report);
    expect_json(json,
                {{"/known_since", "\"2020-11-29T21:00:00.000Z\""},
                 {"/dead_letters/letters", "6"},
                 {"/dead_letters/records", "11"},
                 {"/dead_letters/reasons/0/reason", "\"VALIDATION_ERROR: no property \"nope\"\""},
                 {"/dead_letters/reasons/0/letters", "5"},
                 {"/dead_letters/reasons/0/records", "10"},
                 {"/dead_letters/reasons/0/examples/1/id", "\"11:20\""},
                 {"/dead_letters/reasons/0/examples/1/object_id", "\"41\""},
                 {"/dead_letters/reasons/0/examples/1/file", "11"},
                 {"/dead_letters/reasons/0/examples/1/name", "\"contacts.ndjson\""},
                 {"/dead_letters/reasons/0/examples/1/line", "2"},
                 {"/requests/requests", "3000"},
                 {"/requests/failed", "2"},
                 {"/requests/inputs", "300000"},
                 {"/requests/delivered", "300000"},
                 {"/requests/retried", "200"},
                 {"/requests/dead_lettered", "6"},
                 {"/requests/answer_ms", "351"},
                 {"/requests/slowest_hour", "\"2020-11-29T23:00:00.000Z\""},
                 {"/hours/2/begins", "\"2020-11-30T02:00:00.000Z\""},
                 {"/hours/2/requests", "100"},
                 {"/hours/2/answer_ms", "200"},
                 {"/today/requests", "3000"},
                 {"/today/allowed", "250000"},
                 {"/today/account_remaining", "180000"},
                 {"/today/ends", "\"2020-11-30T05:00:00.000Z\""},
                 {"/parks/0/reason", "\"quota\""},
                 {"/parks/0/since", "\"2020-11-30T03:00:00.000Z\""},
                 {"/parks/0/words", "\"the day's requests are spent\""},
                 {"/parks_over/count", "0"},
                 {"/parks_over/stood_ms", "0"}});
    const json_lookup read(json);
    EXPECT_EQ(read.elements("/hours"), 3U);
    EXPECT_EQ(read.elements("/dead_letters/reasons/0/examples"), 3U);
    EXPECT_EQ(read.elements("/files/most_trouble"), 3U);
}

TEST(report_json, what_is_not_known_is_null_and_not_zero) {
    span_report report = empty_report();
    report.hours = {reported_hour(0h, 1, 0)};
    report.hours[0].answered = 0;
    report.today = daemon_status::day_figures{1, {}, {}, report_evening};
    EXPECT_THAT(report_in(report_form::json, report),
                AllOf(HasSubstr(R"("dead_lettered":0,"answer_ms":null,"slowest_hour":null})"),
                      HasSubstr(R"("today":{"requests":1,"allowed":null,)"
                                R"("account_remaining":null,"ends":")")));
    EXPECT_THAT(report_in(report_form::json, empty_report()), HasSubstr(R"("today":null)"));
}

TEST(report_json, whatever_stands_in_the_data_stays_text) {
    const std::string attack = "\",\"x\":\"\n\x1b\xff\\";
    span_report report = empty_report();
    report.queue = attack;
    report.files.add(reported_file(1, attack, 0, {}));
    report.dead.add(some_letter(1, 0, attack, attack));
    report.names[1] = attack;
    const std::string json = report_in(report_form::json, report);
    const json_lookup read(json);
    ASSERT_TRUE(read.is_object()) << json;
    EXPECT_THAT(read.text("/queue").value_or(""), HasSubstr("\",\"x\":\"\n\x1b"));
    EXPECT_EQ(read.elements("/files/most_trouble"), 1U);
    EXPECT_THAT(read.text("/dead_letters/reasons/0/examples/0/object_id").value_or(""),
                HasSubstr("\",\"x\":\""));
}

TEST(report_page, tells_each_fact_once_and_under_its_name) {
    span_report report = reported_night();
    report.history_from = report_evening - 1h;
    report.ended = "with 3";
    report.files.add(reported_file(14, "u", 4, {0, 0, 0, 0, 4}));
    const std::string page = report_html(report);
    for (const char* const fact : {
             "<p>from 2020-11-29 22:00:00Z to 2020-11-30 07:00:00Z</p>",
             "<th>queue</th><td>/var/spool/hubspool</td>",
             "<th>no longer known</th><td>what was settled before 2020-11-29 21:00:00Z "
             "(state.history)</td>",
             "<th>ended</th><td>with 3</td>",
             "<th>files</th><td>3 settled, 1 of them in rejected/; 1 not settled yet</td>",
             "<th>records</th><td>300009</td>",
             "<th>delivered</th><td>298992</td>",
             "<th>superseded</th><td>1000 (40 by what was delivered before)</td>",
             "<th>unchanged</th><td>4</td>",
             "<th>dead</th><td>10</td>",
             "<th>pending</th><td>3</td>",
             "<th>requests</th><td>3000, 2 of them failed; 200 objects retried in another one</td>",
             "<th>slowest hour</th><td>from 2020-11-29 23:00:00Z: 450 ms an answer; 351 ms over "
             "all</td>",
             "<th>today</th><td>3000 requests of 250000; the account has 180000 left, until ",
             "<th>parked</th><td>quota since 2020-11-30 03:00:00Z: the day&#39;s requests are "
             "spent</td>",
         })
        EXPECT_THAT(page, HasSubstr(fact));
    const std::string nothing = report_html(empty_report());
    for (const char* const absent : {"no longer known", "ended", "unchanged", "slowest", "today",
                                     "parked", "Dead letters", "most trouble", "<svg"})
        EXPECT_THAT(nothing, Not(HasSubstr(absent)));
}

TEST(report_page, file_table_has_each_number_in_its_column) {
    span_report report = empty_report();
    report.files.add(reported_file(7, "a&b", 150, {100, 30, 15}));
    EXPECT_THAT(report_html(report),
                HasSubstr("<tr><td class=\"n\">7</td><td>bulk</td><td>a&amp;b</td>"
                          "<td class=\"n\">150</td><td class=\"n\">100</td><td class=\"n\">30</td>"
                          "<td class=\"n\">15</td><td class=\"n\">5</td><td></td></tr>\n</table>"));
}

TEST(report_page, files_and_reasons_that_are_not_shown_are_counted) {
    span_report report = empty_report();
    for (std::uint64_t i = 0; i < 21; ++i) {
        report.files.add(reported_file(1 + i, "f", 2, {0, 0, 2}));
        report.dead.add(some_letter(1, i, "1", "reason " + std::to_string(i)));
    }
    EXPECT_THAT(report_html(report),
                AllOf(HasSubstr("<td>1 other file with less trouble</td><td class=\"n\">2</td>"
                                "<td class=\"n\">0</td><td class=\"n\">0</td>"
                                "<td class=\"n\">2</td><td class=\"n\">0</td><td></td></tr>"),
                      HasSubstr("<h2>Dead letters: 21 of 21 records</h2>"),
                      HasSubstr("<p>and 1 more reason</p>")));
}

TEST(report_page, dead_letters_stand_by_reason_with_their_examples) {
    EXPECT_THAT(report_html(reported_night()),
                HasSubstr("<tr><td class=\"n\">10</td><td>VALIDATION_ERROR: no property "
                          "&quot;nope&quot;<br>11:0  object 40  contacts.ndjson line 1"
                          "<br>11:20  object 41  contacts.ndjson line 2<br>"));
}

TEST(report_page, lets_nothing_run_and_loads_nothing) {
    EXPECT_THAT(report_html(reported_night()),
                HasSubstr("Content-Security-Policy\" content=\"default-src 'none'; style-src "
                          "'unsafe-inline'\""));
}

TEST(html_text, marks_and_what_steers_a_terminal_are_shown_and_not_taken) {
    const std::vector<std::pair<const char*, const char*>> table{
        {"", ""},
        {"plain, äöü 日本", "plain, äöü 日本"},
        {"<a href=\"x\">&amp;</a>", "&lt;a href=&quot;x&quot;&gt;&amp;amp;&lt;/a&gt;"},
        {"it's", "it&#39;s"},
        {"a\nb\x1b\x7f", "a\\x0ab\\x1b\\x7f"},
        {"\xff", "\\xff"}};
    for (const auto& [text, shown] : table) EXPECT_EQ(html_text(text), shown);
}

TEST(bar_chart, has_a_rectangle_for_each_bar_where_it_belongs) {
    const std::string svg = bar_chart("A & B", "<ms>", {{"first", 0}, {"2", 50}, {"'last'", 100}});
    for (const char* const part :
         {"<h2>A &amp; B</h2>\n<svg viewBox=\"0 0 720 156\" width=\"100%\" role=\"img\">\n"
          "<text x=\"0\" y=\"12\">100 &lt;ms&gt;</text>\n",
          "<rect x=\"18.0\" y=\"138.0\" width=\"204.0\" height=\"0.0\"><title>first: 0 &lt;ms&gt;",
          "<rect x=\"258.0\" y=\"78.0\" width=\"204.0\" height=\"60.0\"><title>2: 50 ",
          "<rect x=\"498.0\" y=\"18.0\" width=\"204.0\" height=\"120.0\"><title>&#39;last&#39;: ",
          "<text x=\"0\" y=\"152\">first</text>\n",
          "<text x=\"720\" y=\"152\" text-anchor=\"end\">&#39;last&#39;</text>\n</svg>\n"})
        EXPECT_THAT(svg, HasSubstr(part));
}

TEST(bar_chart, of_one_bar_names_it_once_and_of_zeros_divides_by_none) {
    const std::string svg = bar_chart("t", "u", {{"only", 0}});
    EXPECT_THAT(svg, AllOf(Not(HasSubstr("text-anchor")), HasSubstr(">only</text>"),
                           HasSubstr("height=\"0.0\"><title>only: 0 u</title>"),
                           HasSubstr(">1 u</text>"), Not(HasSubstr("nan"))));
}

TEST(chart_steps, join_hours_only_when_there_are_more_than_bars) {
    const auto of_hours = [](int hours) {
        std::vector<hour_figures> all;
        for (int hour = 0; hour < hours; ++hour) all.push_back(reported_hour(hour * 1h, 1, 10));
        return chart_steps(all);
    };
    EXPECT_THAT(of_hours(1), SizeIs(1));
    EXPECT_THAT(of_hours(96), SizeIs(96));
    const auto joined = of_hours(97);
    ASSERT_THAT(joined, SizeIs(49));
    EXPECT_EQ(joined[1].begins, report_evening + 2h);
    EXPECT_EQ(joined[1].requests, 2U);
    EXPECT_EQ(joined[48].requests, 1U);
    EXPECT_THAT(of_hours(192), SizeIs(96));
    EXPECT_THAT(of_hours(193), SizeIs(65)) << "of three hours each";
    EXPECT_THAT(chart_steps({}), IsEmpty());
}

} // namespace
} // namespace hubspool
