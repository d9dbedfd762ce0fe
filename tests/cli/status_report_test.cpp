// What `status` prints of a report that is given, without a queue, a state or a daemon.
#include "cli/status/status_report_json.hpp"
#include "cli/status/status_report_text.hpp"

#include <gmock/gmock.h>

namespace hubspool {

using ::testing::HasSubstr;
using ::testing::Not;

class status_report_test : public ::testing::Test {
protected:
    status_report_test() {
        options_.queue.directory = "/q";
        options_.queue.reserve_bytes = 1000;
        options_.state.directory = "/s";
        report_.free_bytes = 4096;
    }
    // As a daemon that has come half through a file, at noon of the first day.
    void with_a_daemon() {
        daemon_status told;
        told.command = "run";
        told.pending = {4, 3, 100, 0, {}};
        told.rate_limit = 190;
        told.others = 5;
        told.today = {10, 400, 900, wall_time(std::chrono::hours(24))};
        told.breaker = breaker_state::closed;
        report_.daemon =
            live_daemon{77, told, R"({"pid":77,"later":[1]})", std::chrono::seconds(3)};
        report_.has_state = true;
        report_.flows = true;
        report_.unread_records = 20;
        report_.sending_takes = milliseconds(61'500);
        report_.unread = {2, 2048};
        report_.waiting = {1, 1024};
        report_.open_files = 1;
        report_.oldest = noon_;
        report_.totals = {8, 3, 1, 1, 3};
    }
    std::string json() const { return status_report_json(options_, report_); }
    std::string text() const { return status_report_text(options_, report_, noon_); }

    const wall_time noon_{std::chrono::hours(12)};
    settings options_;
    status_report report_;
};

TEST_F(status_report_test, json_without_a_daemon_is_byte_for_byte_what_scripts_know) {
    report_.has_state = true;
    report_.books.meta.parks = {{park_reason::quota, noon_, "spent", noon_}};
    EXPECT_EQ(
        json(),
        R"({"running":false,"pid":null,"stuck":null,"live_age_ms":null,"version":")" HUBSPOOL_VERSION
        R"(","queue":"/q","state":"/s","totals":{"records_in":0,)"
        R"("delivered":0,"superseded":0,"dead_lettered":0,"pending":0,"overtaken":0,"unchanged":0},)"
        R"("balanced":true,)"
        R"("open_dead_letters":0,"dead_letters":{"open":0,"retried":0,"held":0,"struck":0,)"
        R"("died_again":0,"dropped":0},"batches":0,"requests":0,"unread":{"files":0,"bytes":0},)"
        R"("waiting":{"files":0,"bytes":0},"blocked":{"files":0,"bytes":0,"first":null},)"
        R"("left_alone_files":0,"unfinished":{"files":0,"bytes":0,"oldest":null},)"
        R"("open_files":0,"rejected_files":0,"waits_for_turn":{"files":0,"behind":0},"replay":null,"free_bytes":4096,"reserve_lacks":false,"clock_lags_until":null,)"
        R"("oldest":null,"paused":false,"parks":[{"reason":"quota",)"
        R"("since":"1970-01-01T12:00:00.000Z","words":"spent",)"
        R"("probe_at":"1970-01-01T12:00:00.000Z"}],"unreachable":null,)"
        R"("unread_records":null,"estimated_seconds":null,)"
        R"("estimated_seconds_after_recovery":null,"mismatched":[],"live":null})");
}

TEST_F(status_report_test, json_has_the_daemons_own_words_as_they_lie_there) {
    with_a_daemon();
    EXPECT_THAT(json(), HasSubstr(R"("running":true,"pid":77,"stuck":null,"live_age_ms":3000,)"));
    EXPECT_THAT(json(), HasSubstr(R"("live":{"pid":77,"later":[1]}})"));
    EXPECT_THAT(json(), HasSubstr(R"("estimated_seconds":61,)"
                                  R"("estimated_seconds_after_recovery":null)"));
    report_.daemon->status.reset(); // it starts
    report_.daemon->status_json.clear();
    EXPECT_THAT(json(), HasSubstr(R"("live_age_ms":null)"));
    EXPECT_THAT(json(), HasSubstr(R"("live":null})"));
}

TEST_F(status_report_test, json_tells_an_outage_with_its_next_probe) {
    with_a_daemon();
    report_.flows = false;
    report_.daemon->status->failing = {3, noon_, "refused", noon_};
    EXPECT_THAT(json(), HasSubstr(R"("unreachable":null)")) << "it may be one record's fault";
    report_.daemon->status->breaker = breaker_state::open;
    EXPECT_THAT(json(), HasSubstr(R"("unreachable":{"since":"1970-01-01T12:00:00.000Z",)"
                                  R"("by":"refused","next_probe_at":"1970-01-01T12:00:00.000Z"})"));
    report_.daemon->status->failing->probe_at.reset();
    EXPECT_THAT(json(), HasSubstr(R"("by":"refused","next_probe_at":null})"));
    EXPECT_THAT(json(), HasSubstr(R"("estimated_seconds":null,)"
                                  R"("estimated_seconds_after_recovery":61)"));
}

TEST_F(status_report_test, text_of_a_daemon_at_work_is_line_for_line) {
    with_a_daemon();
    EXPECT_EQ(text(),
              "running    yes (run, pid 77)\n"
              "queue      /q\n"
              "records    8 in = 3 delivered + 1 superseded + 1 dead-lettered + 3 pending\n"
              "in memory  4 records read and not settled, of 3 objects, 3s ago\n"
              "unread     2 files, 2KiB, about 20 records (1 of these files in new/ and bulk/)\n"
              "in cur/    1 file, the oldest since 1970-01-01 12:00:00Z\n"
              "limit      190 requests in 10s; other clients use 5\n"
              "today      10 requests of 400; the account has 900 left, until "
              "1970-01-02T00:00:00.000Z\n"
              "done in    about 1m 2s, at the present limit\n");
}

TEST_F(status_report_test,
       settled_files_that_wait_for_their_turn_are_told_with_what_they_wait_for) {
    with_a_daemon();
    report_.open_files = 4;
    report_.waits_for_turn = {3, 17, lane::bulk};
    EXPECT_THAT(json(), HasSubstr(R"("waits_for_turn":{"files":3,"behind":17})"));
    EXPECT_THAT(text(), HasSubstr("in cur/    4 files, the oldest since 1970-01-01 12:00:00Z\n"
                                  "           3 files of these are settled and will leave after "
                                  "file 17 (bulk)\n"));
    report_.waits_for_turn = {1, 17, lane::live};
    EXPECT_THAT(text(),
                HasSubstr("1 file of these is settled and will leave after file 17 (live)"));
}

TEST_F(status_report_test, replay_that_is_not_over_is_told) {
    with_a_daemon();
    replay_job job;
    job.id = 7;
    job.files = 12;
    replay_progress progress;
    progress.settled = 3;
    report_.replay.emplace(job, progress);
    EXPECT_THAT(text(), HasSubstr("replay     7, running: 3 of 12 files settled\n"));
    EXPECT_THAT(json(), HasSubstr(R"("replay":{"id":7,"state":"running",)"));
}

TEST_F(status_report_test, scenario_36_clock_that_was_set_back_is_told_until_when) {
    with_a_daemon();
    report_.books.meta.last_stamp = 4'000'000'000'000;
    EXPECT_THAT(text(), HasSubstr("clock      was set back: stamps of files stand at 2096-10-02"));
    EXPECT_THAT(json(), HasSubstr(R"("clock_lags_until":"2096-10-02T07:06:40.000Z")"));
    report_.books.meta.last_stamp = 1000;
    EXPECT_THAT(json(), HasSubstr(R"("clock_lags_until":null)"));
    EXPECT_THAT(text(), ::testing::Not(HasSubstr("clock ")));
}

TEST_F(status_report_test, text_tells_holds_but_not_those_that_have_their_own_lines) {
    with_a_daemon();
    report_.daemon->status->holds = {{"park", "sending is parked", {}},
                                     {"outage", "not reached", {}},
                                     {"restart", "it may land", noon_}};
    EXPECT_THAT(text(), HasSubstr("held       it may land, until 12:00:00Z\n"));
    EXPECT_THAT(text(), Not(HasSubstr("sending is parked")));
    EXPECT_THAT(text(), Not(HasSubstr("not reached")));
}

TEST_F(status_report_test, text_tells_failures_an_outage_and_a_credential_that_waits) {
    with_a_daemon();
    report_.daemon->status->failing = {3, noon_, "refused", {}};
    report_.daemon->status->credential_waits = "it is another account's";
    EXPECT_THAT(text(), HasSubstr("failing    since 1970-01-01T12:00:00.000Z: refused\n"));
    EXPECT_THAT(text(), HasSubstr("credential the newer one waits, the one before stays in use: it "
                                  "is another account's\n"));
    report_.daemon->status->breaker = breaker_state::open;
    report_.daemon->status->failing->probe_at = noon_;
    EXPECT_THAT(text(), HasSubstr("unreachable since 1970-01-01T12:00:00.000Z: refused\n"
                                  "           next try with one record at "
                                  "1970-01-01T12:00:00.000Z\n"));
}

TEST_F(status_report_test, text_of_a_daemon_that_starts_has_nothing_of_its_own) {
    with_a_daemon();
    report_.daemon->status.reset();
    EXPECT_THAT(text(), HasSubstr("running    yes (starting, pid 77)\n"));
    EXPECT_THAT(text(), Not(HasSubstr("in memory")));
    EXPECT_THAT(text(), Not(HasSubstr("limit ")));
}

TEST_F(status_report_test, text_of_a_stuck_daemon_says_how_old_its_words_are) {
    with_a_daemon();
    report_.stuck = "its process is stopped";
    EXPECT_THAT(text(), HasSubstr("STUCK      its process is stopped\n           what it says of "
                                  "itself below is of 3s ago\n"));
}

TEST_F(status_report_test, disk_below_the_reserve_is_told_in_both) {
    EXPECT_THAT(text(), Not(HasSubstr("queue.reserve")));
    report_.free_bytes = 999;
    EXPECT_THAT(text(), HasSubstr("disk       999B left, less than queue.reserve (1000B)"));
    EXPECT_THAT(json(), HasSubstr(R"("free_bytes":999,"reserve_lacks":true)"));
}

} // namespace hubspool
