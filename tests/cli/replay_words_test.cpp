// What a replay's plan and its jobs say, in words and as JSON.
#include "cli/json_value.hpp"
#include "cli/replay/replay_words.hpp"

#include <gmock/gmock.h>

#include <utility>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr wall_time replay_noon{12h};

replay_plan plan_of_two() {
    replay_plan plan;
    plan.records = 250;
    plan.objects = 200;
    plan.asked_values = 400;
    plan.asked_objects = 200;
    plan.newer_values = 1;
    plan.newer_objects = 1;
    plan.requests = 2;
    plan.limit = 90;
    plan.time = 1500ms;
    return plan;
}

replay_choice choice_of_two() {
    replay_choice choice;
    choice.files.resize(2);
    choice.files[0].path = "done/2026-11-23/a";
    choice.files[1].path = "done/2026-11-23/b";
    choice.bytes = 2048;
    return choice;
}

TEST(replay_plan_text, of_an_exact_plan_is_line_for_line) {
    EXPECT_EQ(plan_text(choice_of_two(), plan_of_two(), false, 10s),
              "replay\n"
              "  files       2, 2KiB\n"
              "  records     250\n"
              "  objects     200\n"
              "  newer       1 of 400 values, which are not sent\n"
              "  requests    2\n"
              "  time        about 1s, at 90 requests in 10s\n");
}

TEST(replay_plan_text, of_an_estimate_says_about) {
    replay_plan plan = plan_of_two();
    plan.is_exact = false;
    plan.newer_values = 199; // 49.75 %
    EXPECT_THAT(
        plan_text(choice_of_two(), plan, false, 10s),
        AllOf(HasSubstr("  objects     about 200\n"),
              HasSubstr("  newer       about 50 % of the values, which are not sent (of 200 "
                        "objects asked about)\n"),
              HasSubstr("  requests    about 2\n")));
}

TEST(replay_plan_text, newer_values_count_only_where_they_win) {
    replay_plan plan = plan_of_two();
    EXPECT_THAT(plan_text(choice_of_two(), plan, true, 10s),
                HasSubstr("  newer       does not count: all of it is sent as the newest\n"));
    plan.newer_values = 0;
    EXPECT_THAT(plan_text(choice_of_two(), plan, false, 10s),
                HasSubstr("  newer       nothing of it\n"));
    plan.asked_values = plan.newer_values = 1;
    EXPECT_THAT(plan_text(choice_of_two(), plan, false, 10s),
                HasSubstr("  newer       1 of 1 value, which are not sent\n"));
}

TEST(replay_plan_text, pieces_that_are_no_records_are_told_beside_them) {
    replay_plan plan = plan_of_two();
    plan.bad = 3;
    EXPECT_THAT(plan_text(choice_of_two(), plan, false, 10s),
                HasSubstr("  records     250, and 3 that cannot be read and die once more\n"));
}

TEST(replay_plan_text, ten_files_that_are_left_out_are_named_and_the_others_counted) {
    replay_choice choice = choice_of_two();
    choice.doubles = 1;
    for (int i = 0; i < 10; ++i) choice.left_out.push_back({"file\n" + std::to_string(i), "why"});
    const std::string ten = plan_text(choice, plan_of_two(), false, 10s);
    EXPECT_THAT(ten, HasSubstr("  left out    1 replay of another one that is chosen\n"
                               "  left out    10 files\n"
                               "    file\\x0a0\n"
                               "      why\n"));
    EXPECT_THAT(ten, EndsWith("    file\\x0a9\n      why\n"));
    choice.doubles = 2;
    choice.left_out.push_back({"file 10", "why"});
    EXPECT_THAT(plan_text(choice, plan_of_two(), false, 10s),
                AllOf(HasSubstr("2 replays of another one"), HasSubstr("  left out    11 files\n"),
                      EndsWith("      why\n    and 1 more\n"), Not(HasSubstr("file 10"))));
}

TEST(replay_plan_json, has_each_number_under_its_key) {
    replay_choice choice = choice_of_two();
    choice.left_out = {{"done/c\"", "too old"}};
    replay_plan plan = plan_of_two();
    plan.bad = 3;
    json_writer json;
    json.begin_object();
    put_plan(json, choice, plan);
    json.end_object();
    expect_json(json.text(), {{"/files/0", "\"done/2026-11-23/a\""},
                              {"/files/1", "\"done/2026-11-23/b\""},
                              {"/left_out/0/file", "\"done/c\"\""},
                              {"/left_out/0/why", "\"too old\""},
                              {"/bytes", "2048"},
                              {"/records", "250"},
                              {"/bad", "3"},
                              {"/objects", "200"},
                              {"/exact", "true"},
                              {"/asked_objects", "200"},
                              {"/asked_values", "400"},
                              {"/newer_values", "1"},
                              {"/requests", "2"},
                              {"/requests_a_window", "90"},
                              {"/seconds", "1"}});
}

replay_job job_of_three() {
    replay_job job;
    job.id = 7;
    job.created = replay_noon;
    job.chosen = "since 2026-11-23 10:00:00Z";
    job.files = 3;
    job.records = 500;
    return job;
}

TEST(replay_state, is_told_in_one_word) {
    struct {
        replay_wish wish;
        bool over;
        std::uint64_t settled, skipped;
        const char* word;
    } const table[] = {
        {replay_wish::go_on, false, 0, 0, "running"},
        {replay_wish::go_on, false, 2, 0, "running"},
        {replay_wish::go_on, false, 2, 1, "done"},
        {replay_wish::go_on, false, 3, 0, "done"},
        {replay_wish::go_on, true, 0, 0, "done"},
        {replay_wish::pause, false, 1, 0, "paused"},
        {replay_wish::pause, false, 3, 0, "done"},
        {replay_wish::cancel, true, 1, 0, "cancelled"},
        {replay_wish::cancel, true, 3, 0, "cancelled"},
    };
    for (const auto& row : table) {
        replay_job job = job_of_three();
        job.wish = row.wish;
        if (row.over) job.over = replay_noon;
        replay_progress progress;
        progress.settled = row.settled;
        progress.skipped = row.skipped;
        EXPECT_EQ(state_of(job, progress), row.word);
    }
}

TEST(replay_job_text, of_one_at_work_is_line_for_line) {
    replay_job job = job_of_three();
    job.reason = "an\noutage";
    job.requests_max = 1;
    replay_progress progress;
    progress.begun = 3;
    progress.settled = 1;
    progress.skipped = 1;
    progress.counts = {40, 30, 2, 5, 1};
    EXPECT_EQ(job_text(job, progress, {{"done/x\x1b", "it has changed"}}, true),
              "replay 7, running\n"
              "  chosen      since 2026-11-23 10:00:00Z\n"
              "  reason      an outage\n"
              "  begun       1970-01-01 12:00:00Z\n"
              "  files       1 of 3 settled, 2 being delivered, 1 left out\n"
              "  records     73 of about 500: 40 delivered, 30 superseded (5 by what was delivered "
              "before), 1 unchanged, 2 dead\n"
              "  limit       1 request in a window, for all of the bulk lane\n"
              "    done/x\\x1b\n"
              "      left out: it has changed\n");
}

TEST(replay_job_text, says_that_nobody_goes_on_only_where_something_is_to_be_done) {
    const std::string nobody = "  now         no hubspool works on this queue: the next `hubspool "
                               "run` or `drain`\n              goes on\n";
    EXPECT_THAT(job_text(job_of_three(), {}, {}, false), EndsWith(nobody));
    EXPECT_THAT(job_text(job_of_three(), {}, {}, true), Not(HasSubstr("no hubspool")));
    replay_job paused = job_of_three();
    paused.wish = replay_wish::pause;
    EXPECT_THAT(job_text(paused, {}, {}, false), Not(HasSubstr("no hubspool")));
    EXPECT_THAT(job_text(job_of_three(), {}, {}, true),
                AllOf(Not(HasSubstr("reason")), Not(HasSubstr("limit"))));
}

TEST(replay_job_json, has_each_number_under_its_key) {
    replay_job job = job_of_three();
    job.reason = "an outage";
    job.bytes = 4096;
    job.requests = 6;
    job.requests_max = 20;
    replay_progress progress;
    progress.begun = 3;
    progress.settled = 2;
    progress.skipped = 0;
    progress.counts = {40, 30, 2, 5, 1};
    progress.last_settled = replay_noon + 1h;
    const auto written = [&] {
        json_writer json;
        json.begin_object();
        put_job(json, job, progress);
        json.end_object();
        return json.take();
    };
    const json_facts facts{{"/id", "7"},
                           {"/state", "\"running\""},
                           {"/chosen", "\"since 2026-11-23 10:00:00Z\""},
                           {"/reason", "\"an outage\""},
                           {"/begun", "\"1970-01-01T12:00:00.000Z\""},
                           {"/settled", "none"},
                           {"/files", "3"},
                           {"/bytes", "4096"},
                           {"/files_begun", "3"},
                           {"/files_settled", "2"},
                           {"/files_left_out", "0"},
                           {"/records", "500"},
                           {"/requests", "6"},
                           {"/requests_max", "20"},
                           {"/delivered", "40"},
                           {"/superseded", "30"},
                           {"/overtaken", "5"},
                           {"/unchanged", "1"},
                           {"/dead_lettered", "2"}};
    expect_json(written(), facts);
    progress.settled = 3;
    expect_json(written(), {{"/state", "\"done\""}, {"/settled", "\"1970-01-01T13:00:00.000Z\""}});
}

} // namespace
} // namespace hubspool
