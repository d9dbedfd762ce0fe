// What a drain says when it has ended, of values and over a state.
#include "base/clocks.hpp"
#include "cli/drain/drain_summary.hpp"
#include "cli/json_value.hpp"
#include "cli/some_letters.hpp"
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

drain_summary ended_well() {
    drain_summary summary;
    summary.ended.requests = 3;
    summary.ended.took = 12'345ms;
    summary.ended.totals.delivered = 250;
    summary.ended.totals.superseded = 7;
    summary.finished = report_evening;
    return summary;
}

TEST(drain_summary_text, of_a_queue_that_was_delivered_is_one_line) {
    EXPECT_EQ(summary_text(ended_well(), "/etc/h.yaml"),
              "delivered 250 records, superseded 7, dead-lettered 0; 3 requests in 12.3 s\n");
}

TEST(drain_summary_text, of_one_record_and_one_request_says_so) {
    drain_summary summary = ended_well();
    summary.ended.requests = 1;
    summary.ended.totals.delivered = 1;
    summary.ended.took = 49ms;
    EXPECT_THAT(summary_text(summary, ""),
                AllOf(StartsWith("delivered 1 record, "), HasSubstr("; 1 request in 0.0 s\n")));
}

TEST(drain_summary_text, overtaken_and_unchanged_are_told_where_there_are_any) {
    drain_summary summary = ended_well();
    summary.ended.totals.overtaken = 5;
    summary.ended.totals.unchanged = 900;
    EXPECT_THAT(summary_text(summary, ""),
                HasSubstr("superseded 7 (5 by what was delivered before), unchanged 900, "
                          "dead-lettered 0"));
}

TEST(drain_summary_text, trouble_has_the_command_that_tells_more) {
    drain_summary summary = ended_well();
    summary.ended.exit_code = 3;
    summary.ended.totals.dead_lettered = 2;
    summary.ended.rejected_files = 1;
    EXPECT_THAT(summary_text(summary, "/etc/h.yaml"),
                EndsWith("`hubspool dead-letters list -c /etc/h.yaml` shows what could not be "
                         "delivered\n"
                         "1 file went to rejected/, not or not wholly read; `hubspool files "
                         "--failed -c /etc/h.yaml` shows why\n"));
    summary.ended.rejected_files = 2;
    EXPECT_THAT(summary_text(summary, ""), HasSubstr("2 files went to rejected/"));
}

TEST(drain_summary_text, what_is_left_is_told_only_by_one_that_was_stopped) {
    drain_summary summary = ended_well();
    status_report left;
    left.open_files = 1;
    left.waiting = {4, 100};
    left.unread = {5, 2048};
    left.totals.pending = 1;
    summary.left = left;
    for (const int code : {0, 1, 3}) {
        summary.ended.exit_code = code;
        EXPECT_THAT(summary_text(summary, ""), Not(HasSubstr("left:"))) << code;
    }
    summary.ended.exit_code = 4;
    EXPECT_THAT(summary_text(summary, ""),
                EndsWith("left: 1 file in cur/, 4 unclaimed; 2KiB unread, and 1 record read that "
                         "have no fate yet\n"));
    summary.left.reset();
    EXPECT_THAT(summary_text(summary, ""), Not(HasSubstr("left:"))) << "it cannot be told";
}

TEST(drain_summary_text, files_of_the_drain_stand_below) {
    drain_summary summary = ended_well();
    summary.span = empty_report();
    summary.span->files.add(reported_file(7, "a", 3, {3, 0, 0}));
    EXPECT_THAT(summary_text(summary, ""), HasSubstr("s\nfile  lane  records  delivered"));
}

TEST(drain_summary_json, has_each_number_under_its_key) {
    drain_summary summary = ended_well();
    summary.ended.exit_code = 4;
    summary.ended.why = "the deadline has passed";
    summary.ended.rejected_files = 6;
    summary.ended.totals.dead_lettered = 8;
    summary.ended.totals.overtaken = 5;
    summary.ended.totals.unchanged = 9;
    status_report left;
    left.open_files = 1;
    left.waiting = {4, 100};
    left.unread = {5, 2048};
    left.totals.pending = 11;
    summary.left = left;
    summary.span = empty_report();
    summary.span->ended = "so";
    settings options;
    options.queue.directory = "/q";
    const std::string json = summary_json(summary, options);
    expect_json(json, {{"/exit_code", "4"},
                       {"/why", "\"the deadline has passed\""},
                       {"/queue", "\"/q\""},
                       {"/delivered", "250"},
                       {"/superseded", "7"},
                       {"/dead_lettered", "8"},
                       {"/overtaken", "5"},
                       {"/unchanged", "9"},
                       {"/rejected_files", "6"},
                       {"/requests", "3"},
                       {"/left/open_files", "1"},
                       {"/left/waiting_files", "4"},
                       {"/left/unread_bytes", "2048"},
                       {"/left/pending", "11"},
                       {"/took_ms", "12345"},
                       {"/finished", "\"2020-11-29T22:00:00.000Z\""},
                       {"/report/since", "\"2020-11-29T22:00:00.000Z\""}});
    EXPECT_THAT(json, EndsWith("}\n"));
}

TEST(drain_summary_json, without_a_state_has_null_for_what_cannot_be_told) {
    EXPECT_THAT(summary_json(ended_well(), {}),
                AllOf(HasSubstr("\"left\":null,"), EndsWith("\"report\":null}\n")));
}

TEST(drain_summary_file, has_the_form_that_is_asked_for_if_there_is_anything_to_tell) {
    drain_summary summary = ended_well();
    for (const report_form form : {report_form::text, report_form::html, report_form::json})
        EXPECT_THAT(summary_in(form, summary, {}), StartsWith("{\"exit_code\":0,"));
    summary.span = empty_report();
    EXPECT_THAT(summary_in(report_form::text, summary, {}), StartsWith("report      from "));
    EXPECT_THAT(summary_in(report_form::html, summary, {}), StartsWith("<!DOCTYPE html>"));
    EXPECT_THAT(summary_in(report_form::json, summary, {}), StartsWith("{\"exit_code\":0,"));
}

class drain_sum_up_test : public letters_fixture {
protected:
    void SetUp() override {
        letters_fixture::SetUp();
        options_.queue.directory = queue();
        options_.state.directory = state();
    }
    settings options_;
};

TEST_F(drain_sum_up_test, tells_what_was_settled_since_the_call_and_how_it_ended) {
    commit_unit unit;
    unit.files = {reported_file(5, "before", 1, {1, 0, 0}), reported_file(6, "now", 2, {2, 0, 0})};
    unit.files[1].settled = report_evening + 1h;
    commit(unit);
    run_result drained;
    drained.exit_code = 4;
    drained.why = "the deadline has passed";
    drained.took = 1250ms;
    const drain_summary summary = sum_up_drain(options_, drained, report_evening + 1h);
    ASSERT_TRUE(summary.span);
    EXPECT_EQ(summary.span->files.settled(), 1U);
    EXPECT_EQ(summary.span->files.open(), 2U) << "a.ndjson and b.ndjson";
    EXPECT_EQ(summary.span->ended, "with 4 after 1.2 s: the deadline has passed");
    ASSERT_TRUE(summary.left);
    EXPECT_TRUE(summary.left->has_state);
    drained.why.clear();
    EXPECT_EQ(sum_up_drain(options_, drained, report_evening).span->ended, "with 4 after 1.2 s");
}

TEST_F(drain_sum_up_test, what_was_committed_in_this_millisecond_is_in_it) {
    commit_unit unit;
    unit.files = {reported_file(5, "now", 1, {1, 0, 0})};
    // No later than sum_up_drain() looks at the clock.
    unit.files[0].settled = wall_now();
    commit(unit);
    EXPECT_EQ(sum_up_drain(options_, {}, *unit.files[0].settled).span->files.settled(), 1U);
}

TEST_F(drain_sum_up_test, queue_or_state_that_are_gone_leave_the_rest) {
    std::filesystem::remove_all(state());
    const drain_summary no_state = sum_up_drain(options_, {}, report_evening);
    EXPECT_FALSE(no_state.span);
    ASSERT_TRUE(no_state.left);
    EXPECT_FALSE(no_state.left->has_state);
    std::filesystem::remove_all(queue());
    EXPECT_FALSE(sum_up_drain(options_, {}, report_evening).left);
}

} // namespace
} // namespace hubspool
